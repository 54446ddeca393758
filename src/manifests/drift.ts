import difference from 'microdiff';
import { at, isObject, type JsonObject } from '../json';
import { TAG_ANNOTATION } from './pods';

export interface FieldChange {
  /** Such as `spec.replicas` or `spec.containers[0].image`. */
  readonly path: string;
  /** As JSON text; undefined where the field is not there. `(hidden)` in a Secret. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Fields of metadata that change with every write, whatever is written. */
const BOOKKEEPING = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp'];

/** Gives what an apply would change, by the live object and the answer of its dry run. Empty means: nothing to write. */
export function drift(live: JsonObject, dryRun: JsonObject): readonly FieldChange[] {
  const secret = live['kind'] === 'Secret';
  const shown = (value: unknown, path: string): string | undefined => {
    if (value === undefined) return undefined;
    return secret && !path.startsWith('metadata.labels') ? '(hidden)' : JSON.stringify(value);
  };
  const changes = difference(comparable(live), comparable(dryRun)).map((change) => {
    const path = formatPath(change.path);
    return {
      path,
      before: change.type === 'CREATE' ? undefined : shown(change.oldValue, path),
      after: change.type === 'REMOVE' ? undefined : shown(change.value, path),
    };
  });
  return changes.every(isAnotherTag) ? [] : changes;
}

/** The image is told by its digest: that a commit gave the same one another tag is worth no write. */
function isAnotherTag({ path, before, after }: FieldChange): boolean {
  return path === `metadata.annotations.${TAG_ANNOTATION}` && before !== undefined && after !== undefined;
}

function comparable(object: JsonObject): Record<string, unknown> {
  const { status, metadata, ...kept } = object;
  const fields = isObject(metadata)
    ? Object.entries(metadata).filter(([key]) => !BOOKKEEPING.includes(key))
    : [];
  return { ...kept, metadata: Object.fromEntries(fields) };
}

function formatPath(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`),
    '',
  );
}

/** Gives the generation of an object: it grows with each change of its spec. 0 where it has none. */
export function generationOf(object: JsonObject): number {
  const generation = at(object, 'metadata', 'generation');
  return typeof generation === 'number' ? generation : 0;
}
