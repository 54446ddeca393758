import { describe, expect, test } from '@jest/globals';
import { deploy } from '../src/deploy';
import { at } from '../src/json';
import { fakeFiles } from './support/files';
import { aSettings, someManifests } from './support/settings';
import { World } from './support/world';

const BOT = 'Deployment/wpp-bot/bot';
const skippedFor = (reason: string): object => ({ status: 'skipped', reason });

test('rollout: always restarts what did not change, and only that', async () => {
  const world = new World();
  const settings = aSettings({ rollout: { mode: 'always', timeoutSeconds: 60, rollbackOnFailure: false } });
  const first = await deploy(settings, world);
  expect(first.rollout).toMatchObject({ did: [] });
  const second = await deploy(settings, world);
  expect(second.rollout).toMatchObject({ did: [`restarted ${BOT}`], value: [{ rolled: true }] });
});

describe('restart', () => {
  const settings = aSettings({ command: 'restart', image: { run: false, reason: 'restart builds nothing' } });

  async function deployed(): Promise<World> {
    const world = new World();
    await deploy(aSettings(), world);
    return world;
  }

  test('only restarts', async () => {
    const world = await deployed();
    const [written, calls, builds] = [
      world.cluster.written.length,
      world.terraform.calls.length,
      world.builder.requests.length,
    ];
    const result = await deploy(settings, world);
    expect(result).toMatchObject({
      image: skippedFor('restart only restarts'),
      infra: skippedFor('restart only restarts'),
      manifests: skippedFor('restart only restarts'),
      rollout: { status: 'succeeded', value: [{ workload: BOT, rolled: true }], did: [`restarted ${BOT}`] },
    });
    expect(world.cluster.written.slice(written)).toEqual([BOT]);
    expect(world.terraform.calls).toHaveLength(calls);
    expect(world.builder.requests).toHaveLength(builds);
  });

  test('twice at the same moment is two rollouts: the stamp has the run and its attempt', async () => {
    const world = await deployed();
    const stamp = (): unknown =>
      at(
        world.cluster.objects.get(BOT),
        'spec',
        'template',
        'metadata',
        'annotations',
        'kubectl.kubernetes.io/restartedAt',
      );
    await deploy(settings, world);
    const first = stamp();
    await deploy({ ...settings, event: { ...settings.event, runAttempt: '2' } }, world);
    expect(first).toMatch(/^2026-01-02T03:04:05\.678Z/);
    expect(stamp()).not.toBe(first);
  });

  test('finds the cluster by the record of the last apply', async () => {
    const world = await deployed();
    const result = await deploy({ ...settings, manifests: someManifests({ kubeconfig: undefined }) }, world);
    expect(result.rollout.status).toBe('succeeded');
    expect(world.linode.asked).toEqual([42]);
  });

  test('of what was never deployed fails before anything is applied', async () => {
    const world = new World();
    const result = await deploy(settings, world);
    expect(result.rollout).toMatchObject({
      status: 'failed',
      error: { code: 'workload-missing', step: 'rollout', cause: `${BOT} is not in the cluster` },
      did: [],
    });
    expect(world.cluster.applies).toEqual([]);
  });

  test('of several of which one is missing fails when all are done, and tells which were restarted', async () => {
    const world = await deployed();
    const app = new TextDecoder().decode(world.files.read('manifests/app.yaml'));
    const gone = app.replace('name: bot', 'name: gone');
    world.files = fakeFiles({ 'manifests/app.yaml': app, 'manifests/gone.yaml': gone });
    const apply = world.cluster.apply.bind(world.cluster);
    world.cluster.apply = async (...given) => {
      await world.clock.sleep(1_000);
      return apply(...given);
    };
    const { rollout } = await deploy(settings, world);
    expect(structuredClone(rollout)).toMatchObject({
      status: 'failed',
      error: { code: 'workload-missing' },
      did: [`restarted ${BOT}`],
    });
  });

  test('without any cluster fails with what to give', async () => {
    const result = await deploy(
      { ...settings, manifests: someManifests({ kubeconfig: undefined }) },
      new World(),
    );
    expect(result.rollout).toMatchObject({
      status: 'failed',
      error: { code: 'kubeconfig-missing', step: 'rollout' },
    });
  });
});
