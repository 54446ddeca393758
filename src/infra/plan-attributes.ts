import { at, isObject } from '../json';

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

/**
 * Gives the attributes in which the sides of a `change` differ, each by itself however deep it stands. What is sensitive is hidden where it
 * stands, numbers and booleans too. Of a resource that is only created or deleted these are all that it has.
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
  const found = differences('', sides).filter(
    ({ before, after }) => !oneSided || !isNothing(before ?? after),
  );
  const forcing = forcingPaths(change);
  return forcing.length === 0
    ? found
    : found.map((each) => ({ ...each, forces: forcing.some((path) => isWithin(each.path, path)) }));
}

/** What the provider fills in by itself says nothing of what is made, nor does what is empty. */
function isNothing(text: string | undefined): boolean {
  return text === undefined || [UNKNOWN, '[]', '{}', '""'].includes(text);
}

function differences(path: string, sides: Sides): AttributeChange[] {
  const { before, after, unknown, beforeMarks, afterMarks } = sides;
  if (beforeMarks === true || afterMarks === true) {
    const same = unknown !== true && textOf(before) === textOf(after);
    return same ? [] : [changed(path, before, unknown === true ? UNKNOWN : after, HIDDEN, HIDDEN)];
  }
  if (unknown === true) return [changed(path, before, UNKNOWN, textOf(before), UNKNOWN)];
  const keys = keysOf(sides);
  if (keys === undefined) return leaf(path, sides);
  return keys.flatMap((key) =>
    differences(joined(path, key), {
      before: at(before, key),
      after: at(after, key),
      unknown: at(unknown, key),
      beforeMarks: at(beforeMarks, key),
      afterMarks: at(afterMarks, key),
    }),
  );
}

function leaf(path: string, { before, after, beforeMarks, afterMarks }: Sides): AttributeChange[] {
  const [old, fresh] = [textOf(before), textOf(after)];
  if (old === fresh) return [];
  const hidden = isMarked(beforeMarks) || isMarked(afterMarks);
  return [changed(path, before, after, hidden ? HIDDEN : old, hidden ? HIDDEN : fresh)];
}

function changed(
  path: string,
  before: unknown,
  after: unknown,
  old: string | undefined,
  fresh: string | undefined,
): AttributeChange {
  return {
    path,
    before: isMissing(before) ? undefined : old,
    after: isMissing(after) ? undefined : fresh,
    forces: false,
  };
}

/** Gives the keys to go into, or undefined where a value is to be compared as a whole: a list of plain values too. */
function keysOf(sides: Sides): readonly (string | number)[] | undefined {
  const { before, after, unknown, beforeMarks, afterMarks } = sides;
  const values = [before, after].filter((value) => !isMissing(value));
  if (values.length > 0 && values.every(isObject)) {
    return [
      ...new Set([before, after, unknown].flatMap((side) => (isObject(side) ? Object.keys(side) : []))),
    ].sort();
  }
  if (values.length === 0 || !values.every((value) => Array.isArray(value))) return undefined;
  const marked = isMarked(unknown) || isMarked(beforeMarks) || isMarked(afterMarks);
  const plain = values.every((list) =>
    list.every((item: unknown) => typeof item !== 'object' || item === null),
  );
  if (plain && !marked) return undefined;
  const length = Math.max(...[before, after, unknown].map((side) => (Array.isArray(side) ? side.length : 0)));
  return Array.from({ length }, (_, index) => index);
}

/** Whether any part of a value is marked. */
function isMarked(mark: unknown): boolean {
  if (Array.isArray(mark)) return mark.some(isMarked);
  return mark === true || (isObject(mark) && Object.values(mark).some(isMarked));
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

function textOf(value: unknown): string | undefined {
  return isMissing(value) ? undefined : JSON.stringify(value);
}

function joined(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function forcingPaths(change: unknown): readonly string[] {
  const paths = at(change, 'replace_paths');
  if (!Array.isArray(paths)) return [];
  return paths.map((path: unknown) =>
    Array.isArray(path)
      ? path.reduce<string>(
          (text, key: unknown) => joined(text, typeof key === 'number' ? key : String(key)),
          '',
        )
      : '',
  );
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}
