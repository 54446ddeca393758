import { readKubeconfig, type Kubeconfig } from '../../src/manifests/kubeconfig';

export const KUBECONFIG_TOKEN = 'kube-token-0123456789abcdef';

/** The text of a kubeconfig as Linode gives it; `changes` are replacements in it. */
export function kubeconfigText(...changes: readonly (readonly [string, string])[]): string {
  const text = [
    'apiVersion: v1',
    'kind: Config',
    'preferences: {}',
    'clusters:',
    '  - name: lke1',
    '    cluster:',
    '      server: https://lke1.example.com:443',
    'users:',
    '  - name: admin',
    '    user:',
    '      as-user-extra: {}',
    `      token: ${KUBECONFIG_TOKEN}`,
    'contexts:',
    '  - name: lke1-ctx',
    '    context: {cluster: lke1, namespace: default, user: admin}',
    'current-context: lke1-ctx',
    '',
  ].join('\n');
  return changes.reduce((changed, [from, to]) => changed.replace(from, () => to), text);
}

export function aKubeconfig(): Kubeconfig {
  const read = readKubeconfig(kubeconfigText(), { now: 0 });
  if (typeof read === 'string') throw new Error(`the kubeconfig of the tests ${read}`);
  return read;
}
