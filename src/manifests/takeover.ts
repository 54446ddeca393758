import { at, isObject, listAt, textAt, type JsonObject } from '../json';

/** The field manager of every apply of manifests. */
export const FIELD_MANAGER = 'wpp-deploy-action';

/**
 * Tools that applied an object before this one took it over. What they set and the manifest does not have would
 * otherwise stay for ever, since server-side apply takes away only what its own manager had set.
 */
const EARLIER_APPLIERS = ['kubectl-client-side-apply', 'kubectl', 'helm'];

/**
 * Gives the JSON Patch by which our manager takes over what another tool had applied, by the same way as `kubectl apply
 * --server-side` does with its own earlier applies; undefined where there is nothing to take over, or it was done before.
 */
export function takeover(live: JsonObject): readonly JsonObject[] | undefined {
  const taken = takenFrom(live);
  const [first] = taken;
  if (first === undefined) return undefined;
  const ours = {
    ...first,
    manager: FIELD_MANAGER,
    operation: 'Apply',
    fieldsV1: taken.map(fieldsOf).reduce(union),
  };
  return [
    // Refused with 409 where the object changed since it was read.
    { op: 'replace', path: '/metadata/resourceVersion', value: at(live, 'metadata', 'resourceVersion') },
    {
      op: 'replace',
      path: '/metadata/managedFields',
      value: [...entriesOf(live).filter((entry) => !taken.includes(entry)), ours],
    },
  ];
}

/** Gives the names of the tools that takeover() takes an object from. */
export function appliersOf(live: JsonObject): readonly string[] {
  return [...new Set(takenFrom(live).map((entry) => textAt(entry, 'manager')))];
}

/**
 * Gives the paths of what the earlier tools had applied and the manifest does not have, such as `spec.template.spec.nodeSelector`:
 * what taking over removes. A dry run cannot show it, since it does not take over.
 */
export function leftBehind(live: JsonObject, wanted: JsonObject): readonly string[] {
  const fields = takenFrom(live).map(fieldsOf);
  return missingIn(wanted, fields.reduce(union, {}), '').filter((path) => !path.endsWith(LAST_APPLIED));
}

/** Fields of a managedFields entry are named `f:name`, items of a list `k:{"name":"app"}` or `v:"value"`. */
function missingIn(wanted: unknown, fields: JsonObject, path: string): readonly string[] {
  return Object.entries(fields).flatMap(([name, below]) => {
    if (name === '.') return [];
    const [here, found] = lookUp(wanted, name, path);
    if (found === undefined) return [here];
    return isObject(below) ? missingIn(found, below, here) : [];
  });
}

function lookUp(wanted: unknown, name: string, path: string): readonly [string, unknown] {
  const text = name.slice(2);
  if (name.startsWith('f:')) return [path === '' ? text : `${path}.${text}`, at(wanted, text)];
  const told: unknown = JSON.parse(text);
  const isNamed = (item: unknown): boolean =>
    name.startsWith('v:')
      ? JSON.stringify(item) === JSON.stringify(told)
      : isObject(item) && isObject(told) && Object.entries(told).every(([key, value]) => item[key] === value);
  const items = Array.isArray(wanted) ? (wanted as unknown[]) : [];
  return [`${path}[${text}]`, items.find(isNamed)];
}

/** The copy that kubectl keeps of what it applied; that it goes away is of no interest. */
const LAST_APPLIED = '.kubectl.kubernetes.io/last-applied-configuration';

function entriesOf(live: JsonObject): readonly JsonObject[] {
  return listAt(live, 'metadata', 'managedFields').filter(isObject);
}

/** Gives what is to be taken over: nothing where our manager has applied the object before. */
function takenFrom(live: JsonObject): readonly JsonObject[] {
  const entries = entriesOf(live);
  return entries.some(isOurs) ? [] : entries.filter(isTaken);
}

function isOurs(entry: JsonObject): boolean {
  return entry['manager'] === FIELD_MANAGER && entry['operation'] === 'Apply';
}

function isTaken(entry: JsonObject): boolean {
  return EARLIER_APPLIERS.includes(textAt(entry, 'manager')) && textAt(entry, 'subresource') === '';
}

function fieldsOf(entry: JsonObject): JsonObject {
  const fields = entry['fieldsV1'];
  return isObject(fields) ? fields : {};
}

function union(one: JsonObject, other: JsonObject): JsonObject {
  const merged = Object.entries(other).map(([name, fields]) => {
    const known = one[name];
    return [name, isObject(known) && isObject(fields) ? union(known, fields) : fields] as const;
  });
  return { ...one, ...Object.fromEntries(merged) };
}
