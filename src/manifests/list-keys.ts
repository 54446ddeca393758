import { at, isObject, walk, type JsonObject } from '../json';
import { isBuiltIn, wordFor } from './checks';
import { faultAt, type Fault } from './faults';
import type { Manifest } from './objects';
import { CONTAINERS } from './pods';
import type { FieldPath } from './yaml';

/**
 * The fields by which the API tells the items of a list apart (`x-kubernetes-list-map-keys` of its OpenAPI). Server-side
 * apply refuses a list that has two items with the same ones; kubectl's own apply merges them.
 */
const LIST_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  imagePullSecrets: ['name'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
};
const DEFAULTS: JsonObject = { protocol: 'TCP' };

/** Gives a fault for each item of a list that has the same key as one before it, and for each such list that is none. */
export function listFaults(manifest: Manifest): readonly Fault[] {
  const { object } = manifest;
  if (!isBuiltIn(object) || object['kind'] === 'CustomResourceDefinition') return [];
  const faults: Fault[] = [];
  walk({ spec: object['spec'], template: object['template'] }, (item, path) => {
    const keys = keysOf(object, path.slice(0, -1), path.at(-1) ?? '');
    if (keys !== undefined) faults.push(...twice(manifest, path, item, keys));
    return true;
  });
  return faults;
}

function keysOf(object: JsonObject, path: FieldPath, key: string | number): readonly string[] | undefined {
  if (key === 'ports' && object['kind'] === 'Service' && path.length === 1) return ['port', 'protocol'];
  if (key === 'ports' && typeof path.at(-1) === 'number' && CONTAINERS.includes(path.at(-2)))
    return ['containerPort', 'protocol'];
  return typeof key === 'string' && Object.hasOwn(LIST_KEYS, key) ? LIST_KEYS[key] : undefined;
}

function twice(
  manifest: Manifest,
  path: FieldPath,
  list: unknown,
  keys: readonly string[],
): readonly Fault[] {
  if (list === null || list === undefined) return [];
  if (!Array.isArray(list)) return [faultAt(manifest, path, `is ${wordFor(list)}, but must be a list`)];
  const seen = new Map<string, number>();
  return list.flatMap((item: unknown, index) => {
    if (!isObject(item))
      return [faultAt(manifest, [...path, index], `is ${wordFor(item)}, but must be a map`)];
    const values = keys.map((key) => at(item, key) ?? DEFAULTS[key]);
    if (values.includes(undefined)) return [];
    const shown = keys.map((key, each) => `${key} ${String(values[each])}`).join(' and ');
    const first = seen.get(shown);
    seen.set(shown, first ?? index);
    if (first === undefined) return [];
    return [
      faultAt(manifest, [...path, index], `has the same ${shown} as the item ${first + 1} of the list`),
    ];
  });
}
