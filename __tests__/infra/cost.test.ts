import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BilledItem } from '../../src/infra/billed';
import type { Charge } from '../../src/infra/charges';
import { costOf, dollars, listsOf, type Amount, type Total } from '../../src/infra/cost';
import { monthlyPrice, type PriceList } from '../../src/infra/prices';
import { PRICES } from '../support/prices';

const LISTS = Object.keys(PRICES) as PriceList[];
const IDS = [...Object.values(PRICES).flatMap((list) => list.map(({ id }) => id)), 'g9-new'];
const units = fc.option(fc.nat(500), { nil: undefined });
const charge: fc.Arbitrary<Charge> = fc.record({
  list: fc.option(fc.constantFrom(...LISTS), { nil: undefined }),
  id: fc.constantFrom(...IDS),
  region: fc.constantFrom('us-east', 'id-cgk', undefined),
  units,
  most: units,
  detail: fc.constant(''),
});
const side = fc.option(charge, { nil: undefined });
const items: fc.Arbitrary<readonly BilledItem[]> = fc.array(
  fc.record({ name: fc.string(), now: side, after: side }),
);

/** Whether Linode says what a charge costs. */
function isPriced({ list, id, region }: Charge): boolean {
  return list !== undefined && monthlyPrice(PRICES, list, id, region) !== undefined;
}

test('the difference is after less now where both are known, and unknown else', () => {
  fc.assert(
    fc.property(items, (all) => {
      const cost = costOf(all, PRICES);
      if (cost.status !== 'known') throw new Error(cost.reason);
      const whole = cost.now.complete && cost.after.complete;
      expect(cost.change).toBe(whole ? cost.after.known - cost.now.known : 'unknown');
    }),
  );
});

test('every sum is that of its lines, and says when a line is unknown', () => {
  fc.assert(
    fc.property(items, (all) => {
      const cost = costOf(all, PRICES);
      if (cost.status !== 'known') throw new Error(cost.reason);
      for (const column of ['now', 'after', 'ceiling'] as const) {
        const amounts: readonly Amount[] = cost.lines.map((line) => line[column]);
        const sum = amounts.reduce<number>((total, each) => total + (each === 'unknown' ? 0 : each), 0);
        const expected: Total = { known: sum, complete: !amounts.includes('unknown') };
        expect(cost[column]).toEqual(expected);
      }
    }),
  );
});

test('what has no known price or number is never free', () => {
  fc.assert(
    fc.property(side, side, (now, after) => {
      const cost = costOf([{ name: 'it', now, after }], PRICES);
      if (cost.status !== 'known') throw new Error(cost.reason);
      const sides = [
        [now, now?.units, cost.lines[0]?.now],
        [after, after?.units, cost.lines[0]?.after],
        [after, after?.most, cost.lines[0]?.ceiling],
      ] as const;
      for (const [what, count, amount] of sides) {
        if (what === undefined || count === 0) expect(amount).toBe(0);
        else if (count === undefined || !isPriced(what)) expect(amount).toBe('unknown');
        else expect(amount).toBeGreaterThan(0);
      }
    }),
  );
});

test('sums of cents are exact', () => {
  const volume = { list: 'volumes/types', id: 'volume', region: 'us-east', most: 3, detail: '' } as const;
  const three = Array.from({ length: 3 }, () => ({
    name: 'v',
    now: undefined,
    after: { ...volume, units: 3 },
  }));
  expect(costOf(three, PRICES)).toMatchObject({ after: { known: 90 }, change: 90 });
});

test('only the lists that are needed are asked for', () => {
  const of = (list: PriceList | undefined): Charge => ({
    ...{ list, id: 'x', region: undefined, units: 1, most: 1, detail: '' },
  });
  expect(
    listsOf([
      { name: 'a', now: of('volumes/types'), after: of('volumes/types') },
      { name: 'b', now: undefined, after: of('lke/types') },
      { name: 'c', now: of(undefined), after: undefined },
    ]),
  ).toEqual(['volumes/types', 'lke/types']);
});

test.each([
  [0, '0.00'],
  [5, '0.05'],
  [2600, '26.00'],
  [-1000, '-10.00'],
  [123_456_789, '1234567.89'],
])('%d cents are %s', (cents, text) => expect(dollars(cents)).toBe(text));
