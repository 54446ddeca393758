import { describe, expect, test } from '@jest/globals';
import { pullWarning } from '../../src/manifests/pull-warning';
import type { JsonObject } from '../../src/json';
import { aFailure } from '../support/failure';
import { FakeRegistry } from '../support/image';
import { DIGEST, IMAGE } from '../support/settings';

const image = { name: IMAGE, reference: `ghcr.io/acme/wpp-bot@${DIGEST}`, tag: 'v1' };

const warned = (spec: JsonObject, registry: FakeRegistry): Promise<string | undefined> => {
  const object = { kind: 'Deployment', metadata: { name: 'bot' }, spec: { template: { spec } } };
  return pullWarning([{ source: 'app.yaml', object }], image, registry);
};
const registry = (isPrivate: boolean): FakeRegistry =>
  Object.assign(new FakeRegistry(DIGEST), { private: isPrivate });
const own = { containers: [{ name: 'bot', image: image.reference }] };

test('a private image that pods run without a pull secret is warned of, with what helps', async () => {
  const warning = await warned(own, registry(true));
  expect(warning).toContain('ghcr.io/acme/wpp-bot is private, and Deployment/bot names no pull secret');
  expect(warning).toContain('give pull-token');
});

describe('nothing is said', () => {
  test.each<[string, JsonObject, boolean]>([
    ['of an image that everybody can pull', own, false],
    ['where there is a pull secret', { ...own, imagePullSecrets: [{ name: 'pull' }] }, true],
    ['where a service account may have one', { ...own, serviceAccountName: 'puller' }, true],
    ['of images of others', { containers: [{ name: 'db', image: 'postgres:17' }] }, true],
  ])('%s', async (_, spec, isPrivate) => {
    expect(await warned(spec, registry(isPrivate))).toBeUndefined();
  });

  test('where the registry does not say', async () => {
    const broken = registry(true);
    broken.isPrivate = () => Promise.reject(aFailure('registry-unreachable'));
    expect(await warned(own, broken)).toBeUndefined();
  });
});
