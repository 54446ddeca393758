import pRetry from 'p-retry';
import { DeployError, messageOf } from '../errors';
import { readPrices, type PriceList, type Prices } from '../infra/prices';
import { at } from '../json';
import type { PriceLists } from '../ports';

const API = 'https://api.linode.com/v4';
/** Short: a price is not worth a wait. */
const TIMEOUT_MS = 5_000;
const RETRIES = 1;
/** The largest page that Linode gives; the longest list, that of the plans, has some hundred entries. */
const PAGE = 500;

/** Reads Linode's public price lists; they need no token. */
export class LinodePrices implements PriceLists {
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async read(lists: readonly PriceList[]): Promise<Prices> {
    const read = await Promise.all(
      lists.map(async (list) => [list, readPrices(await this.#get(list))] as const),
    );
    return Object.fromEntries(read);
  }

  async #get(list: PriceList): Promise<unknown> {
    const ask = (): Promise<unknown> => this.#answer(`${API}/${list}?page_size=${PAGE}`);
    try {
      return await pRetry(ask, { retries: RETRIES, minTimeout: 500, signal: this.#signal });
    } catch (error) {
      throw new DeployError(
        {
          code: 'linode-refused',
          cause: `Linode’s price list ${list} cannot be read: ${messageOf(error)}`,
          advice: 'Look at Linode’s status page; the run goes on without prices.',
        },
        { cause: error },
      );
    }
  }

  async #answer(url: string): Promise<unknown> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await fetch(url, { signal });
    const answer: unknown = response.ok ? await response.json().catch(() => undefined) : undefined;
    if (Array.isArray(at(answer, 'data'))) return answer;
    throw new Error(`it answered ${response.status}${response.ok ? ', but no list' : ''}`);
  }
}
