import { isObject, listAt, textAt, type JsonObject } from '../json';

/**
 * Gives of a live object what a field manager applied last: the manifest as it was, as far as the object still has it.
 * Undefined where the manager never applied it. The API server keeps the names of the fields for each manager
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/).
 */
export function appliedFields(live: JsonObject, manager: string): JsonObject | undefined {
  const entry = listAt(live, 'metadata', 'managedFields').find(
    (candidate) =>
      textAt(candidate, 'manager') === manager &&
      textAt(candidate, 'operation') === 'Apply' &&
      textAt(candidate, 'subresource') === '',
  );
  const fields = isObject(entry) ? entry['fieldsV1'] : undefined;
  if (!isObject(fields)) return undefined;
  const { apiVersion, kind } = live;
  const owned = ownedOf(live, fields) as JsonObject;
  const metadata = isObject(owned['metadata']) ? owned['metadata'] : {};
  const identity = {
    name: textAt(live, 'metadata', 'name'),
    namespace: textAt(live, 'metadata', 'namespace'),
  };
  const { namespace, ...name } = identity;
  return { ...owned, apiVersion, kind, metadata: { ...metadata, ...(namespace === '' ? name : identity) } };
}

function ownedOf(value: unknown, fields: JsonObject): unknown {
  const names = Object.keys(fields).filter((name) => name !== '.');
  // With no names below, the value is owned as a whole.
  if (names.length === 0) return value;
  if (Array.isArray(value)) return ownedItems(value, fields, names);
  if (!isObject(value)) return value;
  const entries = names.flatMap((name): [string, unknown][] => {
    const key = name.slice('f:'.length);
    return Object.hasOwn(value, key) ? [[key, ownedOf(value[key], below(fields, name))]] : [];
  });
  return Object.fromEntries(entries);
}

/** The items of a list are named by their keys (`k:{"name":"app"}`) or, in a set, by their value (`v:"a"`). */
function ownedItems(
  items: readonly unknown[],
  fields: JsonObject,
  names: readonly string[],
): readonly unknown[] {
  return items.flatMap((item) => {
    const name = names.find((candidate) => isNamed(item, candidate));
    if (name === undefined) return [];
    const keys = name.startsWith('k:') ? (JSON.parse(name.slice('k:'.length)) as JsonObject) : {};
    const owned = ownedOf(item, below(fields, name));
    return [isObject(owned) ? { ...keys, ...owned } : owned];
  });
}

function isNamed(item: unknown, name: string): boolean {
  const told: unknown = JSON.parse(name.slice(2));
  if (name.startsWith('v:')) return JSON.stringify(item) === JSON.stringify(told);
  return (
    isObject(item) && isObject(told) && Object.entries(told).every(([key, value]) => item[key] === value)
  );
}

function below(fields: JsonObject, name: string): JsonObject {
  const nested = fields[name];
  return isObject(nested) ? nested : {};
}
