import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/json';
import { drift, generationOf } from '../../src/manifests/drift';

const live: JsonObject = {
  kind: 'Deployment',
  metadata: {
    name: 'a',
    uid: 'u',
    resourceVersion: '1',
    generation: 1,
    managedFields: [1],
    creationTimestamp: 'x',
  },
  spec: { replicas: 1, containers: [{ image: 'a:1', env: [{ name: 'X', value: '1' }] }] },
  status: { ready: 1 },
};

test('what the server counts is no drift', () => {
  const dryRun = {
    ...live,
    metadata: {
      name: 'a',
      uid: 'v',
      resourceVersion: '2',
      generation: 2,
      managedFields: [],
      creationTimestamp: 'y',
    },
    status: { ready: 0 },
  };
  expect(drift(live, dryRun)).toEqual([]);
});

describe('each field that differs', () => {
  test.each<[string, JsonObject, object]>([
    [
      'a value',
      { spec: { ...(live['spec'] as object), replicas: 2 } },
      { path: 'spec.replicas', before: '1', after: '2' },
    ],
    [
      'a label more',
      { metadata: { name: 'a', labels: { x: 'z' } } },
      { path: 'metadata.labels', before: undefined, after: '{"x":"z"}' },
    ],
    [
      'in a list',
      { spec: { replicas: 1, containers: [{ image: 'a:2', env: [{ name: 'X', value: '1' }] }] } },
      { path: 'spec.containers[0].image', before: '"a:1"', after: '"a:2"' },
    ],
    [
      'an element fewer',
      { spec: { replicas: 1, containers: [{ image: 'a:1', env: [] }] } },
      { path: 'spec.containers[0].env[0]', before: '{"name":"X","value":"1"}', after: undefined },
    ],
    ['the type', { type: 'x' }, { path: 'type', before: undefined, after: '"x"' }],
  ])('%s', (_, change, expected) => expect(drift(live, { ...live, ...change })).toEqual([expected]));
});

test('data of a Secret is hidden, and that it differs is not', () => {
  const secret = { kind: 'Secret', metadata: { name: 'a' }, data: { a: 'b2xk', b: 'c2FtZQ==' } };
  const changed = { ...secret, data: { a: 'bmV3', b: 'c2FtZQ==', c: 'bmV3' } };
  expect(drift(secret, changed)).toEqual([
    { path: 'data.a', before: '(hidden)', after: '(hidden)' },
    { path: 'data.c', before: undefined, after: '(hidden)' },
  ]);
});

test('a Secret whose data comes or goes as a whole shows none of it', () => {
  const secret = { kind: 'Secret', metadata: { name: 'a' } };
  const full = { ...secret, data: { a: 'c2VjcmV0' } };
  expect(JSON.stringify([drift(secret, full), drift(full, secret)])).not.toContain('c2VjcmV0');
});

test('of a Secret the labels alone are shown: all else may repeat its values', () => {
  const secret = {
    kind: 'Secret',
    metadata: { name: 'a', labels: { x: 'old' }, annotations: { copy: 'hunter2' } },
  };
  const changed = {
    kind: 'Secret',
    type: 'hunter2',
    metadata: { name: 'a', labels: { x: 'new' }, annotations: { copy: 'hunter2-new' } },
  };
  expect(drift(secret, changed)).toEqual(
    expect.arrayContaining([
      { path: 'metadata.labels.x', before: '"old"', after: '"new"' },
      { path: 'metadata.annotations.copy', before: '(hidden)', after: '(hidden)' },
    ]),
  );
  expect(JSON.stringify(drift(secret, changed))).not.toContain('hunter2');
});

test('data of a ConfigMap is shown', () => {
  const map = { kind: 'ConfigMap', data: { a: 'old' } };
  expect(drift(map, { ...map, data: { a: 'new' } })).toEqual([
    { path: 'data.a', before: '"old"', after: '"new"' },
  ]);
});

test.each([
  [{ metadata: { generation: 3 } }, 3],
  [{ metadata: {} }, 0],
  [{}, 0],
  [{ metadata: { generation: '3' } }, 0],
])('the generation of %j is %d', (object, generation) => expect(generationOf(object)).toBe(generation));

describe('the tag of the image', () => {
  const tagged = (tag: string | undefined, replicas = 1): JsonObject => ({
    kind: 'Deployment',
    metadata: {
      annotations: { a: 'b', ...(tag === undefined ? {} : { 'wpp-deploy-action/image-tag': tag }) },
    },
    spec: { replicas },
  });
  const paths = (...[before, after]: readonly [JsonObject, JsonObject]): readonly string[] =>
    drift(before, after).map(({ path }) => path);
  const PATH = 'metadata.annotations.wpp-deploy-action/image-tag';

  test('is worth no write by itself once it is there', () => {
    expect(paths(tagged('1'), tagged('2'))).toEqual([]);
    expect(paths(tagged(undefined), tagged('2'))).toEqual([PATH]);
  });

  test('is written with what else differs', () => {
    expect([...paths(tagged('1'), tagged('2', 2))].sort()).toEqual([PATH, 'spec.replicas']);
  });
});
