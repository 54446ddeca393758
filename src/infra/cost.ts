import type { BilledItem } from './billed';
import type { Charge } from './charges';
import { monthlyPrice, type PriceList, type Prices } from './prices';

/** US cents a month. */
export type Amount = number | 'unknown';

export interface CostLine {
  readonly name: string;
  /** The units in words; empty where there is nothing to say. */
  readonly detail: string;
  readonly now: Amount;
  readonly after: Amount;
  /** After, with as many nodes as the autoscalers may make. */
  readonly ceiling: Amount;
}

/** A sum of amounts: that of the known ones, and whether those are all. */
export interface Total {
  readonly known: number;
  readonly complete: boolean;
}

/** What a run says of the bill. */
export type Cost =
  | {
      readonly status: 'known';
      readonly lines: readonly CostLine[];
      readonly now: Total;
      readonly after: Total;
      readonly ceiling: Total;
      readonly change: Amount;
    }
  | { readonly status: 'unknown'; readonly reason: string };

/** Gives the price lists that items need. */
export function listsOf(items: readonly BilledItem[]): readonly PriceList[] {
  const charges = items.flatMap(({ now, after }) => [now, after]);
  return [...new Set(charges.flatMap((charge) => charge?.list ?? []))];
}

/** Gives what items cost now and after, and the difference. What has no known price is never counted as free. */
export function costOf(items: readonly BilledItem[], prices: Prices): Cost {
  const lines = items.map(({ name, now, after }): CostLine => ({
    name,
    detail: (after ?? now)?.detail ?? '',
    now: amount(now, now?.units, prices),
    after: amount(after, after?.units, prices),
    ceiling: amount(after, after?.most, prices),
  }));
  const [now, after] = [total(lines, 'now'), total(lines, 'after')];
  const change = now.complete && after.complete ? after.known - now.known : 'unknown';
  return { status: 'known', lines, now, after, ceiling: total(lines, 'ceiling'), change };
}

/** Gives cents as dollars with two decimals, such as `26.00`. */
export function dollars(cents: number): string {
  return (cents / 100).toFixed(2);
}

function amount(charge: Charge | undefined, units: number | undefined, prices: Prices): Amount {
  if (charge === undefined || units === 0) return 0;
  const { list, id, region } = charge;
  const price = list === undefined ? undefined : monthlyPrice(prices, list, id, region);
  return price === undefined || units === undefined ? 'unknown' : Math.round(price * units * 100);
}

function total(lines: readonly CostLine[], column: 'now' | 'after' | 'ceiling'): Total {
  const amounts = lines.map((line) => line[column]);
  const known = amounts.filter((each) => each !== 'unknown');
  return {
    known: known.reduce((sum, each) => sum + each, 0),
    complete: known.length === amounts.length,
  };
}
