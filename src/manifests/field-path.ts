import { isObject, type JsonObject } from '../json';

/**
 * Gives the value at a path as the API server writes it in its refusals: `.spec.containers[name="app"].image` for owned
 * fields, `spec.ports[0].port` for invalid ones; undefined where there is none. A name may have dots itself, such as
 * that of an annotation: then the longest one that fits is meant.
 */
export function valueAtPath(value: unknown, path: string): unknown {
  const rest = path.replace(/^\./, '');
  if (rest === '') return value;
  if (rest.startsWith('[')) return inList(value, rest);
  if (!isObject(value)) return undefined;
  const name = Object.keys(value)
    .filter((key) => rest === key || (rest.startsWith(key) && ['.', '['].includes(rest.charAt(key.length))))
    .sort((one, other) => other.length - one.length)[0];
  return name === undefined ? undefined : valueAtPath(value[name], rest.slice(name.length));
}

function inList(value: unknown, path: string): unknown {
  const match = /^\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]/.exec(path);
  if (match === null) return undefined;
  const [whole, selector = ''] = match;
  const rest = path.slice(whole.length);
  // Of a map, such as `data[key]`, the API server names an entry in the same way.
  if (isObject(value)) return valueAtPath(value[selector], rest);
  if (!Array.isArray(value)) return undefined;
  if (/^\d+$/.test(selector)) return valueAtPath(value[Number(selector)], rest);
  const found: unknown = value.find((item) => isSelected(item, selector));
  return valueAtPath(found, rest);
}

function isSelected(item: unknown, selector: string): boolean {
  if (selector.startsWith('=')) return JSON.stringify(item) === selector.slice(1);
  const keys = [...selector.matchAll(/([^=,]+)=("(?:[^"\\]|\\.)*"|[^,]*)/g)];
  return (
    isObject(item) &&
    keys.length > 0 &&
    keys.every(([, key = '', wanted]) => JSON.stringify(item[key]) === wanted)
  );
}

const LONGEST = 200;

/** Gives a value as JSON text for people, cut where it is long; of a Secret's content not the value. */
export function shownAtPath(object: JsonObject, path: string): string {
  const value = valueAtPath(object, path);
  if (value === undefined) return 'nothing';
  if (object['kind'] === 'Secret' && !/^\.?metadata\.labels/.test(path)) return '(hidden)';
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
