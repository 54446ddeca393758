import { describe, expect, test } from '@jest/globals';
import { deploy } from '../src/deploy';
import { at } from '../src/json';
import { aFailure } from './support/failure';
import { refusal } from './support/cluster';
import { fakeFiles } from './support/files';
import { FakeBuilder, FakeRegistry } from './support/image';
import { FakeSecrets } from './support/secrets';
import { aSettings, DIGEST, SHA, someManifests } from './support/settings';
import { aLiveDeployment, aPod, aReplicaSet } from './support/workloads';
import { World } from './support/world';

const BOT = 'Deployment/wpp-bot/bot';
const skippedFor = (reason: string): object => ({ status: 'skipped', reason });
const imageIn = (world: World): unknown =>
  at(world.cluster.objects.get(BOT), 'spec', 'template', 'spec', 'containers', 0, 'image');

describe('a first deployment', () => {
  test('runs all four steps, and deploys the very digest that the registry gave', async () => {
    const world = new World();
    const result = await deploy(aSettings(), world);
    const { image, infra, manifests, rollout } = result;
    expect([image, infra, manifests, rollout].map(({ status }) => status)).toEqual(
      Array(4).fill('succeeded'),
    );
    expect(imageIn(world)).toBe(`ghcr.io/acme/wpp-bot@${DIGEST}`);
    expect(result.rollout).toMatchObject({ value: [{ workload: BOT, rolled: true }] });
    expect(result.image).toMatchObject({
      did: [
        expect.stringContaining('pushed'),
        `tagged ghcr.io/acme/wpp-bot as ${SHA}`,
        'tagged ghcr.io/acme/wpp-bot as main',
      ],
    });
    expect(result.infra).toMatchObject({ did: ['linode_lke_cluster.a: Creation complete'] });
    expect(result.manifests).toMatchObject({
      did: [
        'created Namespace/wpp-bot',
        'created ConfigMap/wpp-bot/wpp-bot-production-inventory',
        'created Secret/wpp-bot/env',
        `created ${BOT}`,
      ],
    });
  });

  test('waits for the nodes that Linode may still add where there is no room', async () => {
    const world = new World();
    world.linode.nodePools = [
      { id: 3, type: 'g6-standard-2', nodes: [{ id: 'a', status: 'ready' }], most: 3 },
    ];
    const message = '0/1 nodes are available: 1 Insufficient cpu.';
    const unscheduled = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
    world.cluster.lists.set('ReplicaSet', [aReplicaSet()]);
    world.cluster.lists.set('Pod', [aPod({ conditions: [unscheduled] })]);
    const list = world.cluster.list.bind(world.cluster);
    let start: number | undefined;
    world.cluster.list = async (type, namespace, selector) => {
      if (type.kind !== 'Deployment') return list(type, namespace, selector);
      start ??= world.clock.now();
      const status = {
        observedGeneration: 99,
        availableReplicas: world.clock.now() - start < 90_000 ? 0 : 1,
      };
      const live = aLiveDeployment(status);
      return [{ ...live, metadata: { ...(live['metadata'] as object), namespace: 'wpp-bot' } }];
    };
    expect((await deploy(aSettings(), world)).rollout.status).toBe('succeeded');
    expect(world.log('rollout').lines).toContain(
      `${BOT}: pod bot-2-x fits on no node: ${message}; at Linode pool 3 (g6-standard-2) has 1 of up to 3 nodes`,
    );
  });

  test('tells of each step, and of each check before it, how it ended and how long it took', async () => {
    const world = new World();
    world.store.readRecord = () => {
      world.clock.advance(62_000);
      return Promise.resolve(undefined);
    };
    await deploy(aSettings(), world);
    expect(world.verdicts).toContain('✅ infra (check): 1 min 2 s');
    const names = world.verdicts.map((verdict) => verdict.replace(/: [\d.]+ .*$/, ''));
    expect(names.toSorted()).toEqual(
      ['image', 'infra', 'infra (check)', 'manifests', 'manifests (check)', 'rollout'].map(
        (name) => `✅ ${name}`,
      ),
    );
  });

  test('takes the kubeconfig of the infra step where none is given', async () => {
    const world = new World();
    const result = await deploy(aSettings({ manifests: someManifests({ kubeconfig: undefined }) }), world);
    expect(result.manifests.status).toBe('succeeded');
    expect(new Set(world.connected)).toEqual(new Set(['https://lke1.example.com:443']));
  });

  test('masks the values of Secrets before anything runs', async () => {
    const world = new World();
    world.builder.build = () => {
      expect(world.masked).toContain('hunter2-secret');
      expect(world.masked).toContain(Buffer.from('hunter2-secret').toString('base64'));
      return Promise.resolve();
    };
    expect((await deploy(aSettings(), world)).image.status).toBe('succeeded');
  });

  test('masks no value that is but a name that the run is about', async () => {
    const world = new World();
    const secrets = {
      names: { a: 'production', b: 'wpp-bot', c: 'ghcr.io/acme/wpp-bot', d: 'hunter2-other' },
    };
    await deploy(aSettings({ manifests: someManifests({ secrets }) }), world);
    expect(world.masked).toContain('hunter2-other');
    expect(world.masked).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(production|.*wpp-bot)$/)]),
    );
  });

  test('applies the Secrets that the input gives', async () => {
    const world = new World();
    const secrets = { given: { KEY: 'hunter2-given' } };
    const result = await deploy(aSettings({ manifests: someManifests({ secrets }) }), world);
    expect(result.manifests).toMatchObject({
      did: expect.arrayContaining(['created Secret/wpp-bot/given']) as unknown,
    });
    expect(at(world.cluster.objects.get('Secret/wpp-bot/given'), 'data', 'KEY')).toBe(
      Buffer.from('hunter2-given').toString('base64'),
    );
    expect(JSON.stringify(result)).not.toContain('hunter2-given');
  });

  test('image and infra run side by side', async () => {
    const world = new World();
    let planned: () => void = () => undefined;
    const planIsMade = new Promise<void>((resolve) => (planned = resolve));
    const plan = world.terraform.plan.bind(world.terraform);
    world.terraform.plan = (options) => {
      planned();
      return plan(options);
    };
    world.builder.build = () => planIsMade;
    expect((await deploy(aSettings(), world)).image.status).toBe('succeeded');
  });
});

test('the same again changes nothing and rolls nothing', async () => {
  const world = new World();
  await deploy(aSettings(), world);
  const written = world.cluster.written.length;
  const calls = world.terraform.calls.length;
  const result = await deploy(aSettings(), world);
  expect(world.cluster.written).toHaveLength(written);
  expect(world.terraform.calls).toHaveLength(calls);
  expect(world.builder.requests).toHaveLength(1);
  expect(result.rollout).toMatchObject({ status: 'succeeded', value: [{ rolled: false }] });
  expect(result.infra).toMatchObject({ value: { changed: false, clusterId: 42 } });
});

describe('after a failure', () => {
  test('of the image no manifest is written, and infra is still told', async () => {
    const world = new World();
    const error = aFailure('image-build-failed');
    const result = await deploy(
      aSettings(),
      Object.assign(world, { image: { ...world.image, builder: new FakeBuilder(error) } }),
    );
    expect(result.image).toMatchObject({ status: 'failed', error: error.details });
    expect(result.infra.status).toBe('succeeded');
    expect(result.manifests).toEqual(skippedFor('a step before it failed'));
    expect(result.rollout).toEqual(skippedFor('a step before it failed'));
    expect(world.cluster.written).toEqual([]);
    expect(world.verdicts).toContain('❌ image: 0.0 s');
  });

  test('of infra half way: what was done is told', async () => {
    const world = new World();
    world.terraform.applyError = aFailure('infra-apply-failed');
    const result = await deploy(aSettings(), world);
    expect(result.infra).toMatchObject({
      status: 'failed',
      did: ['linode_lke_cluster.a: Creation complete'],
    });
    expect(result.manifests).toEqual(skippedFor('a step before it failed'));
    expect(world.cluster.written).toEqual([]);
  });

  test('of the manifests nothing is waited for', async () => {
    const world = new World();
    world.cluster.refuse(BOT, () => refusal(422));
    const result = await deploy(aSettings(), world);
    expect(result.manifests).toMatchObject({
      status: 'failed',
      error: { code: 'manifest-refused' },
      did: [
        'created Namespace/wpp-bot',
        'created ConfigMap/wpp-bot/wpp-bot-production-inventory',
        'created Secret/wpp-bot/env',
      ],
    });
    expect(result.rollout).toEqual(skippedFor('the manifests were not all applied'));
  });

  test('that is a fault of ours the code is internal', async () => {
    const world = new World();
    world.builder.build = () => Promise.reject(new TypeError('boom'));
    const { image } = await deploy(aSettings(), world);
    expect(image).toMatchObject({ status: 'failed', error: { code: 'internal', step: 'image' } });
  });
});

test('a rollout that will probably hang is warned of before anything is applied', async () => {
  const world = new World();
  const claim =
    'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce]}\n';
  const app =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: bot}\nspec: {template: {spec: {volumes: [{persistentVolumeClaim: {claimName: data}}]}}}\n';
  world.files = fakeFiles({
    Dockerfile: '',
    'manifests/app.yaml': `${claim}---\n${app}`,
    'terraform/main.tf': '#',
  });
  await deploy(aSettings({ command: 'preview' }), world);
  expect(world.log('manifests').lines).toEqual([
    expect.stringMatching(/^warning: Deployment\/bot .*Recreate/),
  ]);
});

test('faults of the manifests stop everything before anything is touched', async () => {
  const world = new World();
  world.files = fakeFiles({
    Dockerfile: '',
    'manifests/a.yaml': 'kind: [',
    'manifests/b.yaml': 'kind: X',
    'terraform/main.tf': '#',
  });
  const result = await deploy(aSettings(), world);
  expect(result.manifests).toMatchObject({ status: 'failed', error: { code: 'manifest-invalid' } });
  expect(result.image).toEqual(skippedFor('the manifests have faults'));
  expect(result.infra).toEqual(skippedFor('the manifests have faults'));
  expect(world.touched).toBe(false);
});

describe('an infrastructure that is not ready', () => {
  const READ_ONLY = { taken: { status: 403, code: 'AccessDenied' } };

  test('stops everything before anything is touched', async () => {
    const world = new World();
    world.store.trial = READ_ONLY;
    const result = await deploy(aSettings(), world);
    const skipped = skippedFor('the infrastructure is not ready for it');
    expect(result).toMatchObject({
      image: skipped,
      infra: { status: 'failed', error: { code: 'state-store-read-only' } },
      manifests: skipped,
      rollout: skipped,
    });
    expect(world.touched).toBe(false);
  });

  test('is told together with the faults of the manifests', async () => {
    const world = new World();
    world.store.trial = READ_ONLY;
    world.files = fakeFiles({ 'manifests/a.yaml': 'kind: [', 'terraform/main.tf': '#' });
    const result = await deploy(aSettings(), world);
    expect(result).toMatchObject({
      infra: { status: 'failed', error: { code: 'state-store-read-only' } },
      manifests: { status: 'failed', error: { code: 'manifest-invalid' } },
    });
    expect(world.touched).toBe(false);
  });

  test('does not keep from restarting and going back', async () => {
    const world = new World();
    await deploy(aSettings(), world);
    world.store.trial = READ_ONLY;
    world.linode.held = [];
    expect((await deploy(aSettings({ command: 'restart' }), world)).rollout.status).toBe('succeeded');
  });
});

describe('steps that are switched off', () => {
  const off = (reason: string): { run: false; reason: string } => ({ run: false, reason });

  test('are skipped with their reason, and the others run', async () => {
    const world = new World();
    const settings = aSettings({ infra: off('infra is never'), image: off('build is never') });
    const result = await deploy(settings, Object.assign(world, { infra: undefined }));
    expect(result.image).toEqual(skippedFor('build is never'));
    expect(result.infra).toEqual(skippedFor('infra is never'));
    expect(result.manifests.status).toBe('succeeded');
    expect(imageIn(world)).toBe(`ghcr.io/acme/wpp-bot:${SHA}`);
  });

  test('a deployment that knows no cluster says how to give one', async () => {
    const world = new World();
    world.terraform.result = { kubeconfig: undefined, clusterId: undefined };
    const settings = aSettings({ manifests: someManifests({ kubeconfig: undefined }) });
    const { manifests } = await deploy(settings, world);
    expect(manifests).toMatchObject({
      status: 'failed',
      error: { code: 'kubeconfig-missing', step: 'manifests' },
    });
  });

  test('the rollout tells why there are no manifests', async () => {
    const settings = aSettings({ manifests: off('manifests are never') });
    const { manifests, rollout } = await deploy(settings, new World());
    expect([manifests, rollout]).toEqual(Array(2).fill(skippedFor('manifests are never')));
  });

  test('rollout: never does not wait', async () => {
    const settings = aSettings({
      rollout: { mode: 'never', timeoutSeconds: 1, rollbackOnFailure: false, workloads: [] },
    });
    expect((await deploy(settings, new World())).rollout).toEqual(skippedFor('rollout is never'));
  });
});

test('the pull secret is of its token’s user', async () => {
  const world = new World();
  const settings = aSettings({
    manifests: someManifests({ pullToken: 'pull-token-1', pullUsername: 'robot' }),
  });
  await deploy(
    settings,
    Object.assign(world, { image: { ...world.image, registry: new FakeRegistry(DIGEST) } }),
  );
  const encoded = String(
    at(world.cluster.objects.get('Secret/wpp-bot/wpp-deploy-pull'), 'data', '.dockerconfigjson'),
  );
  const auth = String(at(JSON.parse(Buffer.from(encoded, 'base64').toString()), 'auths', 'ghcr.io', 'auth'));
  expect(Buffer.from(auth, 'base64').toString()).toBe('robot:pull-token-1');
});

test.each([
  [undefined, 1],
  ['pull-token-1', 0],
])('a private image that is deployed with the pull token %s is warned of: %d', async (pullToken, count) => {
  const world = new World();
  world.registry.private = true;
  await deploy(aSettings({ manifests: someManifests({ pullToken }) }), world);
  const lines = world.logs.get('manifests')?.lines ?? [];
  expect(lines.filter((line) => line.includes('is private'))).toHaveLength(count);
});

describe('the secret with the kubeconfig', () => {
  test.each([
    ['production', 'KUBE_CONFIG'],
    ['staging', 'KUBE_CONFIG_STAGING'],
  ])(
    'of %s is written when the cluster was made, even where the manifests fail',
    async (environment, name) => {
      const world = new World();
      world.secrets = new FakeSecrets();
      world.cluster.apply = () => Promise.reject(aFailure('cluster-unreachable'));
      const result = await deploy(aSettings({ environment }), world);
      expect(result.manifests.status).toBe('failed');
      expect(world.secrets.written).toEqual([name]);
      expect(result.infra).toMatchObject({
        did: expect.arrayContaining([`wrote the secret ${name} of the repository`]) as unknown,
      });
    },
  );

  test('is not written in a preview', async () => {
    const world = new World();
    world.secrets = new FakeSecrets();
    const result = await deploy(aSettings({ command: 'preview' }), world);
    expect(result.infra.status).toBe('succeeded');
    expect(world.secrets.written).toEqual([]);
  });
});

describe('a cluster that is given', () => {
  const given = aSettings({ infra: { run: false, reason: 'infra is never' } });

  test.each([
    ['does not take the credentials', aFailure('cluster-unauthorized'), 'cluster-unauthorized'],
    ['is away', aFailure('cluster-unreachable'), 'cluster-unreachable'],
  ])('that %s is told before an image is built', async (_, error, code) => {
    const world = new World();
    world.cluster.types = () => Promise.reject(error);
    const result = await deploy(given, world);
    expect(result.manifests).toMatchObject({ status: 'failed', error: { code } });
    expect(result.image.status).toBe('skipped');
    expect([world.builder.requests.length, world.registry.asked.length]).toEqual([0, 0]);
  });

  test('that does not know a kind is told before an image is built', async () => {
    const world = new World();
    world.files = fakeFiles({
      'manifests/a.yaml': 'apiVersion: example.com/v1\nkind: Nothing\nmetadata: {name: a}\n',
    });
    const result = await deploy(given, world);
    expect(result.manifests).toMatchObject({ status: 'failed', error: { code: 'manifest-refused' } });
    expect(world.builder.requests).toEqual([]);
  });

  test('is not asked first where the infrastructure may change it', async () => {
    const world = new World();
    world.builder.build = () => {
      expect(world.connected).toEqual([]);
      return Promise.resolve();
    };
    expect((await deploy(aSettings(), world)).image.status).toBe('succeeded');
  });
});
