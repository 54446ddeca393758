import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { attributeChanges, type AttributeChange } from '../../src/infra/plan-attributes';

/** Gives the changes as `path: before → after`, `-` for nothing. */
const shown = (change: object): readonly string[] => attributeChanges(change).map(line);
const line = ({ path, before, after, forces }: AttributeChange): string =>
  `${path}: ${before ?? '-'} → ${after ?? '-'}${forces ? ' !' : ''}`;

describe('only what differs is given, each by itself', () => {
  test.each<[string, object, readonly string[]]>([
    [
      'values of every kind, in order of their names where a side has more',
      {
        before: { size: 20, label: 'a', same: [1], gone: true },
        after: { size: 40, label: 'b', same: [1], on: false },
      },
      ['gone: true → -', 'label: "a" → "b"', 'on: - → false', 'size: 20 → 40'],
    ],
    [
      'deep in a list of objects',
      {
        before: {
          pool: [
            { count: 3, id: 1 },
            { count: 1, id: 2 },
          ],
        },
        after: { pool: [{ count: 1, id: 1 }] },
      },
      ['pool[0].count: 3 → 1', 'pool[1].count: 1 → -', 'pool[1].id: 2 → -'],
    ],
    [
      'a list of values as a whole',
      { before: { tags: ['a'] }, after: { tags: ['a', 'b'] } },
      ['tags: ["a"] → ["a","b"]'],
    ],
    [
      'a map by its keys',
      { before: { m: { 'a.b': 1 } }, after: { m: { 'a.b': 2, c: 3 } } },
      ['m["a.b"]: 1 → 2', 'm.c: - → 3'],
    ],
    ['null is nothing', { before: { a: null }, after: {} }, []],
    ['a value for nothing', { before: { a: null }, after: { a: 0 } }, ['a: - → 0']],
    ['another kind', { before: { a: 'x' }, after: { a: { b: 1 } } }, ['a: "x" → {"b":1}']],
    ['a list that comes', { before: { a: null }, after: { a: [] } }, ['a: - → []']],
  ])('%s', (_, change, expected) => expect(shown(change)).toEqual(expected));

  test.each<[string, object, readonly string[]]>([
    [
      'of what is created, without what is empty or not known',
      { before: null, after: { size: 20, tags: [], label: null, note: '' }, after_unknown: { id: true } },
      ['size: - → 20'],
    ],
    [
      'of what is deleted',
      { before: { pool: [{ id: 7 }], size: 20 }, after: null },
      ['pool[0].id: 7 → -', 'size: 20 → -'],
    ],
  ])('all %s', (_, change, expected) => expect(shown(change)).toEqual(expected));
});

describe('what is not known yet', () => {
  test('says so, also where there was nothing before', () => {
    const change = { before: { ip: '10.0.0.1' }, after: {}, after_unknown: { ip: true, id: true } };
    expect(shown(change)).toEqual(['id: - → (known after apply)', 'ip: "10.0.0.1" → (known after apply)']);
  });

  test('in a part, leaves the rest known', () => {
    const pool = (size: number): object => ({ pool: [{ id: 1, size }] });
    const after_unknown = { pool: [{ id: true }] };
    expect(shown({ before: pool(1), after: pool(2), after_unknown })).toEqual([
      'pool[0].id: 1 → (known after apply)',
      'pool[0].size: 1 → 2',
    ]);
  });

  test('marks that say false, or are empty, change nothing', () => {
    const sides = { before: { size: 1, tags: ['a'] }, after: { size: 1, tags: ['a'] } };
    expect(shown({ ...sides, after_unknown: { size: false, tags: [false] } })).toEqual([]);
  });
});

describe('a sensitive value is hidden where it stands', () => {
  test.each<[string, object, object, object, readonly string[]]>([
    ['before', { t: 1 }, { t: 2 }, { before_sensitive: { t: true } }, ['t: (sensitive) → (sensitive)']],
    ['after', { t: true }, { t: false }, { after_sensitive: { t: true } }, ['t: (sensitive) → (sensitive)']],
    ['the whole', { t: 'a' }, { t: 'b' }, { after_sensitive: true }, [': (sensitive) → (sensitive)']],
    [
      'in a list',
      { t: ['a', 'b'] },
      { t: ['a', 'c'] },
      { before_sensitive: { t: [false, true] } },
      ['t[1]: (sensitive) → (sensitive)'],
    ],
    [
      'beside others',
      { t: { a: 1, b: 1 } },
      { t: { a: 2, b: 2 } },
      { after_sensitive: { t: { a: true } } },
      ['t.a: (sensitive) → (sensitive)', 't.b: 1 → 2'],
    ],
    [
      'deep',
      { t: [{ x: 1 }] },
      { t: [{ x: 2 }] },
      { after_sensitive: { t: [{ x: true }] } },
      ['t[0].x: (sensitive) → (sensitive)'],
    ],
    [
      'in a value of another kind',
      { t: 'a' },
      { t: { x: 'b' } },
      { after_sensitive: { t: { x: true } } },
      ['t: (sensitive) → (sensitive)'],
    ],
    [
      'that is not known',
      { t: 'a' },
      {},
      { after_sensitive: { t: true }, after_unknown: { t: true } },
      ['t: (sensitive) → (sensitive)'],
    ],
    ['that does not change', { t: 'a' }, { t: 'a' }, { after_sensitive: { t: true } }, []],
    ['marks that say false', { a: 1 }, { a: 2 }, { after_sensitive: { a: [false] } }, ['a: 1 → 2']],
  ])('%s', (_, before, after, marks, expected) =>
    expect(shown({ before, after, ...marks })).toEqual(expected),
  );

  test('in whatever form it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (before, after) => {
        const change = { before: { t: before }, after: { t: after }, after_sensitive: { t: true } };
        for (const each of attributeChanges(change)) {
          expect([undefined, '(sensitive)']).toContain(each.before);
          expect([undefined, '(sensitive)']).toContain(each.after);
        }
      }),
    );
  });
});

test('what forces a replacement is known, with what is below it', () => {
  const change = {
    before: { pool: [{ type: 'a' }], region: 'us-east', size: 1 },
    after: { pool: [{ type: 'b' }], region: 'eu-west', size: 2 },
    replace_paths: [['region'], ['pool', 0]],
  };
  expect(shown(change)).toEqual([
    'pool[0].type: "a" → "b" !',
    'region: "us-east" → "eu-west" !',
    'size: 1 → 2',
  ]);
});

test('equal sides differ in nothing, and what differs is found', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), fc.jsonValue(), (side, extra) => {
      expect(attributeChanges({ before: side, after: side })).toEqual([]);
      const other = attributeChanges({ before: side, after: { ...side, 'one more': { x: 1, extra } } });
      expect(other.map(({ path }) => path)).toContain('["one more"].x');
    }),
  );
});
