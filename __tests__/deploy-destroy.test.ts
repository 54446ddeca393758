import { beforeEach, describe, expect, test } from '@jest/globals';
import { deploy } from '../src/deploy';
import type { DeployResult } from '../src/deploy-result';
import { markOf } from '../src/destroy/mark';
import { KEPT } from '../src/destroy/find';
import { at, textAt, type JsonObject } from '../src/json';
import { makeReport } from '../src/report/report';
import { renderSummary } from '../src/report/summary';
import type { Settings } from '../src/settings/settings';
import { refusal } from './support/cluster';
import { aFailure } from './support/failure';
import { fakeFiles } from './support/files';
import { expectGolden } from './support/golden';
import { planned } from './support/infra';
import { FakeMade } from './support/made';
import { anInfra, anEvent, aSettings, someManifests } from './support/settings';
import { World } from './support/world';

const CLUSTER = 'linode_lke_cluster.a';
const VOLUME = 'linode_volume.data';
const off = (reason: string): { run: false; reason: string } => ({ run: false, reason });
const LABEL = 'applyset.kubernetes.io/part-of';

const APP = `apiVersion: v1
kind: Namespace
metadata: {name: wpp-bot}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: postgres}
spec: {volumeClaimTemplates: [{metadata: {name: data}}], template: {spec: {containers: [{name: a, image: "\${image}"}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: traefik}
spec: {type: LoadBalancer}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: config}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: cache}
`;

const deletion = (address: string, before: object): object =>
  planned(address, ['delete'], { before, after: null });
const CLUSTER_GOES = deletion(CLUSTER, { id: '42', label: 'bot', region: 'us-east' });
const VOLUME_GOES = deletion(VOLUME, { id: '7', label: 'bot-data', size: 20, region: 'us-east' });
const plan = (...changes: readonly object[]): object => ({ resource_changes: changes });

function destroying(given: Partial<Settings> = {}, data = false): Settings {
  return aSettings({
    command: 'destroy',
    destroy: { data, linodeToken: 'linode-0123456789abcdef' },
    event: anEvent({ name: 'workflow_dispatch' }),
    image: off('destroy builds nothing'),
    infra: anInfra(),
    manifests: someManifests({ kubeconfig: undefined }),
    ...given,
  });
}

let world: World;
let made: FakeMade;
let mark: string;

/** A world in which the application was deployed: it has two disks at Linode, one of a claim that its StatefulSet made. */
beforeEach(async () => {
  world = new World();
  made = new FakeMade();
  world.files = fakeFiles({ Dockerfile: '', 'manifests/app.yaml': APP, 'terraform/main.tf': '#' });
  const rollout = { mode: 'never', timeoutSeconds: 60, rollbackOnFailure: false, workloads: [] } as const;
  await deploy(aSettings({ infra: off('no infra'), rollout }), world);
  world.made = made;
  mark = await markOf('acme', 'wpp-bot', 'production', 'wpp-bot');
  put('PersistentVolumeClaim', 'data-postgres-0', 'wpp-bot', { volumeName: 'pv-1' });
  put('PersistentVolumeClaim', 'of-another', 'wpp-bot', { volumeName: 'pv-3' });
  const cache = world.cluster.objects.get('PersistentVolumeClaim/wpp-bot/cache') ?? {};
  world.cluster.put({ ...cache, spec: { volumeName: 'pv-2' } });
  for (const [number, size] of [10, 30, 40].entries()) {
    const id = 101 + number;
    made.put(id, { size });
    put('PersistentVolume', `pv-${number + 1}`, undefined, {
      capacity: { storage: `${size}Gi` },
      persistentVolumeReclaimPolicy: 'Delete',
      csi: { driver: 'linodebs.csi.linode.com', volumeHandle: `${id}-pvc${id}` },
    });
  }
  world.store.record = { fingerprint: 'abc', commit: 'b'.repeat(40), clusterId: 42, shipped: false };
  world.terraform.destructions = {
    '': plan(CLUSTER_GOES, VOLUME_GOES),
    [CLUSTER]: plan(CLUSTER_GOES),
  };
});

function put(kind: string, name: string, namespace: string | undefined, spec: object): void {
  world.cluster.put({ apiVersion: 'v1', kind, metadata: { name, namespace, uid: name }, spec });
}

const headlines = (settings: Settings, result: DeployResult): readonly string[] =>
  makeReport(settings, result).steps.map(({ step, headline }) => `${step}: ${headline}`);

const labels = ({ leftovers }: DeployResult): readonly string[] =>
  leftovers?.status === 'succeeded' ? leftovers.value.stays.map(({ label }) => label) : [];

const codeOf = (outcome: DeployResult['infra'] | DeployResult['manifests']): string | undefined =>
  outcome.status === 'failed' ? outcome.error.code : undefined;

describe('the cluster', () => {
  test('loses what was applied, what has a load balancer first and the inventory last; what others have stays', async () => {
    const result = await deploy(destroying(), world);
    const { removed, objects } = world.cluster;
    expect(result.manifests.status).toBe('succeeded');
    expect(removed[0]).toBe('Service/wpp-bot/traefik');
    expect(removed[1]).toBe('StatefulSet/wpp-bot/postgres');
    expect(removed.slice(2, 5).sort()).toEqual([
      'ConfigMap/wpp-bot/config',
      'PersistentVolumeClaim/wpp-bot/cache',
      'PersistentVolumeClaim/wpp-bot/data-postgres-0',
    ]);
    expect(removed.slice(-2)).toEqual([
      'ConfigMap/wpp-bot/wpp-bot-production-inventory',
      'Secret/wpp-bot/wpp-bot-production-release-1',
    ]);
    expect([...objects.keys()].filter((name) => !name.startsWith('PersistentVolume/'))).toEqual([
      'Namespace/wpp-bot',
      'PersistentVolumeClaim/wpp-bot/of-another',
    ]);
  });

  test('keeps every disk, whatever its class says, and marks it before anything goes', async () => {
    const remove = world.cluster.remove.bind(world.cluster);
    const seen: (readonly string[])[] = [];
    world.cluster.remove = (key) => {
      seen.push([...made.tagsOf(101), ...made.tagsOf(102)]);
      return remove(key);
    };
    const result = await deploy(destroying(), world);
    expect(result.manifests.status).toBe('succeeded');
    expect(seen).toEqual(Array.from({ length: 7 }, () => [mark, mark]));
    for (const name of ['pv-1', 'pv-2'])
      expect(world.cluster.objects.get(`PersistentVolume/${name}`)).toMatchObject({
        metadata: { labels: { [KEPT]: mark } },
        spec: { persistentVolumeReclaimPolicy: 'Retain' },
      });
    expect(made.tagsOf(103)).toEqual(['lke42']);
  });

  test('keeps a disk that a claim gets while the run waits', async () => {
    put('PersistentVolumeClaim', 'data-postgres-0', 'wpp-bot', {});
    const remove = world.cluster.remove.bind(world.cluster);
    world.cluster.remove = (key) => {
      if (key.type.kind === 'StatefulSet')
        put('PersistentVolumeClaim', 'data-postgres-0', 'wpp-bot', { volumeName: 'pv-1' });
      return remove(key);
    };
    await deploy(destroying({ infra: off('infra is never'), manifests: someManifests() }), world);
    expect(made.tagsOf(101)).toEqual([mark]);
    expect(world.cluster.objects.get('PersistentVolume/pv-1')).toMatchObject({
      spec: { persistentVolumeReclaimPolicy: 'Retain' },
    });
  });

  test('keeps a volume of the manifests by a patch, which leaves all else of it as it was applied', async () => {
    await deploy(destroying(), world);
    expect(world.cluster.patches.map(({ name }) => name)).toEqual([
      'PersistentVolume/pv-2',
      'PersistentVolume/pv-1',
    ]);
    expect(world.cluster.patches[0]?.operations).toEqual([
      { op: 'test', path: '/metadata/uid', value: 'pv-2' },
      { op: 'add', path: '/spec/persistentVolumeReclaimPolicy', value: 'Retain' },
      { op: 'add', path: '/metadata/labels', value: { [KEPT]: mark } },
    ]);
  });

  test.each([
    [503, 'cluster-unreachable'],
    [403, 'cluster-forbidden'],
  ])('that answers %d while something is waited for has not lost it', async (code, expected) => {
    const get = world.cluster.get.bind(world.cluster);
    world.cluster.get = (key) => (key.name === 'traefik' ? Promise.resolve(refusal(code)) : get(key));
    const result = await deploy(destroying(), world);
    expect(codeOf(result.manifests)).toBe(expected);
    expect(world.cluster.removed).toEqual(['Service/wpp-bot/traefik']);
    expect(world.terraform.calls).not.toContain('apply');
  });

  test('that cannot read the inventory keeps the releases, by which the next run finds it', async () => {
    const get = world.cluster.get.bind(world.cluster);
    let looks = 0;
    world.cluster.get = (key) => {
      if (key.name === 'wpp-bot-production-inventory') looks += 1;
      return looks > 1 ? Promise.resolve(refusal(503)) : get(key);
    };
    const result = await deploy(destroying(), world);
    expect(codeOf(result.manifests)).toBe('cluster-unreachable');
    expect(world.cluster.objects.has('Secret/wpp-bot/wpp-bot-production-release-1')).toBe(true);
  });

  test('that may not be read or changed where a disk is to be kept loses no claim', async () => {
    world.cluster.refuse('PersistentVolume/pv-2', () => refusal(403));
    const result = await deploy(destroying(), world);
    expect(codeOf(result.manifests)).toBe('cluster-forbidden');
    expect(world.cluster.removed).toEqual([]);
    expect(world.terraform.calls).not.toContain('apply');
  });

  test.each(['cluster-unreachable', 'cluster-unauthorized'] as const)(
    'that does not answer (%s) stops all, and what to do is said',
    async (code) => {
      world.cluster.list = () => Promise.reject(aFailure(code));
      const settings = destroying();
      const result = await deploy(settings, world);
      const [failure] = makeReport(settings, result).failures;
      expect(failure).toMatchObject({ code, advice: expect.stringContaining('KUBE_CONFIG') as unknown });
      expect(world.terraform.calls).not.toContain('apply');
    },
  );

  test('that holds on to an object is waited for, then the run stops and says what holds it', async () => {
    const service = world.cluster.objects.get('Service/wpp-bot/traefik') as JsonObject;
    const held = {
      ...service,
      metadata: {
        ...(service['metadata'] as object),
        finalizers: ['service.kubernetes.io/load-balancer-cleanup'],
      },
    };
    world.cluster.put(held);
    const remove = world.cluster.remove.bind(world.cluster);
    world.cluster.remove = (key) =>
      key.name === 'traefik' ? Promise.resolve({ ok: true, object: held }) : remove(key);
    const settings = destroying();
    const result = await deploy(settings, world);
    const [failure] = makeReport(settings, result).failures;
    expect(failure).toMatchObject({
      code: 'destroy-timeout',
      evidence: ['Service/wpp-bot/traefik: finalizers service.kubernetes.io/load-balancer-cleanup'],
    });
    expect(world.cluster.objects.has('StatefulSet/wpp-bot/postgres')).toBe(true);
    expect(world.terraform.calls).not.toContain('apply');
  });

  test('that has objects of others does not go, unless allow-destroy names it', async () => {
    const other = {
      'applyset.kubernetes.io/tooling': 'wpp-deploy-action/v1',
      'applyset.kubernetes.io/contains-group-kinds': 'ConfigMap',
    };
    world.cluster.put({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'wpp-bot-staging-inventory',
        namespace: 'staging',
        labels: { 'applyset.kubernetes.io/id': 'applyset-x' },
        annotations: other,
      },
    });
    const result = await deploy(destroying(), world);
    expect(codeOf(result.manifests)).toBe('destroy-shared-cluster');
    expect(world.cluster.removed).toEqual([]);
    const allowed = destroying({ infra: anInfra({ allowDestroy: [CLUSTER] }) });
    expect((await deploy(allowed, world)).infra).toMatchObject({
      status: 'succeeded',
      value: { applied: true },
    });
    expect(world.cluster.objects.has('ConfigMap/staging/wpp-bot-staging-inventory')).toBe(true);
  });

  test('of others alone loses the objects, and keeps the namespace', async () => {
    const settings = destroying({ infra: off('infra is never'), manifests: someManifests() });
    const result = await deploy(settings, world);
    expect(result.infra).toEqual({ status: 'skipped', reason: 'infra is never' });
    expect(headlines(settings, result)[0]).toBe('manifests: 5 deleted, 1 kept');
    expect(labels(result)).toEqual(['pvc101', 'pvc102']);
    expect(world.linode.asked).toEqual([]);
  });

  test('of others tells its disks without a token too, once more in the next run', async () => {
    const settings = destroying({
      ...{ infra: off('infra is never'), manifests: someManifests() },
      destroy: { data: false, linodeToken: undefined },
    });
    world.made = undefined;
    expect(labels(await deploy(settings, world))).toEqual(['pvc101', 'pvc102']);
    for (const name of ['pv-1', 'pv-2']) {
      const volume = world.cluster.objects.get(`PersistentVolume/${name}`) ?? {};
      world.cluster.put({ ...volume, status: { phase: 'Released' } });
    }
    const again = await deploy(settings, world);
    expect(labels(again)).toEqual(['pvc101', 'pvc102']);
    expect(headlines(settings, again)[0]).toBe('manifests: 0 deleted');
    // With a token it is marked at Linode too, before nobody knows it any more.
    world.made = made;
    const withToken = destroying({ ...{ infra: off('infra is never'), manifests: someManifests() } });
    expect(labels(await deploy(withToken, world))).toEqual(['pvc101', 'pvc102']);
    expect([made.tagsOf(101), made.tagsOf(102)]).toEqual([[mark], [mark]]);
  });
});

describe('the infrastructure', () => {
  test('goes after the objects, but for what holds data, which the state goes on knowing', async () => {
    const settings = destroying();
    const result = await deploy(settings, world);
    expect(world.terraform.calls).toEqual([
      'init',
      'plan to destroy with lock',
      `plan to destroy ${CLUSTER} with lock`,
      'apply',
    ]);
    expect(headlines(settings, result)).toEqual([
      'manifests: 5 deleted',
      'infra: applied: 0 to create, 0 to update, 1 to destroy',
      'leftovers: 5 left, 15.00 USD a month',
    ]);
    expect(labels(result)).toEqual(['pvc101', 'pvc102', 'bot-data', 'pvc103', 'wpp-bot-terraform-state']);
    expectGolden('destroyed.summary.md', renderSummary(makeReport(settings, result)));
  });

  test('goes whole where the data may go too, with the volumes of the application, not those of others', async () => {
    const result = await deploy(destroying({}, true), world);
    expect(world.terraform.calls).toEqual(['init', 'plan to destroy with lock', 'apply']);
    expect([...made.has.keys()]).toEqual([103]);
    expect(labels(result)).toEqual(['pvc103', 'wpp-bot-terraform-state']);
    expect(result.leftovers).toMatchObject({
      did: ['deleted the volume pvc101 (id 101)', 'deleted the volume pvc102 (id 102)'],
    });
  });

  test('goes with what allow-destroy names', async () => {
    await deploy(destroying({ infra: anInfra({ allowDestroy: [VOLUME] }) }), world);
    expect(world.terraform.calls).toEqual(['init', 'plan to destroy with lock', 'apply']);
  });

  test('is refused before anything is touched where what holds data hangs on what goes', async () => {
    world.terraform.destructions = {
      '': plan(CLUSTER_GOES, VOLUME_GOES),
      [CLUSTER]: plan(CLUSTER_GOES, VOLUME_GOES),
    };
    const result = await deploy(destroying(), world);
    expect(result.infra).toMatchObject({
      error: {
        code: 'infra-destroy-blocked',
        cause: 'linode_volume.data may hold data, and would go with what is destroyed, which it needs',
      },
    });
    expect(world.cluster.removed).toEqual([]);
  });

  test('is that of the state where the last record names a cluster that is gone', async () => {
    world.store.record = { fingerprint: '', commit: 'b'.repeat(40), clusterId: 41, shipped: false };
    const result = await deploy(destroying(), world);
    expect(world.linode.asked).toEqual([42]);
    expect(world.store.record).toMatchObject({ clusterId: 42 });
    expect(result.manifests).toMatchObject({ status: 'succeeded' });
  });

  test('tells a volume once that the cluster uses and the state goes on knowing', async () => {
    const ofCluster = deletion(VOLUME, { id: '101', label: 'pvc101', size: 10, region: 'us-east' });
    world.terraform.destructions = { '': plan(CLUSTER_GOES, ofCluster), [CLUSTER]: plan(CLUSTER_GOES) };
    expect(labels(await deploy(destroying(), world))).toEqual([
      ...['pvc102', 'pvc101', 'pvc103', 'wpp-bot-terraform-state'],
    ]);
  });

  test('leaves a record that vouches for nothing, before the apply and after it', async () => {
    world.terraform.applyError = aFailure('infra-apply-failed');
    const result = await deploy(destroying(), world);
    expect(codeOf(result.infra)).toBe('infra-apply-failed');
    expect(world.store.record).toEqual({ fingerprint: '', commit: 'b'.repeat(40), clusterId: 42 });
    expect(result.leftovers?.status).toBe('skipped');
  });
});

describe('once more', () => {
  test('finds nothing to do, and lists what stays by its marks', async () => {
    await deploy(destroying(), world);
    world.terraform.destructions = { '': plan(VOLUME_GOES) };
    world.linode.answer = undefined;
    made.nodeBalancers.set(42, [{ id: 9, label: 'ccm-1', region: 'us-east', plan: 'common' }]);
    const settings = destroying();
    const result = await deploy(settings, world);
    expect(headlines(settings, result)).toEqual([
      'manifests: there is no cluster any more',
      'infra: nothing was left to destroy',
      'leftovers: 6 left, 25.00 USD a month',
    ]);
    expect(labels(result)).toEqual([
      ...['pvc101', 'pvc102', 'bot-data', 'pvc103', 'ccm-1', 'wpp-bot-terraform-state'],
    ]);
  });

  test('after a kill in the cluster it goes on, in the state where nothing was ever applied it ends well', async () => {
    const remove = world.cluster.remove.bind(world.cluster);
    let calls = 0;
    world.cluster.remove = (key, ...rest) => {
      calls += 1;
      return calls > 3 ? Promise.reject(aFailure('cancelled')) : remove(key, ...rest);
    };
    expect(codeOf((await deploy(destroying(), world)).manifests)).toBe('cancelled');
    world.cluster.remove = remove;
    expect(labels(await deploy(destroying(), world))).toContain('pvc101');
    const members = [...world.cluster.objects.values()].filter(
      (object) => textAt(object, 'metadata', 'labels', LABEL) !== '' && object['kind'] !== 'Namespace',
    );
    expect(members).toEqual([]);

    const empty = new World();
    const settings = destroying();
    expect(headlines(settings, await deploy(settings, empty))).toEqual([
      'manifests: there is no cluster any more',
      'infra: nothing was left to destroy',
      'leftovers: 1 left, 5.00 USD a month; not all could be looked for',
    ]);
    expect(empty.store.written).toEqual([]);
  });
});

test('a volume that is attached still is tried again, and told where Linode goes on refusing', async () => {
  made.refusals.set(101, ['Volume is attached.', 'Volume is attached.']);
  made.refusals.set(102, Array<string>(100).fill('Volume is attached.'));
  const { leftovers } = await deploy(destroying({}, true), world);
  expect(leftovers).toMatchObject({
    value: { stays: [{ label: 'pvc102', why: 'Linode does not delete it: Volume is attached.' }, {}, {}] },
  });
  expect(at(leftovers, 'did')).toEqual(['deleted the volume pvc101 (id 101)']);
});

test('what may not be looked for is told, and is no failure', async () => {
  made.balancersError = aFailure(
    'linode-token-scopes',
    'linode-token lacks the scope nodebalancers:read_only',
  );
  world.prices.error = aFailure('linode-refused', 'the price list cannot be read');
  const { leftovers } = await deploy(destroying(), world);
  expect(leftovers).toMatchObject({
    status: 'succeeded',
    value: {
      unseen: [
        'NodeBalancers of cluster 42 were not looked for: linode-token lacks the scope nodebalancers:read_only.',
        'Prices are not known: the price list cannot be read.',
      ],
    },
  });
});
