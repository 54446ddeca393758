import { describe, expect, test } from '@jest/globals';
import { countPlan, declaredVariables, readPlan } from '../../src/infra/plan';
import { aPlan, planned } from '../support/infra';

const planOf = (...changes: object[]): ReturnType<typeof readPlan> => readPlan({ resource_changes: changes });

describe('the action of a set', () => {
  test.each<[readonly string[], string]>([
    [['create'], 'create'],
    [['update'], 'update'],
    [['delete'], 'delete'],
    [['delete', 'create'], 'replace'],
    [['create', 'delete'], 'replace'],
    [['forget'], 'forget'],
    [['create', 'forget'], 'forget-and-create'],
    [['forget', 'create'], 'forget-and-create'],
    [['forget', 'delete', 'create'], 'replace'],
    [['update', 'something-new'], 'update'],
    [['delete', 'something-new'], 'delete'],
    [['something-new'], 'other'],
    [['no-op', 'something-new'], 'other'],
  ])('%j is %s', (actions, action) => {
    expect(planOf(planned('linode_volume.a', actions)).changes).toMatchObject([
      { address: 'linode_volume.a', type: 'linode_volume', action, label: '', tainted: false },
    ]);
  });

  test.each([[['no-op']], [['read']], [['open']], [[]]])('%j is no change', (actions) => {
    expect(planOf(planned('linode_volume.a', actions)).changes).toEqual([]);
  });
});

test.each([
  ['replace_because_tainted', true],
  ['replace_because_cannot_update', false],
])('the reason %s makes it tainted: %j', (action_reason, tainted) => {
  const entry = { ...planned('linode_lke_cluster.a', ['delete', 'create']), action_reason };
  expect(planOf(entry).changes).toMatchObject([{ action: 'replace', tainted }]);
});

describe('what changes the state alone is a change: left out, it would be forgotten', () => {
  test.each<[string, readonly string[], object, object, string]>([
    ['a move', ['no-op'], { previous_address: 'linode_volume.old' }, {}, 'move'],
    ['an import', ['no-op'], {}, { importing: { id: '1' } }, 'import'],
    ['an import under another name', ['no-op'], { previous_address: 'x.y' }, { importing: {} }, 'import'],
    ['a move with a change', ['update'], { previous_address: 'linode_volume.old' }, {}, 'update'],
    ['an import with a change', ['update'], {}, { importing: { id: '1' } }, 'update'],
  ])('%s', (_, actions, more, change, action) => {
    const entry = { ...planned('linode_volume.a', actions, change), ...more };
    expect(planOf(entry).changes).toMatchObject([{ address: 'linode_volume.a', action }]);
  });
});

test('the label that a resource gets is known, where the plan knows it', () => {
  const labelOf = (after: object | null): unknown =>
    planOf(planned('linode_volume.a', ['create'], { after })).changes[0]?.label;
  expect([{ label: 'data' }, { size: 1 }, null].map(labelOf)).toEqual(['data', '', '']);
});

test('the variables of the configuration are known by name', () => {
  const configuration = { root_module: { variables: { region: {}, label: { default: 'x' } } } };
  expect(declaredVariables({ configuration })).toEqual(['region', 'label']);
  expect(declaredVariables({ configuration: { root_module: {} } })).toEqual([]);
});

describe('what is no change to the infrastructure', () => {
  test('a data source that is read', () => {
    const data = { ...planned('data.linode_region.a', ['create']), mode: 'data' };
    expect(planOf(data).changes).toEqual([]);
  });

  test.each(['local_file.kubeconfig', 'local_sensitive_file.kubeconfig'])('making %s anew', (address) => {
    expect(planOf(planned(address, ['create'])).changes).toEqual([]);
  });

  test('but deleting a local file is told', () => {
    expect(planOf(planned('local_file.a', ['delete'])).changes).toHaveLength(1);
  });

  test.each([undefined, null, {}, [], 'text', { resource_changes: null }])('the plan %j', (plan) => {
    expect(readPlan(plan)).toEqual(aPlan());
  });
});

test('a replacement counts as one created and one deleted', () => {
  const plan = planOf(
    planned('linode_volume.a', ['create']),
    planned('linode_volume.b', ['update']),
    planned('linode_volume.c', ['delete']),
    planned('linode_volume.d', ['delete', 'create']),
    planned('linode_volume.e', ['forget']),
  );
  expect(countPlan(plan)).toEqual({ create: 2, update: 1, delete: 2 });
});

test('outputs that change are named, those that do not are left out', () => {
  const output_changes = {
    cluster_id: { actions: ['update'] },
    kubeconfig: { actions: ['no-op'] },
    host: { actions: ['create'] },
  };
  expect(readPlan({ output_changes })).toEqual(aPlan({ outputsChanged: ['cluster_id', 'host'] }));
});

describe('what is told of a change', () => {
  const changeOf = (actions: readonly string[], more: object, change: object = {}): unknown =>
    planOf({ ...planned('linode_volume.a', actions, change), ...more }).changes[0];

  test.each<[string, unknown, object]>([
    [
      'its reason, in words',
      changeOf(['delete'], { action_reason: 'delete_because_no_resource_config' }),
      { reason: 'the configuration has it no more' },
    ],
    [
      'a reason of later versions',
      changeOf(['delete'], { action_reason: 'delete_because_of_the_moon' }),
      { reason: 'delete because of the moon' },
    ],
    [
      'none',
      changeOf(['create'], {}),
      { reason: undefined, previousAddress: undefined, importId: undefined },
    ],
    [
      'from where it moves',
      changeOf(['update'], { previous_address: 'linode_volume.b' }),
      { action: 'update', previousAddress: 'linode_volume.b' },
    ],
    ['by what id it is imported', changeOf(['no-op'], {}, { importing: { id: '7' } }), { importId: '7' }],
    [
      'by what identity',
      changeOf(['update'], {}, { importing: { identity: { a: 1 } } }),
      { importId: '{"a":1}' },
    ],
    ['by what is not known', changeOf(['no-op'], {}, { importing: { unknown: true } }), { importId: '' }],
    ['a left-over', changeOf(['delete'], { deposed: '0123abcd' }), { deposed: '0123abcd', action: 'delete' }],
    ['the new one first', changeOf(['create', 'delete'], {}), { createsFirst: true }],
    ['the old one first', changeOf(['delete', 'create'], {}), { createsFirst: false }],
    ['the guard', changeOf(['delete'], {}), { guard: 'blocked' }],
  ])('%s', (_, change, expected) => expect(change).toMatchObject(expected));

  test('what may be destroyed is known by its address', () => {
    const plan = { resource_changes: [planned('linode_volume.a', ['delete'])] };
    expect(readPlan(plan, ['linode_volume.a']).changes).toMatchObject([{ guard: 'allowed' }]);
  });
});

test('what stays as it is is counted, data sources are not', () => {
  const data = { ...planned('data.linode_region.a', ['no-op']), mode: 'data' };
  const plan = planOf(planned('linode_volume.a', ['no-op']), planned('linode_volume.b', ['update']), data);
  expect(plan.unchanged).toBe(1);
});
