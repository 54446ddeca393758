import { invalid } from './error.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Selects and sorts by an `X-Filter` header: equality, `+and`, `+or`, `+order_by`, `+order`, and the operators
 * `+gt`, `+gte`, `+lt`, `+lte`, `+neq`, `+contains`; a name with dots reaches into an object.
 */
export function filtered<Item extends object>(
  items: readonly Item[],
  header: string | undefined,
): readonly Item[] {
  if (header === undefined) return items;
  const filter = parseFilter(header);
  const kept = items.filter((item) => matches(item, filter));
  const field = filter['+order_by'];
  if (typeof field !== 'string') return kept;
  const sign = filter['+order'] === 'desc' ? -1 : 1;
  return kept.toSorted((a, b) => sign * compare(valueAt(a, field), valueAt(b, field)));
}

function parseFilter(header: string): Json {
  let filter: unknown;
  try {
    filter = JSON.parse(header);
  } catch {
    filter = undefined;
  }
  if (typeof filter !== 'object' || filter === null) throw invalid('X-Filter', 'Must be a JSON object');
  return filter as Json;
}

function matches(item: object, filter: Json): boolean {
  return Object.entries(filter).every(([key, wanted]) => {
    switch (key) {
      case '+order':
      case '+order_by':
        return true;
      case '+and':
        return (wanted as Json[]).every((part) => matches(item, part));
      case '+or':
        return (wanted as Json[]).some((part) => matches(item, part));
      default:
        return holds(valueAt(item, key), wanted);
    }
  });
}

function holds(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null)
    return Array.isArray(value) ? value.includes(wanted) : value === wanted;
  return Object.entries(wanted).every(([operator, operand]) => {
    switch (operator) {
      case '+gt':
        return compare(value, operand) > 0;
      case '+gte':
        return compare(value, operand) >= 0;
      case '+lt':
        return compare(value, operand) < 0;
      case '+lte':
        return compare(value, operand) <= 0;
      case '+neq':
        return value !== operand;
      case '+contains':
        return String(value).includes(String(operand));
      default:
        throw invalid('X-Filter', `Unknown operator ${operator}`);
    }
  });
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : Number(String(a) > String(b));
}

function valueAt(item: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Json | null | undefined)?.[name], item);
}
