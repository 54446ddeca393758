import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { terraformJson } from '../../src/infra/terraform-json';

describe('what stands around the JSON', () => {
  test.each([
    ['nothing', '{"a": 1}'],
    ['a wrapper’s line', '[command]/opt/terraform/terraform-bin show -json plan\n{"a": 1}'],
    [
      'messages about a lock',
      'Acquiring state lock. This may take a few moments...\n{"a": 1}\nReleasing state lock.\n',
    ],
    ['lines of its own', '{\n  "a": 1\n}\n'],
    ['a wrapper’s outputs', '{"a": 1}\n::set-output name=stdout::x\n'],
  ])('%s', (_, text) => expect(terraformJson(text)).toEqual({ a: 1 }));

  test('is left out, whatever it is, as long as no line begins with a brace or holds one at the end', () => {
    const noise = fc.array(fc.string().map((line) => line.replaceAll(/[{}\r\n]/g, '')));
    const value = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(noise, value, fc.constantFrom(0, 2), noise, (before, json, indent, after) => {
        const text = [...before, JSON.stringify(json, undefined, indent), ...after].join('\n');
        expect(JSON.stringify(terraformJson(text))).toBe(JSON.stringify(json));
      }),
    );
  });
});

test.each(['', 'Error: hunter2', '{"secret": "hunter2"', 'x {"secret": "hunter2"}'])(
  '%j is refused, and not repeated',
  (text) => {
    expect(() => terraformJson(text)).toThrow(/^it printed \d+ characters that are no JSON$/);
  },
);
