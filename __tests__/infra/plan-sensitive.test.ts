import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sensitiveValues } from '../../src/infra/plan-secrets';
import { planned } from '../support/infra';
import { KUBECONFIG_TOKEN, kubeconfigText } from '../support/kubeconfig';

const [S1, S2, S3] = ['secret-1', 'secret-2', 'secret-3'];

const valuesOf = (change: object): readonly string[] =>
  sensitiveValues({ resource_changes: [planned('linode_volume.a', ['update'], change)] });

const marking = (value: unknown): readonly string[] =>
  valuesOf({ after: { a: value }, after_sensitive: { a: true } });

describe('marked values are found in every form of a mark', () => {
  test.each<[string, object, readonly string[]]>([
    ['the whole object', { before: { a: S1, b: S2 }, before_sensitive: true }, [S1, S2]],
    ['one attribute', { after: { a: S1, b: 'x-is-shown' }, after_sensitive: { a: true, b: false } }, [S1]],
    ['an element', { after: { a: ['x-is-shown', S1] }, after_sensitive: { a: [false, true] } }, [S1]],
    [
      'deep',
      {
        after: { a: [{ b: { c: S1, d: 'x-is-shown' } }] },
        after_sensitive: { a: [{ b: { c: true } }] },
      },
      [S1],
    ],
    ['a marked list', { after: { a: [S1, [S2]] }, after_sensitive: { a: true } }, [S1, S2]],
    ['numbers are no texts', { after: { a: 1234567 }, after_sensitive: { a: true } }, []],
    ['a mark without a value', { after: {}, after_sensitive: { a: true, b: { c: true } } }, []],
    ['no marks', { before: { a: 'x-is-shown' }, after: { a: 'y-is-shown' } }, []],
    [
      'the same twice',
      { before: { a: S1 }, before_sensitive: true, after: { a: S1 }, after_sensitive: true },
      [S1],
    ],
  ])('%s', (_, change, expected) => expect(valuesOf(change)).toEqual(expected));
});

describe('every place of a plan is looked at', () => {
  const marked = { before: { t: S1 }, before_sensitive: { t: true } };
  const resource = { address: 'a.b', values: { t: S1, u: 'x-is-shown' }, sensitive_values: { t: true } };
  const deep = { child_modules: [{ resources: [] }, { child_modules: [{ resources: [resource] }] }] };

  test.each<[string, object]>([
    ['changes', { resource_changes: [planned('a.b', ['update'], marked)] }],
    ['drift', { resource_drift: [planned('a.b', ['update'], marked)] }],
    ['deferred changes', { deferred_changes: [{ resource_change: planned('a.b', ['update'], marked) }] }],
    ['outputs', { output_changes: { o: { before: S1, before_sensitive: true } } }],
    ['the state before', { prior_state: { values: { root_module: { resources: [resource] } } } }],
    ['modules of it', { prior_state: { values: { root_module: deep } } }],
    [
      'outputs of it',
      { prior_state: { values: { outputs: { o: { sensitive: true, value: { x: [S1] } } } } } },
    ],
    ['the state after', { planned_values: { root_module: { resources: [resource] } } }],
    ['modules of that', { planned_values: { root_module: deep } }],
    ['outputs of that', { planned_values: { outputs: { o: { sensitive: true, value: S1 } } } }],
    [
      'variables',
      {
        configuration: { root_module: { variables: { v: { sensitive: true }, w: {} } } },
        variables: { v: { value: S1 }, w: { value: 'x-is-shown' } },
      },
    ],
  ])('%s', (_, plan) => expect(sensitiveValues(plan)).toEqual([S1]));

  test('outputs that are not sensitive are not', () => {
    expect(sensitiveValues({ planned_values: { outputs: { o: { sensitive: false, value: S1 } } } })).toEqual(
      [],
    );
  });
});

test('the values of variables are found however deep', () => {
  const plan = {
    configuration: {
      root_module: { variables: { token: { sensitive: true }, region: {}, keys: { sensitive: true } } },
    },
    variables: { token: { value: S1 }, region: { value: 'x-is-shown' }, keys: { value: [S2, { a: S3 }] } },
  };
  expect(sensitiveValues(plan)).toEqual([S1, S2, S3]);
});

describe('what would shred other texts is left out', () => {
  test.each([
    '',
    'true',
    '8080',
    'short',
    'PostgreSQL',
    'production',
    'linode_volume',
    'database_url',
    'primary',
  ])('%j', (value) => {
    const plan = {
      variables: { database_url: { value: 'x' } },
      resource_changes: [
        { ...planned('linode_volume.primary', ['create']), name: 'primary' },
        planned('a.b', ['create'], { after: { a: value }, after_sensitive: { a: true } }),
      ],
    };
    expect(sensitiveValues(plan)).toEqual([]);
  });

  test.each([
    ['a kubeconfig as it is', kubeconfigText(), [KUBECONFIG_TOKEN]],
    ['a kubeconfig in base64', Buffer.from(kubeconfigText()).toString('base64'), [KUBECONFIG_TOKEN]],
  ])('of %s all but the credentials', (_, value, expected) => {
    const found = marking(value);
    expect(found).toEqual(expect.arrayContaining(expected));
    expect(found).not.toContain('apiVersion: v1');
    expect(found).not.toContain('Config');
  });
});

test('lines count by themselves, and the values in JSON', () => {
  expect(marking(`  ${S1}\r\n\nx: y\n${S2}  `)).toEqual([S1, S2]);
  expect(marking(JSON.stringify({ user: 'x', password: S3 }))).toContain(S3);
  expect(marking(`{broken ${S1}`)).toEqual([`{broken ${S1}`]);
});

test('every long text below a mark is found, however deep', () => {
  const text = fc.stringMatching(/^[A-Z][!-zA-Z0-9]{7,20}$/);
  fc.assert(
    fc.property(
      fc.letrec((tie) => ({
        value: fc.oneof(
          { depthSize: 'small' },
          text,
          fc.array(tie('value')),
          fc.dictionary(fc.string(), tie('value')),
        ),
      })).value,
      (value) => {
        const texts = new Set<string>();
        JSON.stringify(value, (_, inner: unknown) => {
          if (typeof inner === 'string') texts.add(inner);
          return inner;
        });
        expect([...marking(value)].sort()).toEqual([...texts].sort());
      },
    ),
  );
});
