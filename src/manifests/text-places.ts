import { isObject, textAt, walk, type JsonObject } from '../json';
import { isBuiltIn, mapFault, wordFor } from './checks';
import { faultAt, isDataKey, type Fault } from './faults';
import type { Manifest } from './objects';
import type { FieldPath } from './yaml';
import { isBase64 } from './yaml-scalar';

/**
 * Whether the API takes only text at `path`: there a number that a placeholder gives is written as text, and one that
 * stands in the file is a fault, since the API would refuse it.
 */
export function takesText(object: JsonObject, path: FieldPath): boolean {
  const [last, parent = '', grand] = [path.at(-1), path.at(-2), path.at(-3)];
  if (grand === 'metadata' && (parent === 'labels' || parent === 'annotations')) return true;
  if (path.length === 1) return last === 'apiVersion' || last === 'kind';
  if (path.length === 2 && parent === 'metadata') return last === 'name' || last === 'namespace';
  if (path.length === 2) return dataFields(object).includes(String(parent));
  // The schema of a CustomResourceDefinition may describe fields of these names.
  if (!isBuiltIn(object) || textAt(object, 'kind') === 'CustomResourceDefinition') return false;
  if (parent === 'matchLabels' || parent === 'nodeSelector') return true;
  if (parent === 'selector' && grand === 'spec' && path.length === 3)
    return textAt(object, 'kind') === 'Service';
  if (last === 'value' && typeof parent === 'number') return grand === 'env';
  return typeof last === 'number' && (parent === 'args' || parent === 'command');
}

function dataFields(object: JsonObject): readonly string[] {
  if (object['apiVersion'] !== 'v1') return [];
  if (object['kind'] === 'Secret') return ['data', 'stringData'];
  return object['kind'] === 'ConfigMap' ? ['data', 'binaryData'] : [];
}

/** Gives each value that is no text where the API takes only text, and what is wrong with the data of a Secret or ConfigMap. */
export function textFaults(manifest: Manifest): readonly Fault[] {
  const { object } = manifest;
  const fields = dataFields(object);
  const faults = [...fields.flatMap((field) => mapFault(manifest, [field]))];
  for (const field of fields) faults.push(...dataFaults(manifest, field));
  walk(object, (value, path) => {
    if (!takesText(object, path)) return true;
    if (value !== null && typeof value !== 'string')
      faults.push(faultAt(manifest, path, `is ${wordFor(value)}, but must be text: put it in quotes`));
    return false;
  });
  return faults;
}

function dataFaults(manifest: Manifest, field: string): readonly Fault[] {
  const values = manifest.object[field];
  if (!isObject(values)) return [];
  const encoded = field === 'binaryData' || (field === 'data' && manifest.object['kind'] === 'Secret');
  return Object.entries(values).flatMap(([key, value]) => {
    if (!isDataKey(key))
      return [
        faultAt(
          manifest,
          [field, key],
          'has a key of other characters than letters, digits, `-`, `_` and `.`',
        ),
      ];
    if (encoded && typeof value === 'string' && !isBase64(value))
      return [faultAt(manifest, [field, key], 'is not base64')];
    return [];
  });
}
