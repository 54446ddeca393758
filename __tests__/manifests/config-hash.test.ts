import { describe, expect, test } from '@jest/globals';
import { at, type JsonObject } from '../../src/json';
import { configDigest, withConfigDigest } from '../../src/manifests/config-hash';

const DIGESTS = new Map([
  ['Secret/ns/env', 'digest of the Secret'],
  ['ConfigMap/ns/settings', 'digest of the ConfigMap'],
]);

function deployment(podSpec: JsonObject): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a', namespace: 'ns' },
    spec: { template: { spec: podSpec } },
  };
}

const markOf = async (podSpec: JsonObject, digests = DIGESTS): Promise<unknown> =>
  at(
    await withConfigDigest(deployment(podSpec), digests),
    'spec',
    'template',
    'metadata',
    'annotations',
    'wpp-deploy-action/config',
  );

describe('a workload is marked by what its pods read', () => {
  test.each<readonly [string, JsonObject]>([
    ['envFrom of a Secret', { containers: [{ envFrom: [{ secretRef: { name: 'env' } }] }] }],
    [
      'one key of a Secret',
      { containers: [{ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'env', key: 'a' } } }] }] },
    ],
    [
      'an init container',
      { initContainers: [{ envFrom: [{ secretRef: { name: 'env' } }] }], containers: [{}] },
    ],
    ['a volume of a Secret', { volumes: [{ secret: { secretName: 'env' } }] }],
    ['a projected volume', { volumes: [{ projected: { sources: [{ secret: { name: 'env' } }] } }] }],
    ['envFrom of a ConfigMap', { containers: [{ envFrom: [{ configMapRef: { name: 'settings' } }] }] }],
    [
      'one key of a ConfigMap',
      { containers: [{ env: [{ valueFrom: { configMapKeyRef: { name: 'settings' } } }] }] },
    ],
    ['a volume of a ConfigMap', { volumes: [{ configMap: { name: 'settings' } }] }],
  ])('%s', async (_, podSpec) => {
    const mark = await markOf(podSpec);
    expect(mark).toMatch(/^[0-9a-f]{16}$/);
    expect(await markOf(podSpec)).toBe(mark);
    const others = new Map([...DIGESTS].map(([name, digest]) => [name, `${digest} after a change`]));
    expect(await markOf(podSpec, others)).not.toBe(mark);
  });

  test('what this run did not apply is no part of it', async () => {
    const podSpec = { containers: [{ envFrom: [{ secretRef: { name: 'of-others' } }] }] };
    expect(await withConfigDigest(deployment(podSpec), DIGESTS)).toEqual(deployment(podSpec));
  });

  test('what is no workload is left as it is', async () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'ns' }, spec: {} };
    expect(await withConfigDigest(service, DIGESTS)).toEqual(service);
  });
});

describe('the digest of an object', () => {
  const secret = (uid: string, data: JsonObject): JsonObject => ({ kind: 'Secret', metadata: { uid }, data });

  test('is of its uid and its content, in any order, and of nothing else', async () => {
    const digest = await configDigest(secret('u', { a: '1', b: '2' }));
    expect(await configDigest({ ...secret('u', { b: '2', a: '1' }), type: 'Opaque' })).toBe(digest);
    expect(await configDigest(secret('u', { a: '1', b: '3' }))).not.toBe(digest);
    expect(await configDigest(secret('v', { a: '1', b: '2' }))).not.toBe(digest);
  });

  test('is there for Secrets and ConfigMaps alone', async () => {
    expect(await configDigest({ kind: 'Service' })).toBeUndefined();
  });
});
