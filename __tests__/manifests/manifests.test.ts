import { expect, test } from '@jest/globals';
import { at } from '../../src/json';
import { runManifests, type ManifestsOptions } from '../../src/manifests/manifests';
import type { Manifest } from '../../src/manifests/objects';
import { ManualClock } from '../support/clock';
import { FakeCluster, refusal } from '../support/cluster';
import { failureOf } from '../support/failure';
import { aConfigMap, aManifest } from '../support/manifests';

const INVENTORY = 'ConfigMap/wpp-bot/inventory';
const CLAIM = aManifest('v1', 'Secret', 'claim');

async function run(
  cluster: FakeCluster,
  manifests: readonly Manifest[],
  given: Partial<ManifestsOptions> = {},
) {
  const done: string[] = [];
  const options = {
    namespace: 'wpp-bot',
    preview: false,
    forceConflicts: false,
    inventory: 'inventory',
    prune: 'safe',
    ...given,
  } as const;
  const ports = { cluster, clock: new ManualClock(), did: (line: string) => void done.push(line) };
  return { ...(await runManifests(manifests, options, ports)), done };
}

const kindsOf = (cluster: FakeCluster): unknown =>
  at(
    cluster.objects.get(INVENTORY),
    'metadata',
    'annotations',
    'applyset.kubernetes.io/contains-group-kinds',
  );

test('that a load balancer goes is said: it is billed, and its address is lost', async () => {
  const cluster = new FakeCluster();
  const service = aManifest('v1', 'Service', 'web');
  await run(cluster, [{ ...service, object: { ...service.object, spec: { type: 'LoadBalancer' } } }]);
  const { changes } = await run(cluster, [aConfigMap('a')]);
  expect(changes).toContainEqual({
    object: 'Service/wpp-bot/web',
    action: 'pruned',
    fields: [{ path: 'spec.type', before: '"LoadBalancer"', after: undefined }],
  });
});

test('what no manifest has any more is deleted, and only that', async () => {
  const cluster = new FakeCluster();
  cluster.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'of-others', namespace: 'wpp-bot' } });
  await run(cluster, [aConfigMap('a'), aConfigMap('b'), aManifest('v1', 'Service', 'old')]);
  const { changes, done } = await run(cluster, [aConfigMap('a')]);
  expect(cluster.removed.sort()).toEqual(['ConfigMap/wpp-bot/b', 'Service/wpp-bot/old']);
  expect(changes.filter(({ action }) => action === 'pruned')).toHaveLength(2);
  expect(done).toContain('pruned Service/wpp-bot/old');
  expect([...cluster.objects.keys()].sort()).toEqual([
    'ConfigMap/wpp-bot/a',
    INVENTORY,
    'ConfigMap/wpp-bot/of-others',
    'Namespace/wpp-bot',
  ]);
});

test('the inventory names the kinds of both runs until the old ones are deleted', async () => {
  const cluster = new FakeCluster();
  await run(cluster, [aConfigMap('a'), CLAIM]);
  expect(kindsOf(cluster)).toBe('ConfigMap,Secret');
  cluster.remove = () => Promise.resolve(refusal(403, { message: 'may not delete' }));
  const failure = await failureOf(run(cluster, [aConfigMap('a')]));
  expect(failure.cause).toContain('Secret/wpp-bot/claim');
  expect(kindsOf(cluster)).toBe('ConfigMap,Secret');
});

test('an interrupted run is completed by the next one, which then forgets the kind', async () => {
  const cluster = new FakeCluster();
  await run(cluster, [aConfigMap('a'), CLAIM]);
  const remove = cluster.remove.bind(cluster);
  cluster.remove = () => Promise.reject(new Error('killed here'));
  await expect(run(cluster, [aConfigMap('a')])).rejects.toThrow('killed here');
  cluster.remove = remove;
  await run(cluster, [aConfigMap('a')]);
  expect(cluster.removed).toEqual(['Secret/wpp-bot/claim']);
  expect(kindsOf(cluster)).toBe('ConfigMap');
});

test.each([
  ['safe', 0],
  ['never', 0],
  ['all', 1],
] as const)('prune: %s deletes %i namespaces', async (prune, deleted) => {
  const cluster = new FakeCluster();
  await run(cluster, [aConfigMap('a'), aManifest('v1', 'Namespace', 'old')]);
  const { changes } = await run(cluster, [aConfigMap('a')], { prune });
  expect(cluster.removed).toHaveLength(deleted);
  expect(changes).toContainEqual(
    expect.objectContaining({ object: 'Namespace/old', action: deleted ? 'pruned' : 'unchanged' }),
  );
  expect(String(kindsOf(cluster)).includes('Namespace')).toBe(deleted === 0);
});

test('a preview names what would be deleted, and deletes and writes nothing', async () => {
  const cluster = new FakeCluster();
  await run(cluster, [aConfigMap('a'), CLAIM]);
  const before = cluster.written.length;
  const { changes, done } = await run(cluster, [aConfigMap('a')], { preview: true });
  expect(changes).toContainEqual({ object: 'Secret/wpp-bot/claim', action: 'pruned', fields: [] });
  expect([cluster.removed, done, cluster.written.length]).toEqual([[], [], before]);
});

test('two applications in one namespace leave each other alone', async () => {
  const cluster = new FakeCluster();
  await run(cluster, [aConfigMap('a')], { inventory: 'one' });
  await run(cluster, [aConfigMap('b')], { inventory: 'two' });
  await run(cluster, [aConfigMap('c')], { inventory: 'two' });
  expect(cluster.removed).toEqual(['ConfigMap/wpp-bot/b']);
});

test('the id of the set is the one that kubectl makes', async () => {
  const cluster = new FakeCluster();
  await run(cluster, [aConfigMap('a')]);
  // KEP-3659: base64url of the SHA-256 of `inventory.wpp-bot.ConfigMap.`
  const id = at(cluster.objects.get(INVENTORY), 'metadata', 'labels', 'applyset.kubernetes.io/id');
  expect(id).toMatch(/^applyset-[\w-]{43}-v1$/);
  expect(
    at(cluster.objects.get('ConfigMap/wpp-bot/a'), 'metadata', 'labels', 'applyset.kubernetes.io/part-of'),
  ).toBe(id);
});

test('what somebody made anew in the meantime is neither deleted nor said to be', async () => {
  const cluster = new FakeCluster();
  await run(cluster, [aConfigMap('a'), CLAIM]);
  cluster.remove = () =>
    Promise.resolve(refusal(409, { message: 'the UID in the precondition is another one' }));
  const { changes, done } = await run(cluster, [aConfigMap('a')]);
  expect(changes).toContainEqual(
    expect.objectContaining({ object: 'Secret/wpp-bot/claim', action: 'unchanged' }),
  );
  expect(done.filter((line) => line.startsWith('pruned'))).toEqual([]);
});
