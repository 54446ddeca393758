import { at, isObject, listAt, textAt } from '../json';
import type { KeyedDigest } from '../keyed-digest';

/**
 * What a plan would do, as one digest for each change by its address; empty where it would do nothing. Two plans that would do
 * the same have the same digests, whenever and wherever they were made; what Terraform reads but leaves as it is has no part in them.
 */
export type PlanDigest = ReadonlyMap<string, string>;

/** How many changes have a digest each: those of more would not fit in a comment, and are digested together. */
const MOST_CHANGES = 600;
/** 64 bits: whoever has not the key cannot try, and no two of some hundred are alike. */
const DIGEST_LENGTH = 16;

/** Digests a plan as `terraform show -json` gives it, but for the changes of the resources in `leftOut`. */
export async function digestPlan(
  plan: unknown,
  digest: KeyedDigest,
  leftOut: readonly string[] = [],
): Promise<PlanDigest> {
  const changes = [
    ...listAt(plan, 'resource_changes')
      .filter((entry) => !leftOut.includes(textAt(entry, 'address')))
      .flatMap(resourceChange),
    ...outputChanges(plan),
    ...listAt(plan, 'action_invocations').map(invocation),
  ];
  changes.sort(([one], [other]) => (one < other ? -1 : 1));
  const together: readonly Change[] = [[`all ${changes.length} changes together`, changes]];
  const parts = changes.length > MOST_CHANGES ? together : changes;
  const digests = parts.map(async ([address, subject]): Promise<[string, string]> => [
    address,
    (await digest(canonical(['change', address, subject]))).slice(0, DIGEST_LENGTH),
  ]);
  return new Map(await Promise.all(digests));
}

/** An address, and what tells one change of it from another. */
type Change = readonly [address: string, subject: unknown];

/** Actions that change nothing at Linode and nothing in the state. */
const IDLE = ['no-op', 'read', 'open'];

function resourceChange(entry: unknown): readonly Change[] {
  const actions = listAt(entry, 'change', 'actions');
  const importing = at(entry, 'change', 'importing');
  const previous = textAt(entry, 'previous_address');
  const idle = actions.every((action) => IDLE.includes(String(action)));
  if (textAt(entry, 'mode') === 'data' || (idle && importing === undefined && previous === '')) return [];
  // Files of the runner: a fresh one always lacks them.
  if (textAt(entry, 'type').startsWith('local_')) return [];
  const deposed = textAt(entry, 'deposed');
  const address = `${textAt(entry, 'address')}${deposed === '' ? '' : ` (deposed ${deposed})`}`;
  // The object that is changed: another of the same address is another change.
  const id = at(entry, 'change', 'before', 'id');
  return [[address, [actions, previous, importing, id, differences(at(entry, 'change'))]]];
}

function outputChanges(plan: unknown): readonly Change[] {
  const outputs = at(plan, 'output_changes');
  return Object.entries(isObject(outputs) ? outputs : {}).flatMap(([name, change]): readonly Change[] => {
    const actions = listAt(change, 'actions');
    if (actions.every((action) => IDLE.includes(String(action)))) return [];
    return [[`output.${name}`, [actions, differences(change)]]];
  });
}

function invocation(entry: unknown, index: number): Change {
  return [`${textAt(entry, 'address')} (action ${index + 1})`, entry];
}

/** Gives the values that a change sets; of what is deleted nothing matters but that it goes. */
function differences(change: unknown): readonly unknown[] {
  const after = at(change, 'after');
  const unknown = at(change, 'after_unknown');
  if ((after ?? null) === null && !isMarked(unknown)) return [];
  return differing(at(change, 'before'), after, unknown, []);
}

type Path = readonly (string | number)[];

/** A value that is known after the apply only has none to compare: what it was before may change with every look at it. */
function differing(before: unknown, after: unknown, unknown: unknown, path: Path): readonly unknown[] {
  if (unknown === true) return [[path, 'unknown']];
  const kinds = [kindOf(before), kindOf(after)];
  if (kinds[0] === 'value' || kinds[1] === 'value') {
    const same = kinds[0] === kinds[1] && before === after;
    return same ? [] : [[path, before ?? null, after ?? null]];
  }
  const keys = new Set([...keysOf(before), ...keysOf(after), ...keysOf(unknown)]);
  const shapes = kinds[0] === kinds[1] ? [] : [[path, kinds]];
  const below = [...keys].sort(byText).flatMap((key) => {
    const here = [before, after, unknown].map((value) => at(value, key)) as [unknown, unknown, unknown];
    return differing(...here, [...path, key]);
  });
  return [...shapes, ...below];
}

/** Tells values apart that have the same keys: a list of one length from that of another, and both from nothing. */
function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return `list of ${value.length}`;
  return isObject(value) ? 'map' : 'value';
}

function keysOf(value: unknown): readonly (string | number)[] {
  if (Array.isArray(value)) return [...value.keys()];
  return isObject(value) ? Object.keys(value) : [];
}

function byText(one: string | number, other: string | number): number {
  return String(one) < String(other) ? -1 : 1;
}

function isMarked(mark: unknown): boolean {
  return mark === true || keysOf(mark).some((key) => isMarked(at(mark, key)));
}

/** Gives JSON in which the order of keys says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => byText(a, b))) : item,
  );
}
