import { describe, expect, test } from '@jest/globals';
import { parseYaml, readDocuments, YamlError } from '../../src/manifests/yaml';

test.each<[string, readonly unknown[]]>([
  ['', []],
  ['# only a comment', []],
  ['a: 1\n---\n# none\n---\nb: 2', [{ a: 1 }, null, { b: 2 }]],
  ['\uFEFFa: 1', [{ a: 1 }]],
])('documents of %j', (text, expected) => {
  expect(parseYaml(text).filter((value, index) => value !== null || index > 0)).toEqual(expected);
});

describe('what is not YAML', () => {
  test.each([
    ['a: [1', 'line 1'],
    ['a: 1\nb: "x', 'line 2'],
    ['a: 1\n\tb: 2', 'line 2'],
    ['a: b: c', 'line 1, column 5'],
    ['a: *none', 'line 1'],
  ])('%j is told with its place', (text, place) => {
    expect(() => parseYaml(text)).toThrow(YamlError);
    expect(() => parseYaml(text)).toThrow(place);
  });
});

test('a tag of another language makes no object of it', () => {
  expect(() => parseYaml('a: !!js/function "function () {}"')).toThrow(YamlError);
  expect(readDocuments('a: !!js/function "x"')[0]?.value).toEqual({ a: 'x' });
});

test('a prototype cannot be set by a key', () => {
  const [value] = parseYaml('__proto__: {polluted: yes}') as [Record<string, unknown>];
  expect(value['polluted']).toBeUndefined();
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
