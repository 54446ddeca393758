import { expect, test } from '@jest/globals';
import { elapsed } from './progress.ts';

test.each([
  [440, '0.4s'],
  [12_300, '12s'],
  [59_900, '59s'],
  [65_000, '1m05s'],
  [200_000, '3m20s'],
])('writes %i ms as %s', (milliseconds, text) => {
  expect(elapsed(Date.now() - milliseconds)).toBe(text);
});
