import { describe, expect, it } from '@jest/globals';
import { below, faster, holds, median, notRun, table, within } from './rows.ts';

describe('median', () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 2, 3], 2.5],
  ])('of %j is %d', (values, middle) => {
    expect(median(values)).toBe(middle);
  });

  it('of nothing is an error', () => {
    expect(() => median([])).toThrow('no median');
  });
});

describe('rows', () => {
  it.each([
    ['as fast as wanted', faster('a', 1, 12, 12), '12.00', true],
    ['less fast than wanted', faster('a', 1, 11.9, 12), '11.90', false],
    ['just as fast, where it is to be faster', faster('a', 1, 1, 1), '1.00', false],
    ['within the multiple', within('a', 1.5, 1, 1.5), '1.50', true],
    ['beyond the multiple', within('a', 1.6, 1, 1.5), '1.60', false],
    ['below the limit', below('a', 199, 200, 'MB'), '', true],
    ['above the limit', below('a', 201, 200, 'MB'), '', false],
    ['without a figure', below('a', NaN, 200, 'MB'), '', false],
  ])('%s', (_, row, ratio, met) => {
    expect(row).toMatchObject({ ratio, met });
  });

  it('make a line each: name, ours, the peer’s, ratio, target, met or short', () => {
    const rows = [
      faster('kubectl', 0.5, 10, 12),
      within('bare script', 2, 1, 1.5),
      below('memory', 99.6, 200, 'MB'),
      holds('valid', false),
      notRun('peer', 'it is not here'),
    ];
    expect(
      table(rows)
        .split('\n')
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ['row', 'ours', "peer's", 'ratio', 'target'],
      ['kubectl', '0.50 s', '10.00 s', '20.00', '>= 12', 'met'],
      ['bare script', '2.00 s', '1.00 s', '2.00', '<= 1.5', 'short'],
      ['memory', '100 MB', '-', '-', '<= 200 MB', 'met'],
      ['valid', 'no', '-', '-', 'yes', 'short'],
      ['peer', '-', '-', '-', 'it is not here', 'not run'],
    ]);
  });
});
