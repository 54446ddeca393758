/** A JSON object whose fields are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether `value` is an object with fields: not null, no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Gives what stands at `path` below `value`, or undefined where any part of the way is missing; what every object inherits does not count. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value;
  for (const key of path) {
    if (Array.isArray(here) && typeof key === 'number') here = here[key] as unknown;
    else if (isObject(here) && Object.hasOwn(here, key)) here = here[key];
    else return undefined;
  }
  return here;
}

/** Gives the text at `path`, or '' where there is none. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** Gives the number at `path`, or 0 where there is none: Kubernetes leaves zero counts out. */
export function numberAt(value: unknown, ...path: readonly (string | number)[]): number {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : 0;
}

/** Gives the list at `path`, or an empty one. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as unknown[]) : [];
}

/** Calls `visit` for each value below `value`, with its path; where it gives false, what is below that one is left out. */
export function walk(
  value: unknown,
  visit: (value: unknown, path: readonly (string | number)[]) => boolean,
  path: readonly (string | number)[] = [],
): void {
  const entries = Array.isArray(value)
    ? value.map((item: unknown, index) => [index, item] as const)
    : isObject(value)
      ? Object.entries(value)
      : [];
  for (const [key, item] of entries) {
    const here = [...path, key];
    if (visit(item, here)) walk(item, visit, here);
  }
}
