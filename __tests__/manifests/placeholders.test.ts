import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../src/json';
import type { Fault } from '../../src/manifests/faults';
import { fillPlaceholders } from '../../src/manifests/placeholders';

function fill(value: unknown, variables: Record<string, unknown>): unknown {
  const { manifests, faults } = fillPlaceholders([{ source: 'a.yaml', object: { value } }], variables);
  if (faults.length > 0) throw new Error(textsOf(faults).join('\n'));
  return manifests[0]?.object['value'];
}

const textsOf = (faults: readonly Fault[]): readonly string[] => faults.map(({ text }) => text);

const faultsOf = (object: JsonObject, variables: JsonObject = VARIABLES): readonly string[] =>
  textsOf(fillPlaceholders([{ source: 'a.yaml', object }], variables).faults);

const VARIABLES = { host: 'example.com', replicas: 2, on: false, list: [1, 'x'], 'a-b': 'dash', empty: null };

test.each<[unknown, unknown]>([
  ['${host}', 'example.com'],
  ['https://${host}/${host}', 'https://example.com/example.com'],
  ['${replicas}', 2],
  ['${on}', false],
  ['${list}', [1, 'x']],
  ['${empty}', null],
  ['x${replicas}', 'x2'],
  ['${a-b}', 'dash'],
  ['$${host}', '${host}'],
  ['a $${host} ${host}', 'a ${host} example.com'],
  ['$$${host}', '$${host}'],
  ['$host', '$host'],
  ['${HOST:-x}', '${HOST:-x}'],
  ['${1}', '${1}'],
  ['${}', '${}'],
  [7, 7],
  [[{ a: '${host}' }], [{ a: 'example.com' }]],
])('%j becomes %j', (given, expected) => expect(fill(given, VARIABLES)).toEqual(expected));

test('a value is not filled again', () => {
  expect(fill('${a}', { a: '${b}', b: 'x' })).toBe('${b}');
  expect(fill('-${a}', { a: '$&${b}', b: 'x' })).toBe('-$&${b}');
});

test('keys are left as they are, and a declared name in one is a fault', () => {
  expect(fill({ '${nowhere}': 1, '$${host}': 2 }, VARIABLES)).toEqual({ '${nowhere}': 1, '$${host}': 2 });
  expect(faultsOf({ spec: { '${host}': 1 } })).toEqual([
    'a.yaml: spec["${host}"] has ${host} in a key, but keys are not filled',
  ]);
});

test('an unknown name is a fault with its place, and what has one is left out', () => {
  const object = { spec: { containers: [{ image: '${nowhere}' }] }, toString: '${toString}' };
  const good = { source: 'b.yaml', object: { a: 1 } };
  const { manifests, faults } = fillPlaceholders([{ source: 'a.yaml', object }, good], {});
  expect(textsOf(faults)).toEqual([
    'a.yaml: spec.containers[0].image has ${nowhere}, which is not declared in variables (write $${nowhere} for the text itself)',
    'a.yaml: toString has ${toString}, which is not declared in variables (write $${toString} for the text itself)',
  ]);
  expect(manifests).toEqual([good]);
});

test('the names that are used are told; an escaped one is not', () => {
  const manifests = [{ source: 'a.yaml', object: { a: '${used}', b: '$${escaped}' } }];
  expect([...fillPlaceholders(manifests, { used: 1, escaped: 1 }).used]).toEqual(['used']);
});

test.each<[string, JsonObject, JsonObject]>([
  ['labels', { metadata: { labels: { a: '${replicas}' } } }, { metadata: { labels: { a: '2' } } }],
  [
    'annotations',
    { metadata: { annotations: { a: '${on}' } } },
    { metadata: { annotations: { a: 'false' } } },
  ],
  ['a name', { metadata: { name: '${replicas}' } }, { metadata: { name: '2' } }],
  [
    'data of a ConfigMap',
    { apiVersion: 'v1', kind: 'ConfigMap', data: { PORT: '${replicas}' } },
    { apiVersion: 'v1', kind: 'ConfigMap', data: { PORT: '2' } },
  ],
  [
    'variables and arguments of a container',
    { spec: { containers: [{ env: [{ name: 'A', value: '${replicas}' }], args: ['${on}'] }] } },
    { spec: { containers: [{ env: [{ name: 'A', value: '2' }], args: ['false'] }] } },
  ],
  ['nothing else', { spec: { replicas: '${replicas}' } }, { spec: { replicas: 2 } }],
])('where the API takes only text a number is text: %s', (_, given, expected) => {
  const { manifests } = fillPlaceholders([{ source: 'a.yaml', object: given }], VARIABLES);
  expect(manifests[0]?.object).toEqual(expected);
});

test('text whose placeholders are escaped comes back as it was', () => {
  const text = fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', '-', ' ') });
  fc.assert(
    fc.property(text, (value) => {
      const escaped = value.replaceAll(/\$\{(?=[A-Za-z][\w-]*\})/g, () => '$${');
      expect(fill(escaped, {})).toBe(value);
    }),
  );
});

test('a value that is put into a text stands there as it is', () => {
  const value = fc.string();
  fc.assert(
    fc.property(
      value,
      value.filter((text) => !text.includes('$')),
      (inner, around) => {
        expect(fill(`${around}:\${x}`, { x: inner })).toBe(`${around}:${inner}`);
      },
    ),
  );
});

test('a map cannot be text', () => {
  expect(faultsOf({ a: 'x-${map}' }, { map: { b: 1 } })).toEqual([
    'a.yaml: a has ${map}, a map, a list or null, which cannot be text',
  ]);
});

const UNASKED =
  'but the values of Secrets are not filled: give it by the input secrets, or annotate the Secret with wpp-deploy-action/placeholders: "true"';

test.each<[string, string, string, readonly string[]]>([
  ['a declared name', 'Secret', 'x-${host}', ['${host}']],
  ['two declared names: the first is told', 'Secret', '${host} ${replicas}', ['${host}']],
  ['an undeclared and a declared one', 'Secret', '${nowhere}${host}', ['${host}']],
  ['an escaped name', 'Secret', '$${host}', []],
  ['an undeclared name, as a password may have', 'Secret', 'a${nowhere}b', []],
  ['what is like an inherited name', 'Secret', '${toString}', []],
  ['the same in the data of another kind', 'ConfigMap', 'x-${host}', []],
])('in the values of a Secret: %s', (_, kind, value, named) => {
  const data = { KEY: kind === 'Secret' ? Buffer.from(value).toString('base64') : value };
  for (const [field, values] of Object.entries({ data, stringData: { KEY: value } })) {
    const manifest = { source: 'a.yaml', object: { kind, [field]: values } };
    const { manifests, faults } = fillPlaceholders([manifest], VARIABLES);
    expect(textsOf(faults)).toEqual(named.map((name) => `a.yaml: ${field}.KEY has ${name}, ${UNASKED}`));
    if (kind === 'Secret' && named.length === 0) expect(manifests).toEqual([manifest]);
  }
});

test('a Secret that asks for it is filled, its numbers as text', () => {
  const secret = (asked: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { annotations: { 'wpp-deploy-action/placeholders': asked } },
    stringData: { url: 'https://${host}', count: '${replicas}' },
  });
  const [filled] = fillPlaceholders([{ source: 'a', object: secret('true') }], VARIABLES).manifests;
  expect(filled?.object['stringData']).toEqual({ url: 'https://example.com', count: '2' });
  expect(faultsOf(secret('false'))).toHaveLength(2);
});
