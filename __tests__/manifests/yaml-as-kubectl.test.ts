import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { at } from '../../src/json';
import { parseYaml } from '../../src/manifests/yaml';

/** Each is the text of a value below `v:`; kubectl reads it too, and both must give the same JSON. */
const SCALARS: readonly string[] = [
  ...['', '~', 'null', 'Null', 'NULL', 'nul', '""', "''", 'text', "'it''s'", '"a\\tb\\u00e9\\x41"', "'*'"],
  ...['true', 'True', 'TRUE', 'tRUE', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'y', 'Y', '"yes"', "'true'"],
  ...['false', 'False', 'FALSE', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'n', 'N', 'oN', 'yEs'],
  ...['0', '1', '-1', '+1', '-0', '00', '007', '0644', '-0644', '+0644', '0o644', '-0o644', '0O17', '0777_7'],
  ...['0x1F', '-0x1f', '0X1F', '0x_1F', '0b101', '-0b101', '0B101', '08', '09', '08.5', '0o9', '0b2', '0xG'],
  ...['0x', '0b', '0o', '1_000', '1__0', '_1', '1_', '0_', '-_2', '1_0.5', '1.0_5', '1e1_0', '1e', 'e1', '+'],
  ...['1.0', '1.5', '-1.5', '.5', '-.5', '5.', '1e3', '1E3', '1e-3', '+1.5', '1.5e+3', '1.e3', '.5e3', '._1'],
  ...['9007199254740991', '-9007199254740991', '1e21', '0.1', '123456789.123', '0x1p3', 'inf', 'nan', '--1'],
  ...['2001-01-01', '2001-01-01T00:00:00Z', '2001-1-1', '12:30', '12:30:45', '190:20:30', '1:30.5', '10:60'],
  ...['!!str 123', '!!str yes', '!!int 7', '!!float 1', '!!bool true', '!!binary aGVsbG8=', '!!null ~'],
  ...['[1, yes, 0644, text]', '{a: 1, b: {c: off}}', '[]', '{}', '=', '<<', 'a:b', 'a#b', 'a #b'],
  ...['1.2.3', 'v1', '1h', '100m', '1Gi', '0.5Gi', '10.0.0.0/8', '0/5', '08:00', '1,000'],
];

/** Blocks of lines below `v:`. */
const BLOCKS: readonly string[] = [
  '|\n  line 1\n    line 2\n',
  '|-\n  line\n\n',
  '|+\n  line\n\n',
  '>\n  folded\n  text\n\n  more\n',
  '>-\n  folded\n  text\n',
  '|2\n    two more\n',
  '\n  1: a\n  0644: b\n  0x10: c\n  1.5: d\n  -1: e\n',
  '\n  yes: a\n  "no": b\n  off: c\n',
  '\n  true: a\n',
  '\n  2001-01-01: a\n  12:30: b\n',
  '\n  a: &x {b: 1}\n  c: *x\n',
  '\n  base: &base {a: 1, b: 2}\n  own: {<<: *base, b: 3}\n',
  '\n  one: &one {a: 1, b: 1}\n  two: &two {b: 2, c: 2}\n  own: {<<: [*one, *two], c: 3}\n',
  '\n  base: &base\n    list: [1, 2]\n    map: {x: 1}\n  own:\n    <<: *base\n    map: {y: 2}\n',
  '\n  a: &s yes\n  b: *s\n  c: [*s, &t 0644, *t]\n',
  '\n  "<<": text\n',
  '\n- a\n- - b\n  - c\n-\n- {d: e}\n',
  '\n- "a\n  b"\n- \'c\n\n  d\'\n- plain\n  over lines\n',
  '\n  ? key\n  : value\n',
  '\n  # comment\n  a: 1 # another\n\n  # end\n',
];

/** Whole files with separators: what kubectl makes of each is compared by the `v` of its documents. */
const FILES: readonly string[] = [
  document('v: 1'),
  `\uFEFF${document('v: 1')}`,
  `---\n${document('v: 1')}---\n${document('v: 2')}`,
  `---\n---\n${document('v: 1')}---\n`,
  `# only a comment\n---\n${document('v: 1')}---\n# another\n---\n   \n`,
  `--- # with a comment\n${document('v: 1')}`,
  `${document('v: 1')}...\n`,
  document('v: 1').replaceAll('\n', '\r\n'),
  `${document('v: |\n  ---\n  text')}---\n${document('v: "a\n\n  b"')}`,
  JSON.stringify({
    apiVersion: 'example.com/v1',
    kind: 'Thing',
    metadata: { name: 'a' },
    v: [1, 'yes', null],
  }),
];

function document(value: string): string {
  return `apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\n${value}\n`;
}

/** Gives what kubectl makes of the text; it prints one JSON object for each document. */
function kubectl(text: string): readonly unknown[] {
  const args = ['annotate', '--local', '-f', '-', '-o', 'json', 'z=z'];
  const printed = execFileSync('kubectl', args, { input: text, encoding: 'utf8', stdio: 'pipe' });
  return printed
    .split(/^(?=\{)/m)
    .filter((part) => part.trim() !== '')
    .map((part) => at(JSON.parse(part), 'v') ?? null);
}

function ours(text: string): readonly unknown[] {
  const documents = parseYaml(text).filter((value) => value !== null);
  return documents.map((value) => at(JSON.parse(JSON.stringify(value)), 'v') ?? null);
}

describe('the values that kubectl reads', () => {
  const values = [...SCALARS, ...BLOCKS];
  const text = values.map((value) => document(`v: ${value}`)).join('---\n');
  let expected: readonly unknown[] = [];

  beforeAll(() => {
    expected = kubectl(text);
    expect(expected).toHaveLength(values.length);
  });

  test.each(values.map((value, index) => [value, index] as const))('%j', (value, index) => {
    expect(ours(document(`v: ${value}`))).toEqual([expected[index]]);
  });

  test('the table holds values of every JSON type', () => {
    const types = new Set(
      expected.map((value) => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value)),
    );
    expect(types).toEqual(new Set(['null', 'boolean', 'number', 'string', 'list', 'object']));
  });
});

test.each(FILES)('the documents of %j', (text) => {
  const expected = kubectl(text);
  expect(expected.length).toBeGreaterThan(0);
  expect(ours(text)).toEqual(expected);
});
