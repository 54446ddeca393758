import type { Place } from '../errors';
import { at, isObject, listAt, textAt, type JsonObject } from '../json';
import type { ResourceType } from '../ports';
import { basicFaults } from './checks';
import { faultAt, type Fault } from './faults';
import { readDocuments, YamlError, type FieldPath, type YamlDocument } from './yaml';

/** An object as a file has it, with the place it was read from. */
export interface Manifest {
  /** Such as `manifests/app.yaml:12`, with the document or item where the file has several. */
  readonly source: string;
  readonly object: JsonObject;
  /** Where it begins; undefined for what no file has. */
  readonly place?: Place;
  /** Gives the line of a field in the file of `place`, or of the nearest part of the way to it; undefined for what no file has as it is. */
  readonly lineOf?: (path: FieldPath) => number;
}

export interface ManifestFile {
  readonly path: string;
  readonly text: string;
  /** The kustomization file, where the text was rendered from one: `path` is then its folder. */
  readonly renderedBy?: string;
}

export interface ReadManifests {
  readonly manifests: readonly Manifest[];
  readonly faults: readonly Fault[];
}

/** Gives the objects of all files, lists taken apart, and every fault with file, line and document. */
export function readManifestFiles(files: readonly ManifestFile[]): ReadManifests {
  const read = files.map(readFile);
  return {
    manifests: read.flatMap(({ manifests }) => manifests),
    faults: read.flatMap(({ faults }) => faults),
  };
}

function readFile(file: ManifestFile): ReadManifests {
  try {
    const documents = readDocuments(file.text);
    const read = documents.flatMap((document, index) => {
      if (document.value === null) return [];
      return expand(manifestOf(file, document, documents.length > 1 ? ` (document ${index + 1})` : ''));
    });
    const checked = read.map((each) => ('text' in each ? [each] : basicFaults(each)));
    return {
      manifests: read.filter(
        (each, index): each is Manifest => !('text' in each) && checked[index]?.length === 0,
      ),
      faults: checked.flat(),
    };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return { manifests: [], faults: [syntaxFault(file, error)] };
  }
}

function manifestOf(file: ManifestFile, document: YamlDocument, which: string): Manifest {
  const object = document.value as JsonObject;
  if (file.renderedBy !== undefined)
    return { source: `${file.path}${which}`, object, place: { file: file.renderedBy, line: 1 } };
  const place = { file: file.path, line: document.line };
  return { source: `${place.file}:${place.line}${which}`, object, place, lineOf: document.lineOf };
}

function syntaxFault({ path, text, renderedBy }: ManifestFile, error: YamlError): Fault {
  if (renderedBy !== undefined)
    return { text: `${path}, rendered: ${error.message}`, place: { file: renderedBy, line: 1 } };
  const lines = text.split(/\r\n|\r|\n/);
  const separators = lines.flatMap((line, index) => (line.startsWith('---') ? [index] : []));
  const unopened = lines.slice(0, separators[0]).some((line) => /^\uFEFF?\s*[^\s#]/.test(line)) ? 1 : 0;
  const number = separators.filter((index) => index < error.line).length + unopened;
  const document = separators.length === 0 ? '' : ` (document ${number})`;
  return {
    text: `${path}:${error.line}${document}: ${error.message}`,
    place: { file: path, line: error.line },
  };
}

/** Takes a List apart, also a typed one such as ConfigMapList, whose items may leave out their kind. Lists in lists are faults. */
function expand(manifest: Manifest): readonly (Manifest | Fault)[] {
  const { object } = manifest;
  const kind = textAt(object, 'kind');
  const items = at(object, 'items');
  const isList = kind === 'List' || (kind.endsWith('List') && Array.isArray(items));
  if (!isList || !isObject(object)) return [manifest];
  if (items !== undefined && items !== null && !Array.isArray(items))
    return [faultAt(manifest, ['items'], 'is no list')];
  return listAt(object, 'items').map((item, index) => {
    const one = itemOf(manifest, typed(item, object), index);
    const itemKind = textAt(item, 'kind');
    if (itemKind === 'List' || (itemKind.endsWith('List') && Array.isArray(at(item, 'items'))))
      return faultAt(one, ['kind'], 'is a list within a list');
    return one;
  });
}

function typed(item: unknown, list: JsonObject): JsonObject {
  const kind = textAt(list, 'kind').slice(0, -'List'.length);
  if (!isObject(item) || kind === '' || 'kind' in item || 'apiVersion' in item) return item as JsonObject;
  return { apiVersion: list['apiVersion'], kind, ...item };
}

function itemOf(list: Manifest, object: JsonObject, index: number): Manifest {
  const { source, place, lineOf } = list;
  const which = source.endsWith(')')
    ? `${source.slice(0, -1)}, item ${index + 1})`
    : `${source} (item ${index + 1})`;
  if (place === undefined || lineOf === undefined)
    return { source: which, object, ...(place === undefined ? {} : { place }) };
  const line = lineOf(['items', index]);
  return {
    source: `${place.file}:${line}${which.slice(`${place.file}:${place.line}`.length)}`,
    object,
    place: { file: place.file, line },
    lineOf: (path) => lineOf(['items', index, ...path]),
  };
}

/** Gives `Kind/namespace/name`, or `Kind/name` without a namespace; `prefix*` where the server makes the name. */
export function describe(object: JsonObject): string {
  const prefix = textAt(object, 'metadata', 'generateName');
  const name = textAt(object, 'metadata', 'name') || (prefix === '' ? '' : `${prefix}*`);
  return [textAt(object, 'kind'), textAt(object, 'metadata', 'namespace'), name]
    .filter((part) => part !== '')
    .join('/');
}

/** Gives a fault for each object that stands twice, in whatever version of its group, where `namespace` is that of objects that name none. */
export function duplicates(manifests: readonly Manifest[], namespace: string): readonly Fault[] {
  const seen = new Map<string, string>();
  return manifests.flatMap((manifest) => {
    const { source, object } = manifest;
    const name = textAt(object, 'metadata', 'name');
    if (name === '') return [];
    const key = JSON.stringify([
      groupOf(object),
      textAt(object, 'kind'),
      namespaceOf(object, namespace),
      name,
    ]);
    const first = seen.get(key);
    seen.set(key, first ?? source);
    if (first === undefined) return [];
    return [faultAt(manifest, [], `${describe(object)} stands in ${first} too`)];
  });
}

/** Gives the namespace of an object: its own, else the default. */
export function namespaceOf(object: JsonObject, fallback: string): string {
  return textAt(object, 'metadata', 'namespace') || fallback;
}

/** Whether an object is of a type, in the version that the type has. */
export function isOfType(object: JsonObject, type: ResourceType): boolean {
  return textAt(object, 'kind') === type.kind && textAt(object, 'apiVersion') === type.apiVersion;
}

/** Gives the API group of an object; '' for the core group. */
export function groupOf(object: JsonObject): string {
  const [group, version] = textAt(object, 'apiVersion').split('/');
  return version === undefined ? '' : (group ?? '');
}
