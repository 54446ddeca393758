import { expect, test } from '@jest/globals';
import { runManifests, type ManifestsOptions } from '../../src/manifests/manifests';
import { ManualClock } from '../support/clock';
import { FakeCluster } from '../support/cluster';
import { aFailure } from '../support/failure';
import { aConfigMap } from '../support/manifests';

const warningOf = async (
  cluster: FakeCluster,
  inventory: string,
  names: readonly string[],
  given: Partial<ManifestsOptions> = {},
): Promise<string | undefined> => {
  const options = { preview: false, forceConflicts: false, prune: 'safe', ...given } as const;
  const ports = { cluster, clock: new ManualClock(), did: () => undefined };
  const manifests = names.map((name) => aConfigMap(name));
  return (await runManifests(manifests, { namespace: 'wpp-bot', inventory, ...options }, ports)).warning;
};

test('objects of another environment are warned of, each time that one takes them from the other', async () => {
  const cluster = new FakeCluster();
  const both = ['a', 'b', 'c', 'd', 'e'];
  expect(await warningOf(cluster, 'bot-production-inventory', both)).toBeUndefined();
  const warning = await warningOf(cluster, 'bot-staging-inventory', both, { preview: true });
  expect(warning).toContain(
    'ConfigMap/wpp-bot/a, ConfigMap/wpp-bot/b, ConfigMap/wpp-bot/c and 2 more belong to',
  );
  expect(warning).toContain('ConfigMap/wpp-bot/bot-production-inventory too');
  expect(warning).toContain('give each environment a namespace of its own');
  expect(await warningOf(cluster, 'bot-staging-inventory', both)).toBe(warning);
  expect(await warningOf(cluster, 'bot-staging-inventory', both)).toBeUndefined();
  expect(await warningOf(cluster, 'bot-production-inventory', ['a'])).toContain('bot-staging-inventory');
});

test('nothing is said of what environments have apart', async () => {
  const cluster = new FakeCluster();
  await warningOf(cluster, 'bot-production-inventory', ['a']);
  expect(await warningOf(cluster, 'bot-staging-inventory', ['b'])).toBeUndefined();
});

test('nothing is said where the other is gone, or it cannot be looked for', async () => {
  const cluster = new FakeCluster();
  await warningOf(cluster, 'bot-production-inventory', ['a']);
  cluster.list = new Proxy(cluster.list.bind(cluster), {
    apply: (list, self, args: Parameters<FakeCluster['list']>) =>
      args[1] === undefined ? Promise.reject(aFailure('cluster-forbidden')) : Reflect.apply(list, self, args),
  });
  expect(await warningOf(cluster, 'bot-staging-inventory', ['a'])).toBeUndefined();

  const left = new FakeCluster();
  await warningOf(left, 'bot-production-inventory', ['a']);
  left.objects.delete('ConfigMap/wpp-bot/bot-production-inventory');
  expect(await warningOf(left, 'bot-staging-inventory', ['a'])).toBeUndefined();
});
