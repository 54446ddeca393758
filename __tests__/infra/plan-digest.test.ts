import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digestPlan, type PlanDigest } from '../../src/infra/plan-digest';
import { keyedDigest, type KeyedDigest } from '../../src/keyed-digest';
import { planned } from '../support/infra';

let digest: KeyedDigest;
beforeAll(async () => {
  digest = await keyedDigest('state-secret');
});

const planOf = (...changes: readonly object[]): object => ({ resource_changes: changes });
const of = (plan: unknown, leftOut?: readonly string[]): Promise<PlanDigest> =>
  digestPlan(plan, digest, leftOut);

const VOLUME = {
  before: { id: '7', label: 'data', size: 20, tags: ['a'], status: 'active', note: null },
  after: { id: '7', label: 'data', size: 30, tags: ['a'], status: 'active' },
  after_unknown: { updated: true },
};
const update = (given: object = {}, more: object = {}): object => ({
  ...planned('linode_volume.data', ['update'], { ...VOLUME, ...given }),
  ...more,
});

describe('what makes no difference', () => {
  test.each<[string, object]>([
    [
      'the other attributes',
      update({
        before: { ...VOLUME.before, status: 'resizing' },
        after: { ...VOLUME.after, status: 'resizing' },
      }),
    ],
    ['a null that is left out', update({ before: { ...VOLUME.before, note: undefined } })],
    [
      'what is known after the apply only, as it was before',
      update({ before: { ...VOLUME.before, updated: '2026-01-02' } }),
    ],
    ['why it is done', update({}, { action_reason: 'replace_by_request' })],
    [
      'the marks of what is sensitive',
      update({ before_sensitive: { size: true }, after_sensitive: { size: true } }),
    ],
    ['fields of later versions', update({ something: 1 }, { something_new: {} })],
  ])('%s', async (_, other) => {
    expect(await of(planOf(other))).toEqual(await of(planOf(update())));
  });

  test.each<[string, unknown]>([
    ['nothing', {}],
    ['no plan', undefined],
    ['no-op', planOf(planned('linode_volume.a', ['no-op'], VOLUME))],
    ['a read', planOf({ ...planned('linode_region.a', ['read']), mode: 'data' })],
    ['an ephemeral resource', planOf(planned('linode_token.a', ['open']))],
    [
      'a file of the runner',
      planOf(planned('local_file.a', ['create']), planned('local_sensitive_file.b', ['delete', 'create'])),
    ],
    ['an output as it was', { output_changes: { host: { actions: ['no-op'], before: 1, after: 1 } } }],
  ])('%s is no change', async (_, plan) => {
    expect((await of(plan)).size).toBe(0);
  });

  test('what is left out', async () => {
    expect(await of(planOf(update()), ['linode_volume.data'])).toEqual(new Map());
  });

  test('the state of what is deleted, but for which object it is', async () => {
    const gone = (before: object): object =>
      planOf(planned('linode_volume.a', ['delete'], { before, after: null }));
    expect(await of(gone({ id: '7', size: 20 }))).toEqual(await of(gone({ id: '7', size: 30 })));
    expect(await of(gone({ id: '7' }))).not.toEqual(await of(gone({ id: '8' })));
  });
});

describe('what makes a difference', () => {
  test.each<[string, object]>([
    ['the value that is set', update({ after: { ...VOLUME.after, size: 40 } })],
    ['the value that it had', update({ before: { ...VOLUME.before, size: 25 } })],
    ['another attribute', update({ after: { ...VOLUME.after, label: 'other' } })],
    ['an attribute that goes', update({ after: { ...VOLUME.after, status: null } })],
    ['an item more', update({ after: { ...VOLUME.after, tags: ['a', null] } })],
    ['an empty list in place of nothing', update({ after: { ...VOLUME.after, note: [] } })],
    ['what else is not known', update({ after_unknown: { updated: true, filesystem_path: true } })],
    ['the object', update({ before: { ...VOLUME.before, id: '8' }, after: { ...VOLUME.after, id: '8' } })],
    ['what is done', { ...update(), change: { ...VOLUME, actions: ['delete', 'create'] } }],
    ['the order of a replacement', { ...update(), change: { ...VOLUME, actions: ['create', 'delete'] } }],
    ['a move', update({}, { previous_address: 'linode_volume.old' })],
    ['an import', update({ importing: { id: '7' } })],
    ['an old object of the same address', update({}, { deposed: 'abcd1234' })],
  ])('%s', async (_, other) => {
    const all = new Set(
      [await of(planOf(update())), await of(planOf(other))].flatMap((each) => [...each.values()]),
    );
    expect(all.size).toBe(2);
  });

  test('each kind of change is one', async () => {
    const plan = {
      ...planOf(
        planned('linode_volume.a', ['forget'], { before: { id: '1' } }),
        { ...planned('linode_volume.b', ['no-op']), previous_address: 'linode_volume.old' },
        planned('linode_volume.c', ['no-op'], { importing: { id: '1' } }),
        planned('linode_volume.d', ['something-new']),
        { ...planned('linode_volume.d', ['delete'], { before: { id: '2' } }), deposed: 'abcd1234' },
      ),
      output_changes: { host: { actions: ['update'], before: 'a', after: 'b' } },
      action_invocations: [{ address: 'action.linode_instance_reboot.x', type: 'linode_instance_reboot' }],
    };
    expect([...(await of(plan)).keys()].sort()).toEqual([
      'action.linode_instance_reboot.x (action 1)',
      'linode_volume.a',
      'linode_volume.b',
      'linode_volume.c',
      'linode_volume.d',
      'linode_volume.d (deposed abcd1234)',
      'output.host',
    ]);
  });

  test('a secret value, which cannot be guessed without the key', async () => {
    const secret = (value: string): object =>
      planOf(update({ after: { ...VOLUME.after, password: value }, after_sensitive: { password: true } }));
    expect(await of(secret('one'))).not.toEqual(await of(secret('two')));
    const other = await keyedDigest('another key');
    expect(await digestPlan(secret('one'), other)).not.toEqual(await of(secret('one')));
  });
});

/** Gives the same value with the keys of each map in another order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, turned(item)]),
  );
}

const anyChange = fc.record({
  actions: fc.constantFrom(['create'], ['update'], ['delete', 'create'], ['delete'], ['forget']),
  before: fc.dictionary(fc.string(), fc.jsonValue()),
  after: fc.dictionary(fc.string(), fc.jsonValue()),
  after_unknown: fc.dictionary(fc.string(), fc.boolean()),
});

test('the order of keys and of changes says nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyChange, { maxLength: 5 }), async (changes) => {
      const entries = changes.map((change, index) =>
        planned(`linode_volume.v${index}`, change.actions, change),
      );
      const plan = planOf(...entries);
      expect(await of(turned(planOf(...entries.toReversed())))).toEqual(await of(plan));
    }),
  );
});

test('whatever is set to another value is another change', async () => {
  const entry = (after: unknown): object =>
    planOf(planned('linode_volume.v', ['create'], { before: null, after: { value: after } }));
  // JSON has no -0, and an attribute that is null is not set.
  const normal = (value: unknown): string => JSON.stringify(value ?? null);
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (one, other) => {
      fc.pre(normal(turned(one)) !== normal(other) && normal(one) !== normal(other));
      const withoutNulls = (value: unknown): string =>
        JSON.stringify(value, (_, item: unknown) => (item === null ? undefined : item));
      fc.pre(withoutNulls(one) !== withoutNulls(other));
      expect(await of(entry(one))).not.toEqual(await of(entry(other)));
    }),
  );
});

test('more changes than fit in a comment are digested together', async () => {
  const many = (size: number): object =>
    planOf(
      ...Array.from({ length: 10_000 }, (_, index) =>
        planned(`linode_volume.v[${index}]`, ['create'], { after: { size } }),
      ),
    );
  const digests = await of(many(20));
  expect([...digests.keys()]).toEqual(['all 10000 changes together']);
  expect(await of(many(21))).not.toEqual(digests);
});
