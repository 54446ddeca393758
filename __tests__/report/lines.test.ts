import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cut, differenceLines, shortened } from '../../src/report/lines';

const character = fc.constantFrom('a', '漢', '🚀', '👩‍🚀');
const long = fc.array(character, { minLength: 100, maxLength: 700 }).map((all) => all.join(''));

describe('a cut', () => {
  test('never goes through a character', () => {
    fc.assert(
      fc.property(long, long, long, fc.nat(300), (start, one, other, longest) => {
        const lines = [
          shortened(start, longest),
          ...cut([start]),
          ...differenceLines('path', `${start}${one}`, `${start}${other}`),
        ];
        expect(lines.filter((line) => !line.isWellFormed())).toEqual([]);
      }),
    );
  });

  test.each([
    ['abcd', 4, 'abcd'],
    ['abcde', 4, 'abcd…'],
    ['abc🚀e', 4, 'abc…'],
    ['ab🚀e', 4, 'ab🚀…'],
  ])('of %s at %d is %s', (text, longest, expected) => expect(shortened(text, longest)).toBe(expected));
});

test('long values are shown from near where they differ on', () => {
  const [before = '', after = ''] = differenceLines('path', `${'x'.repeat(500)}old`, `${'x'.repeat(500)}new`);
  expect(before).toBe(`-     path: …${'x'.repeat(20)}old`);
  expect(after).toBe(`+     path: …${'x'.repeat(20)}new`);
});
