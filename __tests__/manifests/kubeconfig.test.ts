import { describe, expect, test } from '@jest/globals';
import { readKubeconfig } from '../../src/manifests/kubeconfig';
import { aKubeconfig, KUBECONFIG_TOKEN, kubeconfigText } from '../support/kubeconfig';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const wrapped = (text: string, end = '\n'): string => (base64(text).match(/.{1,76}/g) ?? []).join(end);

describe('every way in which people give one', () => {
  test.each([
    ['YAML', kubeconfigText()],
    ['YAML with a marker and a comment before it', `# mine\n---\n${kubeconfigText()}`],
    ['YAML with a byte order mark', `\uFEFF${kubeconfigText()}`],
    ['base64', base64(kubeconfigText())],
    ['base64 with an end of line', `${base64(kubeconfigText())}\n`],
    ['wrapped base64', wrapped(kubeconfigText())],
    ['base64 wrapped with CRLF', wrapped(kubeconfigText(), '\r\n')],
    ['base64 without padding', base64(`${kubeconfigText()}# x`).replace(/=+$/, '')],
    ['encoded twice', base64(base64(kubeconfigText()))],
    ['encoded twice, wrapped inside', base64(wrapped(kubeconfigText()))],
  ])('%s', (_, given) => {
    expect(readKubeconfig(given)).toMatchObject({
      server: aKubeconfig().server,
      credentials: [KUBECONFIG_TOKEN],
    });
  });

  test('YAML with CRLF', () => {
    expect(readKubeconfig(kubeconfigText().replaceAll('\n', '\r\n'))).toMatchObject({
      server: 'https://lke1.example.com:443',
      credentials: [KUBECONFIG_TOKEN],
    });
  });

  test('JSON', () => {
    const json = JSON.stringify({
      'current-context': 'c',
      clusters: [{ name: 'k', cluster: { server: 'https://k' } }],
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
      users: [{ name: 'u', user: { token: 'json-token' } }],
    });
    expect(readKubeconfig(json)).toEqual({ text: json, server: 'https://k', credentials: ['json-token'] });
  });
});

test('the current context decides among several', () => {
  const text = kubeconfigText(
    ['clusters:\n', 'clusters:\n  - {name: other, cluster: {server: "https://other"}}\n'],
    ['users:\n', 'users:\n  - {name: other, user: {token: other-token}}\n'],
  );
  expect(readKubeconfig(text)).toMatchObject({ server: 'https://lke1.example.com:443' });
});

test('every kind of credential is given, of every user', () => {
  const user = '{password: p-1, client-key-data: k-1, client-certificate-data: c-1, token: ""}';
  const text = kubeconfigText(['users:\n', `users:\n  - {name: other, user: ${user}}\n`]);
  expect(readKubeconfig(text)).toMatchObject({ credentials: ['p-1', 'k-1', 'c-1', KUBECONFIG_TOKEN] });
});

describe('what leans on another machine is refused in words', () => {
  const CLUSTER = 'server: https://lke1.example.com:443';
  const USER = `token: ${KUBECONFIG_TOKEN}`;

  test.each([
    ['certificate-authority', CLUSTER, 'certificate-authority: /home/a/.minikube/ca.crt'],
    ['client-certificate', USER, 'client-certificate: /home/a/client.crt'],
    ['client-key', USER, 'client-key: /home/a/client.key'],
    ['tokenFile', USER, 'tokenFile: /var/run/token'],
    ['exec', USER, 'exec: {command: aws, args: [eks, get-token]}'],
    ['auth-provider', USER, 'auth-provider: {name: gcp}'],
  ])('%s', (field, beside, line) => {
    expect(readKubeconfig(kubeconfigText([beside, `${beside}\n      ${line}`]))).toBe(
      `leans on ${field}, which the runner has not: make it with \`kubectl config view --flatten\` or use a token`,
    );
  });

  test('certificates and keys that it holds itself are fine', () => {
    const text = kubeconfigText(
      [CLUSTER, `${CLUSTER}\n      certificate-authority-data: YQ==`],
      [USER, 'client-certificate-data: Yg==\n      client-key-data: Yw=='],
    );
    expect(readKubeconfig(text)).toMatchObject({ credentials: ['Yw==', 'Yg=='] });
  });

  test('so is a user of another context', () => {
    const text = kubeconfigText(['users:\n', 'users:\n  - {name: other, user: {exec: {command: aws}}}\n']);
    expect(readKubeconfig(text)).toMatchObject({ credentials: [KUBECONFIG_TOKEN] });
  });
});

describe('what is none', () => {
  const NEITHER = 'is neither a kubeconfig nor the base64 of one';
  test.each<[string, string, string | RegExp]>([
    ['nothing', '', NEITHER],
    ['white space', ' \n ', NEITHER],
    ['an HTML page', '<html><body>Sign in</body></html>', NEITHER],
    ['the base64 of an HTML page', base64('<html><body>Sign in</body></html>'), NEITHER],
    ['a token', KUBECONFIG_TOKEN, NEITHER],
    ['cut in base64', base64(kubeconfigText()).slice(0, 401), NEITHER],
    ['cut after base64', base64(kubeconfigText().slice(0, 200)), 'has no current-context'],
    ['encoded too often', base64(base64(base64(kubeconfigText()))), NEITHER],
    ['bad YAML', 'apiVersion: v1\nclusters: [', 'decodes to text that is not YAML'],
    [
      'a manifest',
      'apiVersion: v1\nkind: Secret',
      'decodes to YAML that is no kubeconfig: it has no clusters',
    ],
    ['no current-context', kubeconfigText(['current-context: lke1-ctx', '']), 'has no current-context'],
    [
      'an unknown context',
      kubeconfigText(['current-context: lke1', 'current-context: x']),
      /which it does not/,
    ],
    ['an unknown cluster', kubeconfigText(['cluster: lke1,', 'cluster: x,']), /^has no https server/],
    ['an http server', kubeconfigText(['https:', 'http:']), /^has no https server/],
    ['no server', kubeconfigText(['server: https://lke1.example.com:443', 'x: y']), /^has no https server/],
    ['an unknown user', kubeconfigText(['user: admin}', 'user: x}']), 'has no user for its current context'],
  ])('%s', (_, given, problem) => {
    const read = readKubeconfig(given);
    expect(read).toEqual(typeof problem === 'string' ? problem : expect.stringMatching(problem));
    for (const content of [KUBECONFIG_TOKEN, 'example.com', 'Sign in']) expect(read).not.toContain(content);
  });
});
