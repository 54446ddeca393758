import { describe, expect, test } from '@jest/globals';
import { deploy } from '../src/deploy';
import { at } from '../src/json';
import { fakeFiles } from './support/files';
import type { Settings } from '../src/settings/settings';
import { aSettings, someManifests } from './support/settings';
import { World } from './support/world';

const BOT = 'Deployment/wpp-bot/bot';
const skippedFor = (reason: string): object => ({ status: 'skipped', reason });

test('rollout: always restarts what did not change, and only that', async () => {
  const world = new World();
  const settings = aSettings({
    rollout: { mode: 'always', timeoutSeconds: 60, rollbackOnFailure: false, workloads: [] },
  });
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
    world.files = fakeFiles({ Dockerfile: '', 'manifests/app.yaml': app, 'manifests/gone.yaml': gone });
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

describe('of the workloads that are chosen', () => {
  const APP = (name: string): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec: {template: {spec: {containers: []}}}\n`;
  const JOB = 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate}\nspec: {template: {spec: {}}}\n';
  const choosing = (...names: readonly string[]): Settings['rollout'] => ({
    mode: 'auto',
    timeoutSeconds: 60,
    rollbackOnFailure: false,
    workloads: names.map((name) => ({ kind: undefined, name })),
  });

  function worldOf(files: Readonly<Record<string, string>>): World {
    const world = new World();
    world.files = fakeFiles({ Dockerfile: '', ...files, 'terraform/main.tf': '#' });
    return world;
  }

  test('only those are restarted and waited for', async () => {
    const world = worldOf({ 'manifests/a.yaml': APP('bot'), 'manifests/b.yaml': APP('worker') });
    const first = await deploy(aSettings({ rollout: choosing('worker') }), world);
    expect(first.rollout).toMatchObject({ value: [{ workload: 'Deployment/wpp-bot/worker' }] });
    const restarted = await deploy(aSettings({ command: 'restart', rollout: choosing('bot') }), world);
    expect(restarted.rollout).toMatchObject({ did: [`restarted ${BOT}`], value: [{ workload: BOT }] });
  });

  test.each([
    ['deploy', 'worker', 'workloads names worker, which the manifests do not have'],
    ['restart', 'migrate', 'workloads names migrate, which the manifests do not have'],
  ] as const)(
    '%s of %s, which is none, is refused before anything is touched',
    async (command, name, cause) => {
      const world = worldOf({ 'manifests/a.yaml': APP('bot'), 'manifests/job.yaml': JOB });
      const result = await deploy(aSettings({ command, rollout: choosing(name) }), world);
      expect(result.manifests).toMatchObject({ status: 'failed', error: { code: 'input-invalid', cause } });
      expect(world.touched).toBe(false);
    },
  );
});
