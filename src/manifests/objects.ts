import type { Place } from '../errors';
import { at, isObject, listAt, textAt, type JsonObject } from '../json';
import { parseYaml, YamlError } from './yaml';

/** An object as a file has it, with the place it was read from. */
export interface Manifest {
  /** `file`, or `file (document n)` where the file has several. */
  readonly source: string;
  readonly object: JsonObject;
  /** Where it begins; undefined for what no file has. */
  readonly place?: Place;
}

export interface ManifestFile {
  readonly path: string;
  readonly text: string;
}

export interface ReadManifests {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly string[];
}

/** Fields that the API server writes; sent back from a `kubectl get -o yaml` they would be refused or do harm. */
const SERVER_FIELDS = [
  'managedFields',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'selfLink',
];

/** Gives the objects of all files, lists taken apart, and every fault with file and document. */
export function readManifestFiles(files: readonly ManifestFile[]): ReadManifests {
  const read = files.map(readFile);
  const manifests = read.flatMap((file) => file.manifests);
  return { manifests, problems: [...read.flatMap((file) => file.problems), ...duplicates(manifests)] };
}

function readFile(file: ManifestFile): ReadManifests {
  try {
    const documents = parseYaml(file.text);
    const parts = documents.flatMap((value, index): readonly Manifest[] => {
      const source = documents.length > 1 ? `${file.path} (document ${index + 1})` : file.path;
      return value === null || value === undefined ? [] : expand({ source, object: value as JsonObject });
    });
    const problems = parts.flatMap((part) => faultsOf(part));
    return { manifests: problems.length > 0 ? [] : parts.map(clean), problems };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return { manifests: [], problems: [`${file.path}: ${error.message}`] };
  }
}

/** Takes a List apart, also a typed one such as ConfigMapList. */
function expand(manifest: Manifest): readonly Manifest[] {
  const isList =
    textAt(manifest.object, 'kind').endsWith('List') && Array.isArray(at(manifest.object, 'items'));
  if (!isList) return [manifest];
  return listAt(manifest.object, 'items').map((item, index) => ({
    source: `${manifest.source}, item ${index + 1}`,
    object: item as JsonObject,
  }));
}

function faultsOf({ source, object }: Manifest): readonly string[] {
  if (!isObject(object)) {
    return [`${source}: holds no object, but ${Array.isArray(object) ? 'a list' : typeof object}`];
  }
  const missing = [['apiVersion'], ['kind'], ['metadata', 'name']]
    .filter((path) => textAt(object, ...path) === '')
    .map((path) => `${source}: ${path.join('.')} is missing or no text`);
  const stringData =
    object['kind'] === 'Secret' && isObject(object['stringData']) ? object['stringData'] : {};
  const noText = Object.keys(stringData)
    .filter((key) => typeof stringData[key] !== 'string')
    .map((key) => `${source}: stringData.${key} is no text: put it in quotes`);
  return [...missing, ...noText];
}

function clean({ source, object }: Manifest): Manifest {
  const { status, ...kept } = object;
  const own = Object.entries(at(object, 'metadata') as JsonObject).filter(
    ([key]) => !SERVER_FIELDS.includes(key),
  );
  const metadata = Object.fromEntries(
    own.map(([key, value]) => [key, key === 'annotations' ? ownAnnotations(value) : value]),
  );
  return { source, object: withData({ ...kept, metadata }) };
}

/** kubectl keeps a copy of what it applied in an annotation, of a Secret with its values. */
function ownAnnotations(annotations: unknown): unknown {
  if (!isObject(annotations)) return annotations;
  return Object.fromEntries(
    Object.entries(annotations).filter(([key]) => key !== 'kubectl.kubernetes.io/last-applied-configuration'),
  );
}

/** Moves `stringData` of a Secret to `data`, since server-side apply would never remove a key that was given in it. */
function withData(object: JsonObject): JsonObject {
  const { stringData, ...kept } = object;
  if (object['kind'] !== 'Secret' || object['apiVersion'] !== 'v1' || !isObject(stringData)) return object;
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(value as string).toString('base64'),
  ]);
  const data = isObject(kept['data']) ? kept['data'] : {};
  return { ...kept, data: { ...data, ...(Object.fromEntries(encoded) as JsonObject) } };
}

function duplicates(manifests: readonly Manifest[]): readonly string[] {
  const seen = new Map<string, string>();
  return manifests.flatMap(({ source, object }) => {
    const key = `${textAt(object, 'apiVersion')} ${describe(object)}`;
    const first = seen.get(key);
    seen.set(key, source);
    return first === undefined ? [] : [`${source}: ${describe(object)} stands in ${first} too`];
  });
}

/** Gives `Kind/namespace/name`, or `Kind/name` without a namespace. */
export function describe(object: JsonObject): string {
  const namespace = textAt(object, 'metadata', 'namespace');
  return [textAt(object, 'kind'), namespace, textAt(object, 'metadata', 'name')]
    .filter((part) => part !== '')
    .join('/');
}
