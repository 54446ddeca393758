import { describe, expect, test } from '@jest/globals';
import { readBilled } from '../../src/infra/billed';
import { costOf, type Amount } from '../../src/infra/cost';
import { planned } from '../support/infra';
import { aCluster, aPool, planOf, resource } from '../support/plan-values';
import { PRICES } from '../support/prices';

/** Name, now, after and ceiling in dollars of each line but the fee of the state's bucket. */
function linesOf(plan: unknown): readonly (readonly [string, ...(number | string)[]])[] {
  const cost = costOf(readBilled(plan, true).items, PRICES);
  if (cost.status !== 'known') throw new Error(cost.reason);
  const dollars = (cents: Amount): number | string => (cents === 'unknown' ? cents : cents / 100);
  return cost.lines
    .filter(({ name }) => name !== 'Object Storage')
    .map(({ name, detail, now, after, ceiling }) => [
      [name, detail].filter((text) => text !== '').join(': '),
      ...[now, after, ceiling].map(dollars),
    ]);
}

const onePlan = (...after: readonly object[]): object => planOf([], after);
const same = (...there: readonly object[]): object => planOf(there, there);
const pool = (address: string, values: object): object => resource(`linode_lke_node_pool.${address}`, values);

describe('the charges of a resource', () => {
  test.each<[string, object, ...(readonly (number | string)[])[]]>([
    [
      'a cluster that is made begins with the fewest nodes',
      onePlan(aCluster([aPool(undefined)])),
      ['linode_lke_cluster.bot pool: 1 to 3 × g6-standard-2', 0, 24, 72],
    ],
    [
      'a cluster that is there keeps the nodes that it has',
      same(aCluster([aPool(2)])),
      ['linode_lke_cluster.bot pool: 1 to 3 × g6-standard-2', 48, 48, 72],
    ],
    [
      'a pool below the autoscaler’s least grows to it',
      planOf([aCluster([aPool(1)])], [aCluster([aPool(1, { autoscaler: [{ min: 2, max: 4 }] })])]),
      ['linode_lke_cluster.bot pool: 2 to 4 × g6-standard-2', 24, 48, 96],
    ],
    [
      'a pool above the autoscaler’s most shrinks to it',
      planOf([aCluster([aPool(5, { autoscaler: [] })])], [aCluster([aPool(5)])]),
      ['linode_lke_cluster.bot pool: 1 to 3 × g6-standard-2', 120, 72, 72],
    ],
    [
      'a pool of a fixed size',
      onePlan(aCluster([aPool(2, { autoscaler: [] })])),
      ['linode_lke_cluster.bot pool: 2 × g6-standard-2', 0, 48, 48],
    ],
    [
      'several pools and a control plane that is highly available',
      same(
        aCluster([aPool(1), aPool(2, { autoscaler: [], type: 'g6-standard-1' })], {
          control_plane: [{ high_availability: true }],
        }),
      ),
      ['linode_lke_cluster.bot control plane: high availability', 60, 60, 60],
      ['linode_lke_cluster.bot pool: 1 to 3 × g6-standard-2', 24, 24, 72],
      ['linode_lke_cluster.bot pool 2: 2 × g6-standard-1', 24, 24, 24],
    ],
    [
      'a pool that is taken out beside another',
      planOf([aCluster([aPool(1), aPool(2)])], [aCluster([aPool(1)])]),
      ['linode_lke_cluster.bot pool: 1 to 3 × g6-standard-2', 24, 24, 72],
      ['linode_lke_cluster.bot pool 2: 1 to 3 × g6-standard-2', 48, 0, 0],
    ],
    [
      'a control plane as it is by default',
      onePlan(aCluster([], { control_plane: [{ high_availability: false }], tier: 'standard' })),
    ],
    [
      'the enterprise tier',
      onePlan(aCluster([], { tier: 'enterprise' })),
      ['linode_lke_cluster.bot control plane: enterprise', 0, 300, 300],
    ],
    [
      'a pool of another plan',
      planOf([aCluster([aPool(1)])], [aCluster([aPool(1, { type: 'g6-standard-1' })])]),
      ['linode_lke_cluster.bot pool: 1 to 3 × g6-standard-1', 24, 12, 36],
    ],
    [
      'a plan without a price',
      onePlan(aCluster([aPool(undefined, { type: 'g2-gpu-rtx4000a1-s' })])),
      ['linode_lke_cluster.bot pool: 1 to 3 × g2-gpu-rtx4000a1-s', 0, 'unknown', 'unknown'],
    ],
    [
      'a region that costs more',
      onePlan(aCluster([aPool(undefined)], { region: 'id-cgk' })),
      ['linode_lke_cluster.bot pool: 1 to 3 × g6-standard-2', 0, 28.8, 86.4],
    ],
    [
      'a region that is known after the apply only',
      onePlan(aCluster([aPool(undefined)], { region: undefined })),
      ['linode_lke_cluster.bot pool: 1 to 3 × g6-standard-2', 0, 'unknown', 'unknown'],
    ],
    [
      'a count that is known after the apply only',
      onePlan(aCluster([{ type: 'g6-standard-2', autoscaler: [] }])),
      ['linode_lke_cluster.bot pool: ? × g6-standard-2', 0, 'unknown', 'unknown'],
    ],
    [
      'a pool of no nodes, whatever they would cost',
      onePlan(aCluster([{ type: 'g9-new', count: 0, autoscaler: [] }])),
      ['linode_lke_cluster.bot pool: 0 × g9-new', 0, 0, 0],
    ],
    [
      'a pool of its own is in the region of its cluster',
      onePlan(
        aCluster([], { id: '7', region: 'id-cgk' }),
        resource('linode_lke_cluster.other', { id: '8', region: 'us-east', pool: [] }),
        pool('more', { cluster_id: 7, type: 'g6-standard-2', node_count: 2, autoscaler: [] }),
      ),
      ['linode_lke_node_pool.more: 2 × g6-standard-2', 0, 57.6, 57.6],
    ],
    [
      'a pool of a cluster that is made with it',
      onePlan(aCluster([], { id: undefined }), pool('more', { ...aPool(undefined) })),
      ['linode_lke_node_pool.more: 1 to 3 × g6-standard-2', 0, 24, 72],
    ],
    [
      'a pool of a cluster that the plan does not have',
      onePlan(pool('more', { cluster_id: 9, ...aPool(undefined) })),
      ['linode_lke_node_pool.more: 1 to 3 × g6-standard-2', 0, 'unknown', 'unknown'],
    ],
    [
      'a volume that grows',
      planOf(
        [resource('linode_volume.data', { region: 'us-east', size: 20 })],
        [resource('linode_volume.data', { region: 'us-east', size: 33 })],
      ),
      ['linode_volume.data: 33 GB', 2, 3.3, 3.3],
    ],
    [
      'a NodeBalancer',
      onePlan(resource('linode_nodebalancer.a', { region: 'us-east' })),
      ['linode_nodebalancer.a', 0, 10, 10],
    ],
    [
      'a NodeBalancer of a type whose price is not listed',
      onePlan(resource('linode_nodebalancer.a', { region: 'us-east', type: 'premium' })),
      ['linode_nodebalancer.a: premium', 0, 'unknown', 'unknown'],
    ],
    [
      'an instance with backups',
      onePlan(
        resource('linode_instance.a', { region: 'us-east', type: 'g6-standard-1', backups_enabled: true }),
      ),
      ['linode_instance.a: g6-standard-1', 0, 12, 12],
      ['linode_instance.a backups', 0, 2.5, 2.5],
    ],
    [
      'a database, whose prices are not public',
      onePlan(resource('linode_database_postgresql_v2.a', { region: 'us-east', type: 'g6-nanode-1' })),
      ['linode_database_postgresql_v2.a', 0, 'unknown', 'unknown'],
    ],
    [
      'what costs nothing',
      onePlan(
        resource('linode_firewall.a', {}),
        resource('linode_object_storage_bucket.a', { region: 'us-east' }),
        resource('linode_object_storage_key.a', {}),
        resource('local_file.a', {}),
      ),
    ],
  ])('%s', (_, plan, ...expected) => {
    expect(linesOf(plan)).toEqual(expected);
  });
});

describe('before and after', () => {
  const volume = (values: object = {}, more: object = {}): object =>
    resource('linode_volume.data', { region: 'us-east', size: 20, ...values }, more);

  test.each<[string, object, ...(readonly (number | string)[])[]]>([
    ['what is destroyed', planOf([volume()], []), ['linode_volume.data: 20 GB', 2, 0, 0]],
    [
      'what moves to another region',
      planOf([volume()], [volume({ region: 'id-cgk' })]),
      ['linode_volume.data: 20 GB', 2, 2.4, 2.4],
    ],
    [
      'what the state only forgets goes on costing',
      planOf([volume()], [], { resource_changes: [planned('linode_volume.data', ['forget'])] }),
      ['linode_volume.data (forgotten): 20 GB', 2, 2, 2],
    ],
    [
      'what the state only forgets is not made anew, though Terraform lists it without values',
      planOf([volume()], [{ ...volume(), values: undefined }], {
        resource_changes: [planned('linode_volume.data', ['forget'])],
      }),
      ['linode_volume.data (forgotten): 20 GB', 2, 2, 2],
    ],
    [
      'what is forgotten and made anew is paid twice',
      planOf([volume()], [volume({ size: 30 })], {
        resource_changes: [planned('linode_volume.data', ['create', 'forget'])],
      }),
      ['linode_volume.data (forgotten): 20 GB', 2, 2, 2],
      ['linode_volume.data: 30 GB', 0, 3, 3],
    ],
    [
      'what an interrupted replacement left is told apart',
      planOf([volume(), volume({ size: 10 }, { deposed_key: 'abc' })], [volume()]),
      ['linode_volume.data: 20 GB', 2, 2, 2],
      ['linode_volume.data (deposed abc): 10 GB', 1, 0, 0],
    ],
    ['what is only read', onePlan(volume({}, { mode: 'data' }))],
  ])('%s', (_, plan, ...expected) => {
    expect(linesOf(plan)).toEqual(expected);
  });

  test('modules of modules count', () => {
    const inner = {
      resources: [resource('module.a.module.b.linode_volume.x', { region: 'us-east', size: 10 })],
    };
    const plan = {
      planned_values: { root_module: { child_modules: [{ child_modules: [inner] }] } },
    };
    expect(linesOf(plan)).toEqual([['module.a.module.b.linode_volume.x: 10 GB', 0, 1, 1]]);
  });

  test.each<[string, object, boolean, number, number]>([
    ['the bucket of the state', onePlan(), true, 5, 5],
    ['a bucket beside it', onePlan(resource('linode_object_storage_bucket.a', {})), true, 5, 5],
    [
      'a bucket where the state is local',
      onePlan(resource('linode_object_storage_bucket.a', {})),
      false,
      0,
      5,
    ],
    ['the last bucket', planOf([resource('linode_object_storage_bucket.a', {})], []), false, 5, 0],
    ['no bucket', onePlan(), false, 0, 0],
  ])('the flat fee of Object Storage is there once: %s', (_, plan, stateBucket, now, after) => {
    const cost = costOf(readBilled(plan, stateBucket).items, PRICES);
    expect(cost).toMatchObject({ now: { known: now * 100 }, after: { known: after * 100 } });
  });
});

test.each([undefined, null, 7, {}, { planned_values: { root_module: { resources: [null, 'x'] } } }])(
  '%j has nothing to bill but the bucket',
  (plan) => expect(linesOf(plan)).toEqual([]),
);

test.each([
  ['one', [aCluster([])], 'us-east'],
  ['two in one region', [aCluster([]), aCluster([])], 'us-east'],
  ['two in two regions', [aCluster([]), aCluster([], { region: 'id-cgk' })], undefined],
  ['none', [], undefined],
  ['one that is known later', [aCluster([], { region: undefined })], undefined],
])('the region of the clusters: %s', (_, clusters, region) => {
  expect(readBilled(onePlan(...clusters), true).clusterRegion).toBe(region);
});
