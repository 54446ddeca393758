import { describe, expect, test } from '@jest/globals';
import { markOf } from '../../src/destroy/mark';
import { claimsOf, diskOf } from '../../src/destroy/volumes';
import type { JsonObject } from '../../src/json';

const driver = 'linodebs.csi.linode.com';
const volume = (spec: object): JsonObject => ({ kind: 'PersistentVolume', metadata: { name: 'pv' }, spec });

describe('a disk', () => {
  test.each<[string, object, object]>([
    [
      'of Linode’s driver',
      { capacity: { storage: '10Gi' }, csi: { driver, volumeHandle: '123-pvc4-5' } },
      { id: 123, label: 'pvc4-5', size: 10 },
    ],
    [
      'of another driver',
      { csi: { driver: 'nfs.csi.k8s.io', volumeHandle: '123-a' } },
      { id: undefined, label: 'pv' },
    ],
    ['whose handle is another', { csi: { driver, volumeHandle: 'pvc4' } }, { id: undefined, label: 'pv' }],
    ['in a folder of a node', { capacity: { storage: '1500M' }, hostPath: {} }, { id: undefined, size: 2 }],
    ['of no known size', { capacity: { storage: 'much' } }, { size: undefined }],
  ])('%s', (_, spec, expected) => {
    expect(diskOf(volume(spec))).toMatchObject({ name: 'pv', ...expected });
  });
});

describe('claims', () => {
  const claim = (name: string, namespace = 'bot'): JsonObject => ({
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace },
  });
  const set: JsonObject = {
    kind: 'StatefulSet',
    metadata: { name: 'postgres', namespace: 'bot' },
    spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }, { metadata: { name: 'wal' } }] },
  };
  const there = [
    ...['data-postgres-0', 'data-postgres-12', 'wal-postgres-0', 'cache'].map((name) => claim(name)),
    ...['data-postgres-', 'data-postgres-0-1', 'data-postgres-x', 'data-postgres2-0', 'logs-postgres-0'].map(
      (name) => claim(name),
    ),
    claim('data-postgres-0', 'other'),
    claim('cache', 'other'),
  ];

  test('are those of the manifests, and those that a StatefulSet made', () => {
    expect(claimsOf([set, claim('cache')], there)).toEqual(there.slice(0, 4));
    expect(claimsOf([], there)).toEqual([]);
  });
});

describe('the mark', () => {
  test.each<[string, string, string]>([
    ['acme', 'wpp-bot', 'production'],
    ['acme', 'wpp-bot', 'staging'],
    ['other', 'wpp-bot', 'production'],
    ['acme', `${'long-'.repeat(18)}name`, 'production'],
    ['acme', `${'long-'.repeat(18)}name`, 'production-2'],
    ['acme', '...', 'production'],
  ])('of %s/%s in %s is a tag of Linode’s and a label of Kubernetes’', async (...of) => {
    expect(await markOf(...of, 'bot')).toMatch(/^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/);
  });

  test('tells owners, repositories and environments apart', async () => {
    const marks = await Promise.all([
      markOf('a', 'b-c', 'd', 'e'),
      markOf('a-b', 'c', 'd', 'e'),
      markOf('a', 'b', 'c-d', 'e'),
      // Two applications of one repository, each in a namespace of its own.
      markOf('a', 'b', 'c-d', 'f'),
      markOf('a', `${'x'.repeat(60)}1`, 'd', 'e'),
      markOf('a', `${'x'.repeat(60)}2`, 'd', 'e'),
    ]);
    expect(new Set(marks).size).toBe(6);
  });
});
