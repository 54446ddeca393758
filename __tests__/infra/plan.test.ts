import { describe, expect, test } from '@jest/globals';
import { countPlan, declaredVariables, readPlan } from '../../src/infra/plan';
import { planned } from '../support/infra';

const planOf = (...changes: object[]): ReturnType<typeof readPlan> => readPlan({ resource_changes: changes });

describe('the action of a set', () => {
  test.each<[readonly string[], string]>([
    [['create'], 'create'],
    [['update'], 'update'],
    [['delete'], 'delete'],
    [['delete', 'create'], 'replace'],
    [['create', 'delete'], 'replace'],
    [['forget'], 'forget'],
    [['update', 'something-new'], 'update'],
    [['delete', 'something-new'], 'delete'],
    [['something-new'], 'other'],
    [['no-op', 'something-new'], 'other'],
  ])('%j is %s', (actions, action) => {
    expect(planOf(planned('linode_volume.a', actions)).changes).toEqual([
      {
        address: 'linode_volume.a',
        type: 'linode_volume',
        action,
        label: '',
        tainted: false,
        attributes: [],
      },
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
    expect(readPlan(plan)).toEqual({ changes: [], outputsChanged: [] });
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
  expect(readPlan({ output_changes })).toEqual({ changes: [], outputsChanged: ['cluster_id', 'host'] });
});

describe('attributes of an update', () => {
  const attributesOf = (change: object, actions = ['update']): unknown =>
    planOf(planned('linode_volume.a', actions, change)).changes[0]?.attributes;

  test('only those that differ, in order of their names, as JSON', () => {
    const before = { size: 20, label: 'a', same: [1], gone: true };
    const after = { size: 40, label: 'b', same: [1], fresh: { x: 1 } };
    expect(attributesOf({ before, after })).toEqual([
      { name: 'fresh', before: 'null', after: '{"x":1}' },
      { name: 'gone', before: 'true', after: 'null' },
      { name: 'label', before: '"a"', after: '"b"' },
      { name: 'size', before: '20', after: '40' },
    ]);
  });

  test('a replacement has them too, a creation and a deletion do not', () => {
    const sides = { before: { size: 1 }, after: { size: 2 } };
    expect(attributesOf(sides, ['delete', 'create'])).toHaveLength(1);
    expect(attributesOf(sides, ['create'])).toEqual([]);
    expect(attributesOf(sides, ['delete'])).toEqual([]);
  });

  test('what is not known yet says so, also where it was not there before', () => {
    const change = { before: { ip: '10.0.0.1' }, after: {}, after_unknown: { ip: true, id: true } };
    expect(attributesOf(change)).toEqual([
      { name: 'id', before: 'null', after: '(known after apply)' },
      { name: 'ip', before: '"10.0.0.1"', after: '(known after apply)' },
    ]);
  });

  test('a part that is not known yet makes the whole unknown, unless the rest differs', () => {
    const pool = (size: number): object => ({ pool: [{ id: 1, size }] });
    const after_unknown = { pool: [{ id: true }] };
    expect(attributesOf({ before: pool(1), after: pool(1), after_unknown })).toEqual([
      { name: 'pool', before: '[{"id":1,"size":1}]', after: '(known after apply)' },
    ]);
    expect(attributesOf({ before: pool(1), after: pool(2), after_unknown })).toMatchObject([
      { name: 'pool', after: '[{"id":1,"size":2}]' },
    ]);
  });

  test('marks of unknown that say false, or are empty, change nothing', () => {
    const sides = { before: { size: 1, tags: ['a'] }, after: { size: 1, tags: ['a'] } };
    expect(attributesOf({ ...sides, after_unknown: { size: false, tags: [false] } })).toEqual([]);
  });

  test.each<[string, object]>([
    ['before, whole', { before_sensitive: { token: true } }],
    ['after, whole', { after_sensitive: { token: true } }],
    ['in a list', { before_sensitive: { token: [false, true] } }],
    ['in a map', { after_sensitive: { token: { inner: true } } }],
    ['deep', { after_sensitive: { token: { list: [{ inner: true }] } } }],
  ])('a sensitive value is not shown: %s', (_, marks) => {
    const change = { before: { token: 'old-secret' }, after: { token: 'new-secret' }, ...marks };
    expect(attributesOf(change)).toEqual([{ name: 'token', before: '(sensitive)', after: '(sensitive)' }]);
  });

  test('marks that say false hide nothing', () => {
    const change = { before: { a: 1 }, after: { a: 2 }, after_sensitive: { a: [false] } };
    expect(attributesOf(change)).toEqual([{ name: 'a', before: '1', after: '2' }]);
  });
});
