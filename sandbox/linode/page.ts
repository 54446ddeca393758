import { invalid } from './error.ts';

/** One page of a list, as Linode wraps it. */
export interface Page<Item> {
  readonly data: readonly Item[];
  readonly page: number;
  readonly pages: number;
  /** Length of the whole list. */
  readonly results: number;
}

/** Cuts the page that `page` and `page_size` (default 100) name; a page beyond the end is empty. */
export function paged<Item>(items: readonly Item[], query: URLSearchParams): Page<Item> {
  const page = numberIn(query, 'page', 1, Number.MAX_SAFE_INTEGER, 1);
  const size = numberIn(query, 'page_size', 25, 500, 100);
  return {
    data: items.slice((page - 1) * size, page * size),
    page,
    pages: Math.max(1, Math.ceil(items.length / size)),
    results: items.length,
  };
}

function numberIn(
  query: URLSearchParams,
  name: string,
  least: number,
  most: number,
  otherwise: number,
): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(name, `Must be ${least}-${most}`);
}
