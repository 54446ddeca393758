import { at, listAt, textAt } from '../json';

/** Linode's public price lists, by their paths below `/v4`. */
export type PriceList =
  'linode/types' | 'lke/types' | 'volumes/types' | 'nodebalancers/types' | 'object-storage/types';

export interface Price {
  readonly id: string;
  /** US dollars a month; undefined where Linode does not say. */
  readonly monthly: number | undefined;
  /** The regions that have a price of their own. */
  readonly regions: Readonly<Record<string, number | undefined>>;
}

/** The prices of the lists that were read. */
export type Prices = Readonly<Partial<Record<PriceList, readonly Price[]>>>;

/** What the backups of a Linode plan cost stands within the plan. */
export const BACKUPS = '/backups';

/** Reads a list as the API gives it: `{id, price{monthly}, region_prices[{id, monthly}]}` (Linode API v4, "List types"). */
export function readPrices(answer: unknown): readonly Price[] {
  return listAt(answer, 'data').flatMap((entry) => {
    const id = textAt(entry, 'id');
    const backups = at(entry, 'addons', 'backups');
    return [priceOf(id, entry), ...(backups === undefined ? [] : [priceOf(`${id}${BACKUPS}`, backups)])];
  });
}

/** Gives US dollars a month: the region's price, else the general one; undefined where either is not known. */
export function monthlyPrice(
  prices: Prices,
  list: PriceList,
  id: string,
  region: string | undefined,
): number | undefined {
  const price = prices[list]?.find((each) => each.id === id);
  if (price === undefined) return undefined;
  if (region !== undefined && region in price.regions) return price.regions[region];
  return region === undefined && Object.keys(price.regions).length > 0 ? undefined : price.monthly;
}

function priceOf(id: string, entry: unknown): Price {
  const regions = listAt(entry, 'region_prices').map((each) => [textAt(each, 'id'), dollars(each)]);
  return {
    id,
    monthly: dollars(at(entry, 'price')),
    regions: Object.fromEntries(regions) as Price['regions'],
  };
}

/** Plans with GPUs, and others that are not for everybody, are listed at 0, or at null: neither is a price. */
function dollars(price: unknown): number | undefined {
  const monthly = at(price, 'monthly');
  return typeof monthly === 'number' && monthly > 0 ? monthly : undefined;
}
