import { at, isObject, type JsonObject } from '../json';
import { faultAt, type Fault } from './faults';
import type { Manifest } from './objects';

const KIB = 1024;
const MIB = KIB * KIB;

/** The largest file that is read: the largest published bundles of manifests have some 5 MiB. */
export const LARGEST_FILE = 10 * MIB;
/** etcd's default for one request (`--max-request-bytes`). */
const LARGEST_OBJECT = 1.5 * MIB;
/** MaxSecretSize of the API; the same holds for a ConfigMap. */
const LARGEST_DATA = MIB;

/** Gives a number of bytes as people read it, such as `1.2 MiB`. */
export function showBytes(bytes: number): string {
  return bytes < MIB ? `${Math.ceil(bytes / KIB)} KiB` : `${(bytes / MIB).toFixed(1)} MiB`;
}

/** Gives a fault for an object that the cluster could not store. */
export function sizeFaults(manifest: Manifest): readonly Fault[] {
  const { object } = manifest;
  const data = dataSize(object);
  if (data > LARGEST_DATA)
    return [
      faultAt(
        manifest,
        ['data'],
        `has ${showBytes(data)}, but the cluster takes at most ${showBytes(LARGEST_DATA)}`,
      ),
    ];
  const size = Buffer.byteLength(JSON.stringify(object));
  if (size <= LARGEST_OBJECT) return [];
  return [
    faultAt(
      manifest,
      [],
      `has ${showBytes(size)} as JSON, but the cluster takes at most ${showBytes(LARGEST_OBJECT)}`,
    ),
  ];
}

function dataSize(object: JsonObject): number {
  if (object['kind'] !== 'Secret' && object['kind'] !== 'ConfigMap') return 0;
  return ['data', 'binaryData'].reduce((sum, field) => {
    const isEncoded = field === 'binaryData' || object['kind'] === 'Secret';
    const values = at(object, field);
    const sizes = Object.values(isObject(values) ? values : {}).map((value) =>
      typeof value === 'string' ? Buffer.byteLength(value, isEncoded ? 'base64' : 'utf8') : 0,
    );
    return sum + sizes.reduce((total, size) => total + size, 0);
  }, 0);
}
