import { readPrices, type PriceList, type Prices } from '../../src/infra/prices';
import type { PriceLists } from '../../src/ports';

const price = (id: string, monthly: number | null, regional?: number | null): object => ({
  id,
  price: { hourly: 0, monthly },
  region_prices: regional === undefined ? [] : [{ id: 'id-cgk', hourly: 0, monthly: regional }],
});
const list = (...data: readonly object[]): ReturnType<typeof readPrices> => readPrices({ data });

/** Linode's list prices as its API gives them, in US dollars; Jakarta costs more. The plan with a GPU stands at 0. */
export const PRICES = {
  'linode/types': list(
    { ...price('g6-standard-1', 12, 14.4), addons: { backups: price('', 2.5, 3) } },
    price('g6-standard-2', 24, 28.8),
    price('g2-gpu-rtx4000a1-s', 0),
  ),
  'lke/types': list(price('lke-sa', 0), price('lke-ha', 60, 72), price('lke-e', 300)),
  'volumes/types': list(price('volume', 0.1, 0.12)),
  'nodebalancers/types': list(price('nodebalancer', 10, 12)),
  'object-storage/types': list(price('objectstorage', 5)),
} satisfies Prices;

/** Gives those prices, or fails as it is told. */
export class FakePrices implements PriceLists {
  readonly asked: PriceList[][] = [];
  error: Error | undefined;

  read(lists: readonly PriceList[]): Promise<Prices> {
    this.asked.push([...lists]);
    return this.error === undefined ? Promise.resolve(PRICES) : Promise.reject(this.error);
  }
}
