import { describe, expect, test } from '@jest/globals';
import { deploy } from '../src/deploy';
import type { DeployResult } from '../src/deploy-result';
import { at, textAt, type JsonObject } from '../src/json';
import { makeReport } from '../src/report/report';
import type { Settings } from '../src/settings/settings';
import { refusal } from './support/cluster';
import { aFailure } from './support/failure';
import { fakeFiles } from './support/files';
import { FakeRegistry } from './support/image';
import { anEvent, aSettings, someManifests } from './support/settings';
import { aPod, aReplicaSet, waiting } from './support/workloads';
import { World } from './support/world';

const BOT = 'Deployment/wpp-bot/bot';
const off = (reason: string): { run: false; reason: string } => ({ run: false, reason });
const rollback = (given: Partial<Settings> = {}): Settings =>
  aSettings({ command: 'rollback', image: off('rollback builds nothing'), infra: off('no infra'), ...given });

const digestOf = (version: number): string => `sha256:${String(version).repeat(64)}`;

/** The files of a version: its configuration, a Secret and, from `also` on, objects that only it has. */
function filesOf(version: number, also = ''): ReturnType<typeof fakeFiles> {
  return fakeFiles({
    Dockerfile: '',
    'manifests/app.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: bot}
spec: {template: {spec: {containers: [{name: bot, image: "\${image}", envFrom: [{configMapRef: {name: config}}]}]}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: config}
data: {version: "${version}"}
---
apiVersion: v1
kind: Secret
metadata: {name: env}
stringData: {key: secret-of-version-${version}}
${also}`,
  });
}

const CLAIM = '---\napiVersion: v1\nkind: Service\nmetadata: {name: extra}\n';
const INGRESS =
  '---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {rules: [{host: bot.example.com}]}\n';
const JOB = '---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate}\n';

/** Deploys a version, with the digest that its number makes. */
async function deployVersion(
  world: World,
  version: number,
  given: { readonly also?: string; readonly settings?: Partial<Settings> } = {},
): Promise<DeployResult> {
  world.files = filesOf(version, given.also);
  const registry = new FakeRegistry(digestOf(version));
  const event = anEvent({ sha: String(version).repeat(40) });
  const settings = aSettings({ event, infra: off('no infra'), ...given.settings });
  return deploy(settings, Object.assign(world, { image: { ...world.image, registry } }));
}

const undoing = {
  rollout: { mode: 'auto', timeoutSeconds: 60, rollbackOnFailure: true, workloads: [] },
} satisfies Partial<Settings>;

/** Gives which version runs, by image, configuration and Secret, and what else is there. */
function running({ cluster }: World): unknown {
  const image = textAt(cluster.objects.get(BOT), 'spec', 'template', 'spec', 'containers', 0, 'image');
  const key = textAt(cluster.objects.get('Secret/wpp-bot/env'), 'data', 'key');
  return [
    image.at(-1),
    at(cluster.objects.get('ConfigMap/wpp-bot/config'), 'data', 'version'),
    Buffer.from(key, 'base64').toString('utf8').at(-1),
  ].join('');
}

const records = ({ cluster }: World): readonly string[] =>
  [...cluster.objects.keys()].filter((name) => name.includes('-release-')).sort();
const record = (number: number): string => `Secret/wpp-bot/wpp-bot-production-release-${number}`;

/** Lets the pods of one version crash. */
function crashing(world: World, version: number): void {
  const list = world.cluster.list.bind(world.cluster);
  world.cluster.list = async (type, namespace, labels) => {
    const objects = await list(type, namespace, labels);
    return objects.map((object) => {
      const image = textAt(object, 'spec', 'template', 'spec', 'containers', 0, 'image');
      if (type.kind !== 'Deployment' || !image.endsWith(digestOf(version))) return object;
      const metadata = { ...(object['metadata'] as JsonObject), uid: 'bot-uid' };
      return { ...object, metadata, status: { observedGeneration: 99, updatedReplicas: 1 } };
    });
  };
  world.cluster.lists.set('ReplicaSet', [aReplicaSet()]);
  world.cluster.lists.set('Pod', [
    aPod({
      containerStatuses: [
        waiting('CrashLoopBackOff', '', {
          restartCount: 3,
          lastState: { terminated: { exitCode: 3, reason: 'Error' } },
        }),
      ],
    }),
  ]);
}

describe('the URL of the application is told', () => {
  const urlOf = (result: DeployResult): unknown => makeReport(aSettings(), result).outputs['url'];
  const also = INGRESS;

  test('where what was deployed came up, or nobody waited for it', async () => {
    const never = { ...aSettings().rollout, mode: 'never' as const };
    expect(urlOf(await deployVersion(new World(), 1, { also }))).toBe('http://bot.example.com');
    const unwatched = await deployVersion(new World(), 1, { also, settings: { rollout: never } });
    expect(urlOf(unwatched)).toBe('http://bot.example.com');
    expect(urlOf(await deployVersion(new World(), 1))).toBe('');
  });

  test('not where it did not, by a deploy or by going back', async () => {
    const world = new World();
    for (const version of [1, 2]) await deployVersion(world, version, { also });
    crashing(world, 3);
    expect(urlOf(await deployVersion(world, 3, { also }))).toBe('');
    crashing(world, 2);
    const back = await deploy(rollback(), world);
    expect([back.rollout.status, urlOf(back)]).toEqual(['failed', '']);
  });

  test('of the release that runs again', async () => {
    const world = new World();
    await deployVersion(world, 1, { also });
    await deployVersion(world, 2);
    expect(urlOf(await deploy(rollback(), world))).toBe('http://bot.example.com');
  });
});

describe('command rollback', () => {
  test('brings back image, configuration, Secrets and what was deleted, and says what runs now', async () => {
    const world = new World();
    await deployVersion(world, 1, { also: CLAIM });
    await deployVersion(world, 2);
    expect([running(world), world.cluster.objects.has('Service/wpp-bot/extra')]).toEqual(['222', false]);
    world.files = fakeFiles({});
    const result = await deploy(rollback(), world);
    expect([running(world), world.cluster.objects.has('Service/wpp-bot/extra')]).toEqual(['111', true]);
    expect(result).toMatchObject({
      image: { status: 'skipped' },
      infra: { status: 'skipped' },
      manifests: { status: 'succeeded' },
      rollout: { status: 'succeeded', value: [{ workload: BOT, rolled: true }] },
      release: { number: 1, commit: '1'.repeat(40), image: `ghcr.io/acme/wpp-bot@${digestOf(1)}` },
    });
    expect(makeReport(rollback(), result).outputs).toMatchObject({
      rollout: 'succeeded',
      'failure-code': '',
    });
    expect(records(world)).toEqual([record(1)]);
  });

  test('deletes what only the newer release had', async () => {
    const world = new World();
    await deployVersion(world, 1);
    await deployVersion(world, 2, { also: CLAIM });
    await deploy(rollback(), world);
    expect(world.cluster.objects.has('Service/wpp-bot/extra')).toBe(false);
  });

  test('twice goes back two releases, a third time there is none', async () => {
    const world = new World();
    for (const version of [1, 2, 3]) await deployVersion(world, version);
    await deploy(rollback(), world);
    expect(running(world)).toBe('222');
    await deploy(rollback(), world);
    expect(running(world)).toBe('111');
    const { manifests, rollout } = await deploy(rollback(), world);
    expect(manifests).toMatchObject({
      status: 'failed',
      error: {
        code: 'release-missing',
        cause: expect.stringMatching(
          /no complete release of wpp-bot in the environment production before release 1 \(commit 1{12}/,
        ) as unknown,
      },
    });
    expect(rollout.status).toBe('skipped');
    expect(running(world)).toBe('111');
  });

  test('then the same deploy again is a release again', async () => {
    const world = new World();
    for (const version of [1, 2]) await deployVersion(world, version);
    await deploy(rollback(), world);
    expect(await deployVersion(world, 2)).toMatchObject({ release: { number: 2 } });
    expect(running(world)).toBe('222');
  });

  test('of a release that never came up leads to the one before, not to the one before that', async () => {
    const world = new World();
    for (const version of [1, 2]) await deployVersion(world, version);
    crashing(world, 3);
    expect(await deployVersion(world, 3)).toMatchObject({ rollout: { status: 'failed' } });
    expect(await deploy(rollback(), world)).toMatchObject({ release: { number: 2 } });
    expect(running(world)).toBe('222');
    expect(records(world)).toEqual([record(1), record(2)]);
  });

  test('that is killed before it forgets the newer release, and runs again, ends at the same one', async () => {
    const world = new World();
    for (const version of [1, 2, 3]) await deployVersion(world, version);
    const remove = world.cluster.remove.bind(world.cluster);
    world.cluster.remove = () => Promise.reject(new Error('killed here'));
    await deploy(rollback(), world);
    world.cluster.remove = remove;
    const again = await deploy(rollback(), world);
    expect(again).toMatchObject({ release: { number: 2 }, rollout: { value: [{ rolled: false }] } });
    expect(makeReport(rollback(), again).outputs['rollout']).toBe('succeeded');
    expect(running(world)).toBe('222');
  });

  test('leaves Jobs as they are, neither run again nor deleted, and the next deploy still knows them', async () => {
    const world = new World();
    world.cluster.known.push({ apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs', namespaced: true });
    await deployVersion(world, 1);
    await deployVersion(world, 2, { also: JOB });
    const writes = world.cluster.written.filter((name) => name === 'Job/wpp-bot/migrate').length;
    await deploy(rollback(), world);
    expect(world.cluster.objects.has('Job/wpp-bot/migrate')).toBe(true);
    expect(world.cluster.written.filter((name) => name === 'Job/wpp-bot/migrate')).toHaveLength(writes);
    await deployVersion(world, 3);
    expect(world.cluster.objects.has('Job/wpp-bot/migrate')).toBe(false);
  });

  test('pulls with the token of today', async () => {
    const world = new World();
    const before = { manifests: someManifests({ pullToken: 'pull-token-old' }) };
    for (const version of [1, 2]) await deployVersion(world, version, { settings: before });
    await deploy(rollback({ manifests: someManifests({ pullToken: 'pull-token-new' }) }), world);
    const secret = world.cluster.objects.get('Secret/wpp-bot/wpp-deploy-pull');
    const config = Buffer.from(textAt(secret, 'data', '.dockerconfigjson'), 'base64').toString('utf8');
    const auth = Buffer.from(textAt(JSON.parse(config), 'auths', 'ghcr.io', 'auth'), 'base64').toString();
    expect(auth).toBe('acme:pull-token-new');
  });

  test('masks the Secrets of the release that it brings back, and tells none', async () => {
    const world = new World();
    for (const version of [1, 2]) await deployVersion(world, version);
    world.masked.length = 0;
    const result = await deploy(rollback(), world);
    const encoded = Buffer.from('secret-of-version-1').toString('base64');
    expect(world.masked).toEqual(expect.arrayContaining(['secret-of-version-1', encoded]));
    const packed = textAt(world.cluster.objects.get(record(1)), 'data', 'objects');
    const told = JSON.stringify([result, makeReport(rollback(), result), [...world.logs.values()]]);
    for (const secret of ['secret-of-version', encoded, packed]) expect(told).not.toContain(secret);
  });

  test('keeps environments apart', async () => {
    const world = new World();
    const staging = {
      environment: 'staging',
      manifests: someManifests({ namespace: 'staging', inventory: 'wpp-bot-staging-inventory' }),
    };
    for (const version of [1, 2]) await deployVersion(world, version);
    await deployVersion(world, 1, { settings: staging });
    expect((await deploy(rollback(staging), world)).manifests).toMatchObject({
      error: { code: 'release-missing' },
    });
    expect(await deploy(rollback(), world)).toMatchObject({ release: { number: 1 } });
  });

  test('of what was never deployed says so', async () => {
    expect((await deploy(rollback(), new World())).manifests).toMatchObject({
      status: 'failed',
      error: {
        code: 'release-missing',
        cause: 'the cluster has no record of a release of wpp-bot in the environment production',
      },
    });
  });

  test('to a record without its objects says so and changes nothing', async () => {
    const world = new World();
    for (const version of [1, 2]) await deployVersion(world, version);
    const { data: _data, ...empty } = world.cluster.objects.get(record(1)) ?? {};
    world.cluster.put(empty);
    expect((await deploy(rollback(), world)).manifests).toMatchObject({
      error: { code: 'release-missing', cause: expect.stringContaining(record(1)) as unknown },
    });
    expect(running(world)).toBe('222');
  });

  test('finds the cluster by the record of the last apply where no kubeconfig is given', async () => {
    const world = new World();
    await deploy(aSettings(), world);
    const settings = aSettings({
      command: 'rollback',
      image: off('rollback builds nothing'),
      manifests: someManifests({ kubeconfig: undefined }),
    });
    expect((await deploy(settings, world)).manifests).toMatchObject({ error: { code: 'release-missing' } });
    expect(world.linode.asked).toEqual([42]);
  });
});

describe('rollback-on-failure', () => {
  test('brings back all of the release before, and fails with the cause', async () => {
    const world = new World();
    await deployVersion(world, 1, { also: CLAIM });
    crashing(world, 2);
    const result = await deployVersion(world, 2, { settings: undoing });
    expect([running(world), world.cluster.objects.has('Service/wpp-bot/extra')]).toEqual(['111', true]);
    expect(result.rollout).toMatchObject({
      status: 'failed',
      error: { code: 'rollout-container-crashing', rolledBackTo: { number: 1 } },
    });
    const report = makeReport(aSettings(undoing), result);
    expect(report).toMatchObject({
      outcome: 'failed',
      release: { number: 1, commit: '1'.repeat(40) },
      outputs: { rollout: 'rolled-back', 'failure-code': 'rollout-container-crashing' },
    });
    expect(report.steps[3]?.did.at(-1)).toMatch(/^release 1 \(commit 1{12}, .*\) runs again$/);
    expect(records(world)).toEqual([record(1)]);
  });

  test('of a first deploy says that there is nothing to go back to', async () => {
    const world = new World();
    crashing(world, 1);
    const result = await deployVersion(world, 1, { settings: undoing });
    expect(result.rollout).toMatchObject({
      status: 'failed',
      did: ['brought nothing back: no complete release before this one is recorded'],
    });
    expect(makeReport(aSettings(undoing), result).outputs['rollout']).toBe('failed');
  });

  test('of manifests that were applied half brings back what ran', async () => {
    const world = new World();
    await deployVersion(world, 1);
    world.cluster.refuse(BOT, ({ dryRun }) =>
      at(world.cluster.objects.get('ConfigMap/wpp-bot/config'), 'data', 'version') === '2' && !dryRun
        ? refusal(422)
        : undefined,
    );
    const result = await deployVersion(world, 2, { settings: undoing });
    expect(result.manifests).toMatchObject({
      status: 'failed',
      error: { code: 'manifest-refused', rolledBackTo: { number: 1 } },
    });
    expect(running(world)).toBe('111');
    expect(makeReport(aSettings(undoing), result)).toMatchObject({
      release: { number: 1 },
      outputs: { rollout: 'rolled-back' },
    });
  });

  test('that does not come up either fails with the first cause, and says so', async () => {
    const world = new World();
    await deployVersion(world, 1);
    crashing(world, 2);
    world.cluster.refuse('ConfigMap/wpp-bot/config', () =>
      running(world) === '222' ? refusal(403, { message: 'no more' }) : undefined,
    );
    const { rollout } = await deployVersion(world, 2, { settings: undoing });
    expect(rollout).toMatchObject({
      status: 'failed',
      error: { code: 'rollout-container-crashing' },
      did: [
        expect.stringMatching(/^going back to release 1/),
        expect.stringMatching(/^release 1 .* did not come up again: .*no more/),
      ],
    });
    expect(rollout).not.toHaveProperty('error.rolledBackTo');
    expect(records(world)).toEqual([record(1), record(2)]);
  });

  test('does nothing when the run is cancelled', async () => {
    const world = new World();
    await deployVersion(world, 1);
    crashing(world, 2);
    world.cluster.lists.set('Pod', []);
    world.clock.sleep = () => Promise.reject(aFailure('cancelled'));
    const { rollout } = await deployVersion(world, 2, { settings: undoing });
    expect(rollout).toMatchObject({ status: 'failed', error: { code: 'cancelled' }, did: [] });
    expect(running(world)).toBe('222');
  });
});

test('a deploy of which nothing could be applied leaves no record', async () => {
  const world = new World();
  for (const version of [1, 2]) await deployVersion(world, version);
  for (const name of [
    'ConfigMap/wpp-bot/config',
    'Secret/wpp-bot/env',
    'ConfigMap/wpp-bot/wpp-bot-production-inventory',
  ])
    world.cluster.refuse(name, () => refusal(403));
  expect((await deployVersion(world, 3)).manifests.status).toBe('failed');
  expect(records(world)).toEqual([record(1), record(2)]);
});

test('a release is complete also where nobody waits for it', async () => {
  const world = new World();
  const settings = { rollout: { ...undoing.rollout, mode: 'never' } } satisfies Partial<Settings>;
  expect(await deployVersion(world, 1, { settings })).toMatchObject({ release: { number: 1 } });
  await deployVersion(world, 2, { settings });
  await deploy(rollback(), world);
  expect(running(world)).toBe('111');
});

test('a preview records nothing', async () => {
  const world = new World();
  await deployVersion(world, 1, { settings: { command: 'preview' } });
  expect(records(world)).toEqual([]);
});
