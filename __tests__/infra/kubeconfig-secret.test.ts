import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keepKubeconfig, kubeconfigSecret } from '../../src/infra/kubeconfig-secret';
import { readKubeconfig } from '../../src/manifests/kubeconfig';
import { aFailure } from '../support/failure';
import { aKubeconfig } from '../support/kubeconfig';
import { FakeLog } from '../support/log';
import { FakeSecrets } from '../support/secrets';

function world(): Parameters<typeof keepKubeconfig>[2] & {
  readonly secrets: FakeSecrets;
  readonly log: FakeLog;
  readonly masked: string[];
  readonly done: string[];
} {
  const [masked, done]: [string[], string[]] = [[], []];
  return {
    ...{ secrets: new FakeSecrets(), log: new FakeLog(), masked, done },
    mask: (secret) => void masked.push(secret),
    did: (line) => void done.push(line),
  };
}

const kubeconfig = aKubeconfig();

describe('the kubeconfig is written', () => {
  test.each([
    ['where Terraform changed anything', true, ['KUBE_CONFIG']],
    ['where the secret is not there', false, ['OTHER']],
  ])('%s', async (_, applied, there) => {
    const ports = world();
    for (const name of there) ports.secrets.values.set(name, 'old');
    await keepKubeconfig({ applied, kubeconfig }, 'KUBE_CONFIG', ports);
    expect(ports.secrets.written).toEqual(['KUBE_CONFIG']);
    expect(ports.done).toEqual(['wrote the secret KUBE_CONFIG of the repository']);
  });

  test('in a form that the input kube-config takes, and masked', async () => {
    const ports = world();
    await keepKubeconfig({ applied: true, kubeconfig }, 'KUBE_CONFIG', ports);
    const value = ports.secrets.values.get('KUBE_CONFIG') ?? '';
    expect(readKubeconfig(value, { now: 0 })).toMatchObject({
      server: kubeconfig.server,
      text: kubeconfig.text,
    });
    expect(ports.masked).toEqual([value]);
  });
});

describe('the kubeconfig is not written', () => {
  test('where nothing changed and the secret is there', async () => {
    const ports = world();
    ports.secrets.values.set('KUBE_CONFIG', 'old');
    await keepKubeconfig({ applied: false, kubeconfig }, 'KUBE_CONFIG', ports);
    expect(ports.secrets.written).toEqual([]);
    expect(ports.done).toEqual([]);
  });

  test('where there is none', async () => {
    const ports = world();
    await keepKubeconfig({ applied: true, kubeconfig: undefined }, 'KUBE_CONFIG', ports);
    expect(ports.secrets.written).toEqual([]);
  });

  test.each([
    ['names', false, aFailure('secrets-refused', 'GitHub answered 403'), 'GitHub answered 403. Mend it.'],
    ['write', true, aFailure('secrets-refused', 'GitHub answered 404'), 'GitHub answered 404. Mend it.'],
    ['write', true, new Error('cancelled'), 'cancelled.'],
  ] as const)('where GitHub refuses (%s): a warning, and no failure', async (call, applied, error, text) => {
    const ports = world();
    ports.secrets.errors[call] = error;
    await keepKubeconfig({ applied, kubeconfig }, 'KUBE_CONFIG', ports);
    expect(ports.log.lines).toEqual([`warning: The secret KUBE_CONFIG was not written: ${text}`]);
    expect(ports.done).toEqual([]);
  });
});

describe('the name of the secret', () => {
  test.each([
    ['production', 'KUBE_CONFIG'],
    ['staging', 'KUBE_CONFIG_STAGING'],
    ['eu-west-1', 'KUBE_CONFIG_EU_WEST_1'],
  ])('of %s', (environment, name) => expect(kubeconfigSecret(environment)).toBe(name));

  test('is one that GitHub takes, for every environment', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/), (environment) => {
        expect(kubeconfigSecret(environment)).toMatch(/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/);
      }),
    );
  });
});
