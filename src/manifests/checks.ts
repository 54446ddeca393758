import { at, isObject, textAt, type JsonObject } from '../json';
import { faultAt, type Fault, type FaultySource } from './faults';
import type { FieldPath } from './yaml';

const VERSION = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const KIND = /^[A-Za-z][A-Za-z0-9-]*$/;
/** A name becomes a part of a URL: these the API server refuses for every kind. */
const NO_NAME = /^\.\.?$|[/%]|\s/;
const NAMESPACE = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Gives what is wrong with what every object must have: apiVersion, kind and a name. A placeholder may stand in each of them. */
export function basicFaults(manifest: FaultySource): readonly Fault[] {
  const { object } = manifest;
  if (!isObject(object))
    return [faultAt({ ...manifest, object: {} }, [], `holds no object, but ${wordFor(object)}`)];
  const metadata = object['metadata'] ?? undefined;
  if (metadata !== undefined && !isObject(metadata))
    return [faultAt(manifest, ['metadata'], `is ${wordFor(metadata)}, but must be a map`)];
  return [
    ...textFaults(manifest, ['apiVersion'], VERSION),
    ...textFaults(manifest, ['kind'], KIND),
    ...nameFaults(manifest),
    ...(at(metadata, 'namespace') === undefined || at(metadata, 'namespace') === null
      ? []
      : textFaults(manifest, ['metadata', 'namespace'], NAMESPACE)),
    ...(['labels', 'annotations'] as const).flatMap((field) => mapFault(manifest, ['metadata', field])),
  ];
}

function textFaults(manifest: FaultySource, path: FieldPath, form: RegExp): readonly Fault[] {
  const value = at(manifest.object, ...path);
  if (value === undefined || value === null || value === '') return [faultAt(manifest, path, 'is missing')];
  if (typeof value !== 'string')
    return [faultAt(manifest, path, `is ${wordFor(value)}, but must be text: put it in quotes`)];
  return value.includes('${') || form.test(value)
    ? []
    : [faultAt(manifest, path, 'is not of the form that it must have')];
}

function nameFaults(manifest: FaultySource): readonly Fault[] {
  const { object } = manifest;
  const name = at(object, 'metadata', 'name');
  const isGenerated = textAt(object, 'metadata', 'generateName') !== '';
  if (isGenerated && (name === undefined || name === null || name === '')) return [];
  if (typeof name === 'string' && NO_NAME.test(name) && !name.includes('${'))
    return [
      faultAt(
        manifest,
        ['metadata', 'name'],
        'has a blank, a slash or a percent sign, which no name may have',
      ),
    ];
  return textFaults(manifest, ['metadata', 'name'], /./);
}

/** Gives a fault where a field is there and no map. */
export function mapFault(manifest: FaultySource, path: FieldPath): readonly Fault[] {
  const value = at(manifest.object, ...path);
  if (value === undefined || value === null || isObject(value)) return [];
  return [faultAt(manifest, path, `is ${wordFor(value)}, but must be a map`)];
}

/** Gives what a value is in words, and never the value itself. */
export function wordFor(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return (
    { string: 'text', number: 'a number', boolean: 'a yes or no' }[typeof value as 'string'] ??
    'something else'
  );
}

/** Whether an object is of a kind that Kubernetes itself has, so that its fields are known. */
export function isBuiltIn(object: JsonObject): boolean {
  const [group = '', version] = textAt(object, 'apiVersion').split('/');
  return version === undefined || !group.includes('.') || group.endsWith('.k8s.io');
}
