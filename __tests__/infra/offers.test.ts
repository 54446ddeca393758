import { describe, expect, test } from '@jest/globals';
import { notOffered, wishesOf, type Catalogue, type Wish } from '../../src/infra/offers';
import { planned } from '../support/infra';

const CLUSTER = { region: 'us-east', k8s_version: '1.34', pool: [{ type: 'g6-standard-2' }] };
const wishes = (...entries: readonly object[]): readonly string[] =>
  wishesOf({ resource_changes: entries }).map(({ kind, value, capabilities = [] }) =>
    [kind, value, ...capabilities].join(' '),
  );
const created = (type: string, after: object): object => planned(`${type}.a`, ['create'], { after });
const changed = (type: string, before: object, after: object, actions = ['update']): object =>
  planned(`${type}.a`, actions, { before, after });

describe('what a plan wants of Linode', () => {
  test.each<[string, object, readonly string[]]>([
    [
      'a cluster',
      created('linode_lke_cluster', CLUSTER),
      ['version 1.34', 'region us-east Kubernetes', 'plan g6-standard-2'],
    ],
    [
      'a cluster of several pools, each plan once',
      created('linode_lke_cluster', { pool: [{ type: 'a' }, { type: 'b' }, { type: 'a' }] }),
      ['plan a', 'plan b'],
    ],
    [
      'a cluster of the enterprise tier, whose versions are others',
      created('linode_lke_cluster', { ...CLUSTER, tier: 'enterprise', pool: [] }),
      ['region us-east Kubernetes Enterprise'],
    ],
    ['a pool', created('linode_lke_node_pool', { type: 'g6-standard-2' }), ['plan g6-standard-2']],
    ['a volume', created('linode_volume', { region: 'us-east' }), ['region us-east Block Storage']],
    [
      'a bucket',
      created('linode_object_storage_bucket', { region: 'us-east' }),
      ['region us-east Object Storage'],
    ],
    ['a bucket of an S3 cluster', created('linode_object_storage_bucket', { cluster: 'us-east-1' }), []],
    [
      'an instance',
      created('linode_instance', { region: 'us-east', type: 'g6-nanode-1' }),
      ['region us-east Linodes', 'plan g6-nanode-1'],
    ],
    ['what is known after the apply alone', created('linode_volume', {}), []],
    ['what has no place', created('linode_token', { label: 'us-east', type: 'x' }), []],
    ['no change', changed('linode_lke_cluster', CLUSTER, CLUSTER, ['no-op']), []],
    ['a deletion', planned('linode_volume.a', ['delete'], { before: { region: 'us-east' } }), []],
    [
      'a tag on a cluster of a version that is gone',
      changed(
        'linode_lke_cluster',
        { ...CLUSTER, k8s_version: '1.29' },
        { ...CLUSTER, k8s_version: '1.29', tags: ['x'] },
      ),
      [],
    ],
    [
      'another version',
      changed('linode_lke_cluster', { ...CLUSTER, k8s_version: '1.33' }, CLUSTER),
      ['version 1.34'],
    ],
    [
      'one pool more',
      changed('linode_lke_cluster', CLUSTER, {
        ...CLUSTER,
        pool: [...CLUSTER.pool, { type: 'g6-standard-4' }],
      }),
      ['plan g6-standard-4'],
    ],
    [
      'a replacement is all new',
      changed('linode_lke_cluster', CLUSTER, { ...CLUSTER, region: 'us-lab' }, ['delete', 'create']),
      ['version 1.34', 'region us-lab Kubernetes', 'plan g6-standard-2'],
    ],
  ])('%s', (_, entry, expected) => {
    expect(wishes(entry)).toEqual(expected);
  });

  test.each([
    undefined,
    null,
    {},
    { resource_changes: null },
    { resource_changes: [null, 1, {}, { change: 1 }] },
  ])('nothing where it is %j', (plan) => {
    expect(wishesOf(plan)).toEqual([]);
  });
});

describe('what Linode does not offer', () => {
  const catalogue: Catalogue = {
    versions: ['1.36', '1.35'],
    plans: ['g6-nanode-1', 'g6-standard-2', 'g6-standard-4', 'g6-dedicated-2'],
    regions: [
      { id: 'us-east', capabilities: ['Kubernetes', 'Block Storage'] },
      { id: 'us-ord', capabilities: ['Kubernetes'] },
      { id: 'us-lab', capabilities: [] },
    ],
  };
  const address = 'linode_lke_cluster.a';
  const region = (value: string, ...capabilities: readonly string[]): Wish => ({
    address,
    kind: 'region',
    value,
    capabilities,
  });

  test('is nothing where it offers all', () => {
    const all: readonly Wish[] = [
      { address, kind: 'version', value: '1.35' },
      { address, kind: 'plan', value: 'g6-standard-2' },
      region('us-east', 'Kubernetes', 'Block Storage'),
    ];
    expect(notOffered(all, catalogue)).toBeUndefined();
    expect(notOffered([], { versions: [], plans: [], regions: [] })).toBeUndefined();
  });

  test.each<[string, Wish, string, string]>([
    [
      'a version',
      { address, kind: 'version', value: '1.33' },
      'linode_lke_cluster.a wants Kubernetes 1.33',
      'It offers: Kubernetes: 1.36, 1.35.',
    ],
    [
      'a plan: those of its family are told',
      { address, kind: 'plan', value: 'g6-standard-3' },
      'linode_lke_cluster.a wants the plan g6-standard-3',
      'It offers: Plans: g6-standard-2, g6-standard-4.',
    ],
    [
      'a plan of no family',
      { address, kind: 'plan', value: 'huge' },
      'linode_lke_cluster.a wants the plan huge',
      'It offers: Plans: g6-nanode-1, g6-standard-2, g6-standard-4, g6-dedicated-2.',
    ],
    [
      'a region that is none',
      region('moon', 'Kubernetes'),
      'linode_lke_cluster.a wants the region moon',
      'It offers: Regions with Kubernetes: us-east, us-ord.',
    ],
    [
      'a region that lacks it',
      region('us-ord', 'Kubernetes', 'Block Storage'),
      'linode_lke_cluster.a wants the region us-ord, which has no Block Storage',
      'It offers: Regions with Kubernetes and Block Storage: us-east.',
    ],
    [
      'what no region has',
      region('us-lab', 'VPCs'),
      'linode_lke_cluster.a wants the region us-lab, which has no VPCs',
      'It offers: Regions with VPCs: none.',
    ],
  ])('is told with what it does: %s', (_, wish, cause, advice) => {
    expect(notOffered([wish], catalogue)).toEqual({
      code: 'infra-not-offered',
      cause: `Linode does not offer what is to be made: ${cause}`,
      advice,
    });
  });

  test('is told at once, and no choice twice', () => {
    const all: readonly Wish[] = [
      { address, kind: 'version', value: '1.33' },
      region('moon', 'Kubernetes'),
      { address: 'linode_lke_cluster.b', kind: 'version', value: '1.20' },
    ];
    expect(notOffered(all, catalogue)).toMatchObject({
      cause:
        'Linode does not offer what is to be made: linode_lke_cluster.a wants Kubernetes 1.33; linode_lke_cluster.a wants the region moon; linode_lke_cluster.b wants Kubernetes 1.20',
      advice: 'It offers: Kubernetes: 1.36, 1.35. Regions with Kubernetes: us-east, us-ord.',
    });
  });
});
