import { at, isObject, listAt, type JsonObject } from '../json';

export interface AttributeChange {
  /** Such as `size` or `pool[0].count`. */
  readonly path: string;
  /** As JSON text, or `(sensitive)`; undefined where there is nothing. */
  readonly before: string | undefined;
  /** The same; `(known after apply)` where only the provider will know. */
  readonly after: string | undefined;
  /** Whether it is what makes Terraform replace the resource. */
  readonly forces: boolean;
}

const HIDDEN = '(sensitive)';
const UNKNOWN = '(known after apply)';

/** The sides of a change at one place: values, and Terraform's marks beside them, which have their form or are `true`. */
interface Sides {
  readonly before: unknown;
  readonly after: unknown;
  readonly unknown: unknown;
  readonly beforeMarks: unknown;
  readonly afterMarks: unknown;
}

type Key = string | number;
type Found = (path: string, before: string | undefined, after: string | undefined) => void;

/**
 * Gives the attributes in which the sides of a `change` differ, each by itself however deep it stands. What is sensitive is hidden where
 * it stands, numbers and booleans too. Of a resource that is only created or deleted these are all that it has.
 */
export function attributeChanges(change: unknown): readonly AttributeChange[] {
  const sides: Sides = {
    before: at(change, 'before') ?? undefined,
    after: at(change, 'after') ?? undefined,
    unknown: at(change, 'after_unknown'),
    beforeMarks: at(change, 'before_sensitive'),
    afterMarks: at(change, 'after_sensitive'),
  };
  const oneSided = sides.before === undefined || sides.after === undefined;
  const forcing = listAt(change, 'replace_paths').map(formatPath);
  const changes: AttributeChange[] = [];
  compare('', sides, (path, before, after) => {
    if (oneSided && isNothing(before ?? after)) return;
    changes.push({ path, before, after, forces: forcing.some((outer) => isWithin(path, outer)) });
  });
  return changes;
}

/** What the provider fills in by itself says nothing of what is made, nor does what is empty. */
function isNothing(text: string | undefined): boolean {
  return text === undefined || text === UNKNOWN || text === '[]' || text === '{}' || text === '""';
}

function compare(path: string, sides: Sides, found: Found): void {
  const { before, after, unknown, beforeMarks, afterMarks } = sides;
  if (beforeMarks === true || afterMarks === true) {
    const [old, fresh] = [textOf(before), unknown === true ? UNKNOWN : textOf(after)];
    if (old !== fresh) found(path, old && HIDDEN, fresh && HIDDEN);
    return;
  }
  if (unknown === true) {
    found(path, textOf(before), UNKNOWN);
    return;
  }
  const keys = keysOf(sides);
  if (keys === undefined) return compareWhole(path, sides, found);
  for (const key of keys) {
    const [old, fresh, open] = [below(before, key), below(after, key), below(unknown, key)];
    // Most attributes of an update are as they were: their path is not even made.
    if (old === fresh && typeof old !== 'object' && open !== true) continue;
    const marks = { beforeMarks: below(beforeMarks, key), afterMarks: below(afterMarks, key) };
    compare(joined(path, key), { before: old, after: fresh, unknown: open, ...marks }, found);
  }
}

function compareWhole(path: string, { before, after, beforeMarks, afterMarks }: Sides, found: Found): void {
  const [old, fresh] = [textOf(before), textOf(after)];
  if (old === fresh) return;
  const hidden = isMarked(beforeMarks) || isMarked(afterMarks);
  found(path, hidden ? old && HIDDEN : old, hidden ? fresh && HIDDEN : fresh);
}

/** Gives the keys to go into, or undefined where a value is to be compared as a whole: a list of plain values too. */
function keysOf({ before, after, unknown, beforeMarks, afterMarks }: Sides): readonly Key[] | undefined {
  const some = after ?? before;
  const other = before ?? after;
  if (isObject(some) && isObject(other)) return namesOf(some, other, unknown);
  if (!Array.isArray(some) || !Array.isArray(other)) return undefined;
  const marked = isMarked(unknown) || isMarked(beforeMarks) || isMarked(afterMarks);
  if (!marked && some.every(isPlain) && other.every(isPlain)) return undefined;
  const length = Math.max(some.length, other.length, Array.isArray(unknown) ? unknown.length : 0);
  return Array.from({ length }, (_, index) => index);
}

/** Terraform gives names in their order, and mostly the same ones on all sides. */
function namesOf(some: JsonObject, other: JsonObject, unknown: unknown): readonly string[] {
  const names = Object.keys(some);
  const more = [other, unknown]
    .flatMap((side) => (isObject(side) && side !== some ? Object.keys(side) : []))
    .filter((name) => !Object.hasOwn(some, name));
  return more.length === 0 ? names : [...new Set([...names, ...more])].sort();
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function below(value: unknown, key: Key): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<Key, unknown>>)[key];
}

/** Whether any part of a value is marked. */
function isMarked(mark: unknown): boolean {
  if (Array.isArray(mark)) return mark.some(isMarked);
  return mark === true || (isObject(mark) && Object.values(mark).some(isMarked));
}

/** Terraform writes null for what is not set. */
function textOf(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : JSON.stringify(value);
}

function joined(path: string, key: Key): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function formatPath(path: unknown): string {
  const keys = Array.isArray(path) ? (path as readonly unknown[]) : [];
  return keys.reduce<string>(
    (text, key) => (typeof key === 'number' || typeof key === 'string' ? joined(text, key) : text),
    '',
  );
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}
