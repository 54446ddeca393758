import { describe, expect, test } from '@jest/globals';
import { deploy } from '../src/deploy';
import { commitTag } from '../src/image/tag';
import { at } from '../src/json';
import { aSettings, anImage, SHA, someManifests } from './support/settings';
import { World } from './support/world';

const BOT = 'Deployment/wpp-bot/bot';
const skippedFor = (reason: string): object => ({ status: 'skipped', reason });

describe('a preview', () => {
  const preview = aSettings({ command: 'preview' });

  test('changes nothing anywhere', async () => {
    const world = new World();
    world.cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'wpp-bot' } });
    const result = await deploy(preview, world);
    expect(result.image).toMatchObject({ value: { kind: 'checked' }, did: [] });
    expect(world.builder.requests.map(({ push }) => push)).toEqual([undefined]);
    expect(world.terraform.calls).toEqual(['init', 'plan without lock']);
    expect(world.store.written).toEqual([]);
    expect(world.cluster.written).toEqual([]);
    expect(result.rollout).toEqual(skippedFor('a preview changes nothing'));
  });

  test('compares with the tag that will be built', async () => {
    const world = new World();
    world.cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'wpp-bot' } });
    await deploy(preview, world);
    const tried = world.cluster.applies.find(({ name }) => name === BOT);
    expect(at(tried?.object, 'spec', 'template', 'spec', 'containers', 0, 'image')).toBe(
      `ghcr.io/acme/wpp-bot:${SHA}`,
    );
  });

  test('compares with the tag of its own that an image of another context has', async () => {
    const world = new World();
    world.cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'wpp-bot' } });
    await deploy({ ...preview, image: anImage({ context: 'app', file: 'app/Dockerfile' }) }, world);
    const tried = world.cluster.applies.find(({ name }) => name === BOT);
    expect(at(tried?.object, 'spec', 'template', 'spec', 'containers', 0, 'image')).toBe(
      `ghcr.io/acme/wpp-bot:${await commitTag(SHA, anImage({ context: 'app', file: 'app/Dockerfile' }))}`,
    );
  });

  test('without a cluster leaves the manifests out, with the reason', async () => {
    const settings = { ...preview, manifests: someManifests({ kubeconfig: undefined }) };
    const { manifests } = await deploy(settings, new World());
    expect(manifests).toEqual(skippedFor('there is no cluster yet to compare with'));
  });
});
