import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fillPlaceholders } from '../../src/manifests/placeholders';

function fill(value: unknown, variables: Record<string, unknown>): unknown {
  const { manifests, problems } = fillPlaceholders([{ source: 'a.yaml', object: { value } }], variables, []);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return manifests[0]?.object['value'];
}

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

test('keys are left as they are', () => {
  expect(fill({ '${host}': 1 }, VARIABLES)).toEqual({ '${host}': 1 });
});

test('an unknown name is a fault with its place', () => {
  const object = { spec: { containers: [{ image: '${nowhere}' }] }, toString: '${toString}' };
  const { problems } = fillPlaceholders([{ source: 'a.yaml', object }], {}, []);
  expect(problems).toEqual([
    'a.yaml: spec.containers[0].image: ${nowhere} is not declared in variables (write $${nowhere} for the text itself)',
    'a.yaml: toString: ${toString} is not declared in variables (write $${toString} for the text itself)',
  ]);
});

test('a variable that nobody uses is a fault, an escaped use is none', () => {
  const manifests = [{ source: 'a.yaml', object: { a: '${used}', b: '$${escaped}' } }];
  const { problems } = fillPlaceholders(manifests, { used: 1, escaped: 1, builtIn: 1 }, ['used', 'escaped']);
  expect(problems).toEqual(['variables: escaped is used by no manifest']);
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

test('a map cannot stand within a text', () => {
  const object = { a: 'x-${map}' };
  const { problems } = fillPlaceholders([{ source: 'a.yaml', object }], { map: { b: 1 } }, []);
  expect(problems).toEqual([expect.stringContaining('a.yaml: a: ${map}')]);
});

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
  const manifest = { source: 'a.yaml', object: { kind, data } };
  const { manifests, problems } = fillPlaceholders([manifest], VARIABLES, []);
  expect(problems).toEqual(
    named.map(
      (name) =>
        `a.yaml: KEY of the Secret names ${name}, but Secrets are not filled: give it by the input secrets`,
    ),
  );
  if (kind === 'Secret') expect(manifests[0]?.object['data']).toEqual(data);
});
