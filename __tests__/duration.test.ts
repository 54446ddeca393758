import { expect, test } from '@jest/globals';
import { durationOf } from '../src/duration';

test.each([
  [0, '0.0 s'],
  [1.25, '1.3 s'],
  [59.9, '59.9 s'],
  [59.96, '1 min 0 s'],
  [60, '1 min 0 s'],
  [252.4, '4 min 12 s'],
  [3_599.7, '60 min 0 s'],
])('%d seconds are %s', (seconds, expected) => {
  expect(durationOf(seconds)).toBe(expected);
});
