import { expect, test } from '@jest/globals';
import { shownAtPath, valueAtPath } from '../../src/manifests/field-path';

const OBJECT = {
  kind: 'Deployment',
  metadata: { annotations: { 'example.com/a.b': 'yes', 'example.com/a': 'no' } },
  spec: {
    replicas: 3,
    finalizers: ['a', 'b'],
    containers: [
      { name: 'app', image: 'x', ports: [{ containerPort: 80, protocol: 'TCP' }] },
      { name: 'a "quoted" one', image: 'y' },
    ],
  },
  data: { 'bad key': 'z' },
};

test.each([
  ['.spec.replicas', 3],
  ['spec.replicas', 3],
  ['.spec.containers[name="app"].image', 'x'],
  ['.spec.containers[name="a \\"quoted\\" one"].image', 'y'],
  ['.spec.containers[name="app"].ports[containerPort=80,protocol="TCP"].protocol', 'TCP'],
  ['.spec.finalizers[="b"]', 'b'],
  ['spec.containers[1].image', 'y'],
  ['.metadata.annotations.example.com/a.b', 'yes'],
  ['.metadata.annotations.example.com/a', 'no'],
  ['data[bad key]', 'z'],
  ['.spec.nothing', undefined],
  ['.spec.containers[name="none"].image', undefined],
  ['.spec.replicas.more', undefined],
  ['.spec.containers[', undefined],
])('%s', (path, value) => {
  expect(valueAtPath(OBJECT, path)).toEqual(value);
});

test('values are shown as JSON, cut where they are long', () => {
  expect(shownAtPath(OBJECT, 'spec.containers[0].ports')).toBe('[{"containerPort":80,"protocol":"TCP"}]');
  expect(shownAtPath({ spec: { text: 'x'.repeat(500) } }, 'spec.text')).toHaveLength(201);
  expect(shownAtPath(OBJECT, 'spec.nothing')).toBe('nothing');
});

test('of a Secret only labels are shown', () => {
  const secret = { kind: 'Secret', metadata: { labels: { a: 'b' } }, data: { key: 'aHVudGVyMg==' } };
  expect(shownAtPath(secret, '.data.key')).toBe('(hidden)');
  expect(shownAtPath(secret, '.metadata.labels.a')).toBe('"b"');
});
