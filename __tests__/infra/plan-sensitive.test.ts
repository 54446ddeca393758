import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sensitiveValues } from '../../src/infra/plan';
import { planned } from '../support/infra';

const valuesOf = (change: object): readonly string[] =>
  sensitiveValues({ resource_changes: [planned('linode_volume.a', ['update'], change)] });

describe('marked values are found in every form of a mark', () => {
  test.each<[string, object, readonly string[]]>([
    ['the whole object', { before: { a: 's1', b: 's2' }, before_sensitive: true }, ['s1', 's2']],
    ['one attribute', { after: { a: 's1', b: 'x' }, after_sensitive: { a: true, b: false } }, ['s1']],
    ['an element', { after: { a: ['x', 's1'] }, after_sensitive: { a: [false, true] } }, ['s1']],
    [
      'deep',
      { after: { a: [{ b: { c: 's1', d: 'x' } }] }, after_sensitive: { a: [{ b: { c: true } }] } },
      ['s1'],
    ],
    ['a marked list', { after: { a: ['s1', ['s2']] }, after_sensitive: { a: true } }, ['s1', 's2']],
    ['numbers are no texts', { after: { a: 7 }, after_sensitive: { a: true } }, []],
    ['a mark without a value', { after: {}, after_sensitive: { a: true, b: { c: true } } }, []],
    ['no marks', { before: { a: 'x' }, after: { a: 'y' } }, []],
  ])('%s', (_, change, expected) => expect(valuesOf(change)).toEqual(expected));
});

test('both sides and the outputs are looked at', () => {
  const plan = {
    resource_changes: [
      planned('a.b', ['update'], {
        before: { t: 'old' },
        before_sensitive: { t: true },
        after: { t: 'new' },
        after_sensitive: { t: true },
      }),
    ],
    output_changes: {
      kubeconfig: { actions: ['create'], after: 'config', after_sensitive: true },
      host: { actions: ['create'], after: 'shown', after_sensitive: false },
    },
  };
  expect(sensitiveValues(plan)).toEqual(['old', 'new', 'config']);
});

test('the values of variables that are declared sensitive are found, those of others are not', () => {
  const plan = {
    configuration: {
      root_module: { variables: { token: { sensitive: true }, region: {}, keys: { sensitive: true } } },
    },
    variables: { token: { value: 's1' }, region: { value: 'shown' }, keys: { value: ['s2', { a: 's3' }] } },
  };
  expect(sensitiveValues(plan)).toEqual(['s1', 's2', 's3']);
});

test('every text below a mark is found, however deep', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const texts: string[] = [];
      JSON.stringify(value, (_, inner: unknown) => {
        if (typeof inner === 'string') texts.push(inner);
        return inner;
      });
      expect([...valuesOf({ after: { a: value }, after_sensitive: { a: true } })].sort()).toEqual(
        texts.sort(),
      );
    }),
  );
});
