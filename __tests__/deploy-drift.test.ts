import { beforeEach, describe, expect, test } from '@jest/globals';
import { deploy } from '../src/deploy';
import type { DeployResult } from '../src/deploy-result';
import { makeReport } from '../src/report/report';
import type { Settings } from '../src/settings/settings';
import { aFailure } from './support/failure';
import { FakeRegistry } from './support/image';
import { EMPTY_PLAN, planned } from './support/infra';
import { anEvent, anInfra, aSettings, DIGEST, someManifests } from './support/settings';
import { World } from './support/world';

const BOT = 'Deployment/wpp-bot/bot';
const off = (reason: string): { run: false; reason: string } => ({ run: false, reason });
const drift = (given: Partial<Settings> = {}): Settings =>
  aSettings({
    command: 'drift',
    // A later commit, whose image would have another tag and perhaps another digest.
    event: anEvent({ name: 'schedule', sha: 'e'.repeat(40) }),
    image: off('drift builds nothing'),
    infra: anInfra({ mode: 'always' }),
    ...given,
  });

let world: World;
let applies: number;
beforeEach(async () => {
  world = new World();
  const registry = new FakeRegistry(DIGEST);
  await deploy(aSettings(), Object.assign(world, { image: { ...world.image, registry } }));
  world.terraform.json = EMPTY_PLAN;
  world.terraform.calls.length = 0;
  applies = world.cluster.written.length;
});

async function look(settings = drift()): Promise<DeployResult & { readonly drift: boolean | undefined }> {
  const result = await deploy(settings, world);
  return { ...result, drift: makeReport(settings, result).drift };
}

describe('drift', () => {
  test('is none right after a deploy, whatever tag a later commit would give the image', async () => {
    const result = await look();
    expect(result.drift).toBe(false);
    expect(result.manifests).toMatchObject({ status: 'succeeded' });
  });

  test('plans though the content is as applied, without the lock, and writes nothing anywhere', async () => {
    const written = world.store.written.length;
    await look();
    expect(world.terraform.calls).toEqual(['init', 'plan without lock']);
    expect(world.store.written).toHaveLength(written);
    expect(world.cluster.written).toHaveLength(applies);
    expect(world.cluster.removed).toEqual([]);
    expect(world.builder.requests).toEqual([]);
  });

  test('is what somebody changed in the cluster', async () => {
    const live = world.cluster.objects.get(BOT) ?? {};
    const spec = { template: { spec: { containers: [{ name: 'bot', image: 'by/hand:1' }] } } };
    world.cluster.put({ ...live, spec });
    const result = await look();
    expect(result.drift).toBe(true);
    expect(JSON.stringify(result.manifests)).toContain('by/hand:1');
  });

  test('is what somebody changed at Linode; a deletion is told and not refused', async () => {
    world.terraform.json = { resource_changes: [planned('linode_volume.a', ['delete'])] };
    const result = await look();
    expect(result.drift).toBe(true);
    expect(result.infra).toMatchObject({ value: { plan: { changes: [{ action: 'delete' }] } } });
  });

  test('is no output alone, which the next apply brings up to date', async () => {
    world.terraform.json = { output_changes: { kubeconfig: { actions: ['update'] } } };
    expect((await look()).drift).toBe(false);
  });
});

describe('what cannot be seen', () => {
  test('is the manifests where no release is recorded, since the image is not known', async () => {
    world.cluster.lists.set('Secret', []);
    const result = await look();
    expect(result.manifests).toEqual({
      status: 'skipped',
      reason: 'the cluster has no record of a release to compare with',
    });
    expect(result.drift).toBeUndefined();
    world.terraform.json = { resource_changes: [planned('linode_volume.a', ['create'])] };
    expect((await look()).drift).toBe(true);
  });

  test('is nothing that the inputs leave out', async () => {
    expect((await look(drift({ manifests: off('none') }))).drift).toBe(false);
  });

  test('leaves it open whether something differs', async () => {
    world.terraform.init = () => Promise.reject(aFailure('infra-init-failed'));
    const settings = drift({ manifests: someManifests({ kubeconfig: undefined }) });
    const result = await look(settings);
    expect(result.infra.status).toBe('failed');
    expect(result.manifests).toEqual({ status: 'skipped', reason: 'a step before it failed' });
    expect(result.drift).toBeUndefined();
  });

  test('is all where both are switched off', async () => {
    const result = await look(drift({ infra: off('infra is never'), manifests: off('none') }));
    expect(result.drift).toBeUndefined();
  });
});

test('only drift has drift', async () => {
  const settings = aSettings({ infra: anInfra() });
  expect(makeReport(settings, await deploy(settings, world)).outputs['drift']).toBe('');
  const looked = drift();
  expect(makeReport(looked, await deploy(looked, world)).outputs['drift']).toBe('false');
});
