import { describe, expect, test } from '@jest/globals';
import { monthlyPrice, readPrices, type PriceList } from '../../src/infra/prices';
import { PRICES } from '../support/prices';

describe('a price', () => {
  test.each<[string, PriceList, string, string | undefined, number | undefined]>([
    ['is that of all regions', 'linode/types', 'g6-standard-2', 'us-east', 24],
    ['is that of the region where it has one', 'linode/types', 'g6-standard-2', 'id-cgk', 28.8],
    [
      'that differs by region is not known without one',
      'linode/types',
      'g6-standard-2',
      undefined,
      undefined,
    ],
    ['that is the same everywhere is', 'object-storage/types', 'objectstorage', undefined, 5],
    ['of 0 is none', 'linode/types', 'g2-gpu-rtx4000a1-s', 'us-east', undefined],
    ['of another plan is none', 'linode/types', 'g9-new', 'us-east', undefined],
    ['of backups stands beside their plan', 'linode/types', 'g6-standard-1/backups', 'us-east', 2.5],
    ['of backups differs by region too', 'linode/types', 'g6-standard-1/backups', 'id-cgk', 3],
    ['of fractions of a dollar', 'volumes/types', 'volume', 'us-east', 0.1],
  ])('%s', (_, list, id, region, expected) => {
    expect(monthlyPrice(PRICES, list, id, region)).toBe(expected);
  });

  test('of a list that was not read is not known', () => {
    expect(monthlyPrice({}, 'volumes/types', 'volume', 'us-east')).toBeUndefined();
  });

  test.each([
    ['a region of it', { price: { monthly: 5 }, region_prices: [{ id: 'us-east', monthly: null }] }],
    ['it', { price: { monthly: null }, region_prices: [] }],
    ['the price', { region_prices: null }],
  ])('that is null in %s is not known', (_, entry) => {
    const prices = { 'lke/types': readPrices({ data: [{ id: 'x', ...entry }] }) };
    expect(monthlyPrice(prices, 'lke/types', 'x', 'us-east')).toBeUndefined();
  });
});

test.each([undefined, null, [], {}, { data: {} }, { data: 'none' }])('%j is read as no prices', (answer) => {
  expect(readPrices(answer)).toEqual([]);
});
