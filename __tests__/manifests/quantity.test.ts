import { expect, test } from '@jest/globals';
import { quantity } from '../../src/manifests/quantity';

test.each<[unknown, number | undefined]>([
  ['10Gi', 10 * 2 ** 30],
  ['1.5Ti', 1.5 * 2 ** 40],
  ['500M', 5e8],
  ['128Mi', 128 * 2 ** 20],
  ['1k', 1000],
  ['100m', 0.1],
  ['1e9', 1e9],
  ['2E3', 2000],
  ['2E', 2e18],
  ['.5Gi', 2 ** 29],
  ['5.', 5],
  ['1073741824', 2 ** 30],
  [1073741824, 2 ** 30],
  ['+1Ki', 1024],
  ['', undefined],
  ['Gi', undefined],
  ['10 Gi', undefined],
  ['10gi', undefined],
  ['10GiB', undefined],
  ['ten', undefined],
  [undefined, undefined],
  [{}, undefined],
])('%j', (text, expected) => expect(quantity(text)).toBe(expected));
