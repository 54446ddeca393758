import type { Place } from '../errors';
import { at, type JsonObject } from '../json';
import type { FieldPath } from './yaml';

/** Something that is wrong in a manifest; the text names the file, the line, the document and the field. */
export interface Fault {
  readonly text: string;
  readonly place?: Place;
}

/** What a fault needs to know of the manifest that it is in. */
export interface FaultySource {
  readonly source: string;
  readonly object: JsonObject;
  readonly place?: Place;
  readonly lineOf?: (path: FieldPath) => number;
}

/** Gives a fault of a field of a manifest, at the field's own line; `what` goes on after the field. */
export function faultAt(manifest: FaultySource, path: FieldPath, what: string): Fault {
  const shown = showPath(tellable(manifest.object, path));
  const text = shown === '' ? what : `${shown} ${what}`;
  const { place, source, lineOf } = manifest;
  if (place === undefined || lineOf === undefined)
    return { text: `${source}: ${text}`, ...(place === undefined ? {} : { place }) };
  const here = { file: place.file, line: lineOf(path) };
  const document = source.slice(`${place.file}:${place.line}`.length);
  return { text: `${here.file}:${here.line}${document}: ${text}`, place: here };
}

/** Gives a path as people write it, such as `spec.containers[0].image` or `metadata.labels["a.b/c"]`. */
export function showPath(path: FieldPath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    if (!/^[\w-]+$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

/** Keys that the API takes in a Secret or ConfigMap. */
const DATA_KEY = /^[-._a-zA-Z0-9]{1,253}$/;

/** Whether a key of `data` can be one; else it may be a value that stands in the wrong place. */
export function isDataKey(key: string | number): boolean {
  return typeof key === 'string' && DATA_KEY.test(key);
}

/**
 * Leaves out a key of a Secret that may be a value: in `{password:hunter2}`, where the blank after the colon is missing, the
 * value is a part of the key, and the key has no value.
 */
function tellable(object: JsonObject, path: FieldPath): FieldPath {
  const [field = '', key = ''] = path;
  if (object['kind'] !== 'Secret' || path.length < 2 || (field !== 'data' && field !== 'stringData'))
    return path;
  const isKey = isDataKey(key) && ['string', 'number', 'boolean'].includes(typeof at(object, field, key));
  return isKey ? path : [field, '…'];
}
