import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at } from '../../src/json';
import { decodeText } from '../../src/manifests/text';
import { readDocuments, YamlError } from '../../src/manifests/yaml';
import { document, readByKubectl, type Read } from '../support/kubectl';

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
  ...[
    '.inf',
    '-.Inf',
    '.nan',
    '.NaN',
    '!!int x',
    '!!int 1.0',
    '!!float x',
    '!!float 0x10',
    '!!bool 1',
    '!!null x',
  ],
  ...[
    '!!timestamp 2001-01-01',
    '!!timestamp x',
    '!!binary "a b"',
    '!!set {a, b}',
    '!!str [a]',
    '!!str',
    '!!int',
  ],
  ...[
    '!Ref x',
    '!local',
    '! 12',
    '! yes',
    '!x [a]',
    '!<tag:yaml.org,2002:int> 7',
    '!!js/function "x"',
    '!!bool "yes"',
  ],
  ...[
    '99999999999999999999',
    '18446744073709551616',
    '100000000000000000000000',
    '1e23',
    '0xFFFFFFFFFFFFFFFFFF',
  ],
  ...['0777777777777777777777777777', '-.5_0', '+.5_0', '0b_1', '1__.5', '08e1', '-_', '+_1', '0o_7', '-0b1'],
  ...[
    '{.inf: 1}',
    '{1e21: a}',
    '{1e6: 1, 1234567.5: 2, 1e-7: 3, 0.0001: 4}',
    '{1.10: a}',
    '{9007199254740993: a}',
  ],
  ...[
    '{18446744073709551615: a}',
    '{null: a}',
    '{[a]: b}',
    '{{a: 1}: b}',
    '{2001-01-01: a, 12:30: b}',
    '{!!str 1: a}',
  ],
  ...[
    '{<<: [1]}',
    '{<<: x}',
    '{<<: }',
    '{<<: [{a: 1}, {a: 2, b: 2}]}',
    '{b: 3, <<: {b: 4}}',
    '{<<: {b: 4}, b: 3}',
  ],
  ...[
    '{"<<": {a: 1}}',
    '{!!str <<: {a: 1}}',
    '{!!merge x: {a: 1}}',
    '{? <<: {a: 1}}',
    '*none',
    '&a',
    '&a [*a]',
  ],
  ...[
    '"\\/"',
    '"\\q"',
    '"\\xZZ"',
    '"a" b',
    '[a',
    '{a: b',
    '"a',
    "'a",
    '@a',
    '`a`',
    '%a',
    ', a',
    ']',
    'a: b',
    '- a',
  ],
  ...[
    '[a, , b]',
    '[a, b, ]',
    '{a, b}',
    '{a: , b}',
    '["a":1]',
    '{"a":1}',
    '{a:1}',
    '[a: b]',
    '-',
    '?',
    ':',
    '-a',
    ':a',
    '?a',
  ],
  ...['[:_]', '[a, :b]', '[:]', '[::]', '[a::b]', '{a: :b}', '{:a: b}', '[{a: [:b]}]', '[a?b]', '[a?]'],
  ...['{a: ?b}', '{a?: b}', '{a: b?}', `[":a", ':b', "?a", {"c:": ':'}]`, '[a:b, http://c:80/]'],
  ...['"a\u0007"', 'a\u0007', 'a\u007f', '\u{1F600}', '\u00a0a', 'a\u00a0', '\uFEFFa', 'a\tb', 'a\t', '!'],
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
  '\n  own: {b: 3, <<: &base {b: 4}}\n  again: *base\n',
  '\n  one: &one {a: 1}\n  two: {<<: [*one, {a: 2, c: 3}], a: 4}\n',
  '\n  a: &a [1]\n  b: {<<: *a}\n',
  '\n  a: b\n c: d\n',
  '\n  a: b\n   c: d\n',
  '\n\ta: b\n',
  '\n  a: b: c\n',
  '\n  a\n  b: c\n',
  '>+\n  a\n\n  b\n\n',
  '|1\n  a\n',
  '\n- [a,\n   b]\n- {c: d,\n   e: f}\n',
  '\n  # comment\n  a: 1 # another\n\n  # end\n',
];

/** Whole files by the name of their objects: with separators, marks, line ends and several forms. */
const FILES: readonly ((name: string) => string | Uint8Array)[] = [
  (name) => document('v: 1', name),
  (name) => `\uFEFF${document('v: 1', name)}`,
  (name) => Buffer.from(`\uFEFF${document('v: é', name)}---\n${document('v: 2', name)}`, 'utf16le'),
  (name) => Buffer.from(`\uFEFF${document('v: é', name)}---\n${document('v: 2', name)}`, 'utf16le').swap16(),
  (name) => Buffer.from(document('v: 1', name), 'utf16le'),
  (name) => `---\n${document('v: 1', name)}---\n${document('v: 2', name)}`,
  (name) => `---\n---\n${document('v: 1', name)}---\n`,
  (name) => `# only a comment\n---\n${document('v: 1', name)}---\n# another\n---\n   \n`,
  (name) => `~\n---\n${document('v: 1', name)}`,
  (name) => `--- # with a comment\n${document('v: 1', name)}---\t# x\n${document('v: 2', name)}`,
  (name) => `${document('v: 1', name)}---   \n${document('v: 2', name)}`,
  (name) => `${document('v: 1', name)}---#x\n${document('v: 2', name)}`,
  (name) => `${document('v: 1', name)}----\n${document('v: 2', name)}`,
  (name) => `${document('v: 1', name)}---a: b\n${document('v: 2', name)}`,
  (name) => `--- {apiVersion: v1, kind: Thing, metadata: {name: ${name}}}\n`,
  (name) => `${document('v: 1', name)}--- {apiVersion: v1, kind: Thing, metadata: {name: ${name}}}\n`,
  (name) => `%YAML 1.1\n---\n${document('v: 1', name)}`,
  (name) => `${document('v: 1', name)}...\n`,
  (name) => document('v: [1,\n  2]', name).replaceAll('\n', '\r\n'),
  (name) => `${document('v: |\n  a\n  b', name)}---\n${document('v: 1', name)}`.replaceAll('\n', '\r\n'),
  (name) => document('v: 1', name).trimEnd(),
  (name) => `${document('v: |\n  ---\n  text', name)}---\n${document('v: "a\n\n  b"', name)}`,
  (name) => document('v: "a\n---\nb"', name),
  (name) => `${document('v: &a 1', name)}---\n${document('v: *a', name)}`,
  (name) =>
    JSON.stringify({ apiVersion: 'v1', kind: 'Thing', metadata: { name }, v: [1, 'yes', null, '\u2028/'] }),
  (name) =>
    `\n ${JSON.stringify({ apiVersion: 'v1', kind: 'Thing', metadata: { name }, v: '\\/' }, null, 2)}\n`,
  (name) =>
    `{"apiVersion":"v1","kind":"Thing","metadata":{"name":"${name}"},"v":"\\/\\ud83d\\ude00"}`.repeat(2),
  (name) => `{apiVersion: v1, kind: Thing, metadata: {name: ${name}}}`,
  (name) => `{"apiVersion":"v1","kind":"Thing","metadata":{"name":"${name}"},}`,
  (name) =>
    `{"apiVersion":"v1","kind":"Thing","metadata":{"name":"${name}"}}\n---\n${document('v: 1', name)}`,
  (name) => `# first\n{apiVersion: v1, kind: Thing, metadata: {name: ${name}}, v: 1}`,
  (name) =>
    `---\n{"apiVersion":"v1","kind":"Thing","metadata":{"name":"${name}"}}\n---\n${document('v: 1', name)}`,
];

/** Gives what we make of a file; what kubectl could not keep exact and what it loses without a word is an error with us. */
function ours(content: string | Uint8Array): Read {
  try {
    const text = typeof content === 'string' ? content : decodeText(content);
    if (typeof text !== 'string') return { error: text.reason };
    const documents = readDocuments(text).filter(({ value }) => value !== null);
    return { values: documents.map(({ value }) => at(JSON.parse(JSON.stringify(value)), 'v') ?? null) };
  } catch (error) {
    if (error instanceof YamlError) return { error: error.message };
    throw error;
  }
}

/** Errors are worded otherwise; that there is one is what counts. */
const comparable = (read: Read | undefined): unknown =>
  read !== undefined && 'error' in read ? 'an error' : read;

function compareTable(texts: readonly (string | Uint8Array)[]): void {
  const expected = readByKubectl(texts);
  test.each(texts.map((text, index) => [text.toString(), index] as const))('%j', (_, index) => {
    expect(comparable(ours(texts[index] ?? ''))).toEqual(comparable(expected[index]));
  });
}

describe('the values that kubectl reads', () => {
  const values = [...SCALARS, ...BLOCKS];
  compareTable(values.map((value, index) => document(`v: ${value}`, `f${index}`)));

  test('the table holds values of every JSON type, and errors', () => {
    const types = values.map((value) => {
      const read = ours(document(`v: ${value}`));
      const [first] = 'error' in read ? ['error'] : read.values;
      if ('error' in read) return 'error';
      return Array.isArray(first) ? 'list' : first === null ? 'null' : typeof first;
    });
    expect(new Set(types)).toEqual(
      new Set(['null', 'boolean', 'number', 'string', 'list', 'object', 'error']),
    );
  });
});

describe('the documents that kubectl reads', () => {
  compareTable(FILES.map((file, index) => file(`f${index}`)));
});

describe('what kubectl reads otherwise than it is meant is an error here', () => {
  test.each([
    ['a key that stands twice', document('v: {a: 1, a: 2}')],
    ['a number that a double cannot keep', document('v: 9007199254740993')],
    [
      'a document after an end marker, which kubectl leaves out',
      `${document('v: 1')}...\n${document('v: 2')}`,
    ],
    ...['[a:]', '[?a]', '[a, ?b]', '{?a: b}', '{?a}', '{:a}', '{a: b, :c}'].map(
      (text) => [`${text}, of which kubectl makes another key or text`, document(`v: ${text}`)] as const,
    ),
    ['an invisible line separator, which kubectl takes for a line end', document('v: a\u2028b')],
    ['Latin-1, of which kubectl makes U+FFFD', Buffer.from(document('v: é'), 'latin1')],
  ])('%s', (_, content) => expect(ours(content)).toHaveProperty('error'));
});

/** Lines of values as manifests have them, and of texts that are made by chance; what is known to be told apart is left out. */
const scalar = fc.oneof(
  fc
    .constantFrom(...SCALARS.filter((text) => !/[\t\n]|\.inf|\.nan|null:|1844/i.test(text)))
    .map((text) => [text]),
  fc.constantFrom(
    ['"a', '  b"'],
    ['a', '  b'],
    ["'a", '', "  b'"],
    ['|', '  x'],
    ['>-', '  x', '  y'],
    ['a #b'],
    ['[a,', '  b]'],
  ),
  fc.stringMatching(/^[-+.0-9_eExXoObBa-f]{1,8}$/).map((text) => [text]),
  fc
    .stringMatching(/^[-?:a-z0-9.,_/ #'"{}[\]*|>%@=~]{1,8}$/)
    .filter((text) => !/\S#/.test(text))
    .map((text) => [text]),
);
const key = fc.constantFrom('a', 'b', '"q"', 'yes', '1', '0x10', 'k k', '? k', '<<', 'x#y', '1.5');
const { block } = fc.letrec<{ readonly block: readonly string[]; readonly value: readonly string[] }>(
  (tie) => ({
    value: fc.oneof({ maxDepth: 3 }, scalar, tie('block')),
    block: fc.oneof(
      fc
        .array(tie('value'), { minLength: 1, maxLength: 3 })
        .map((items) => items.flatMap((item) => entry('-', item))),
      fc
        .uniqueArray(fc.tuple(key, tie('value')), { minLength: 1, maxLength: 3, selector: ([name]) => name })
        .map((entries) => entries.flatMap(([name, item]) => entry(`${name}:`, item))),
    ),
  }),
);

function entry(start: string, lines: readonly string[]): readonly string[] {
  const [only] = lines;
  return lines.length === 1 ? [`${start} ${only}`] : [start, ...lines.map((line) => `  ${line}`)];
}

test('kubectl and this read the same in texts that are made by chance', () => {
  const texts = fc.array(block, { minLength: 150, maxLength: 150 });
  fc.assert(
    fc.property(texts, (blocks) => {
      const files = blocks.map((lines, index) =>
        document(`v:\n${lines.map((line) => `  ${line}`).join('\n')}`, `f${index}`),
      );
      const differing = readByKubectl(files).flatMap((expected, index) => {
        const read = ours(files[index] ?? '');
        const stricter = 'error' in read && /twice|exact|not closed|in quotes/.test(read.error);
        const same =
          JSON.stringify(sorted(comparable(read))) === JSON.stringify(sorted(comparable(expected)));
        return stricter || same ? [] : [{ text: files[index], read, expected }];
      });
      expect(differing).toEqual([]);
    }),
    { numRuns: 4, endOnFailure: true },
  );
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, sorted(item)]));
}
