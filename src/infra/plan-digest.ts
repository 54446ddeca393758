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
function differences(change: unknown): readonly string[] {
  const after = at(change, 'after') ?? null;
  const unknown = at(change, 'after_unknown');
  const found: string[] = [];
  if (after !== null || isMarked(unknown)) differ(at(change, 'before') ?? null, after, unknown, '', found);
  return found;
}

/**
 * Notes in `found` where two values differ. A value that is known after the apply only has none to compare: what it was before
 * may change with every look at it.
 */
function differ(before: unknown, after: unknown, unknown: unknown, path: string, found: string[]): void {
  if (unknown === true) return void found.push(`${path} unknown`);
  if (before === null && !isPlain(after)) {
    return void found.push(`${path} made ${canonical(after)} ${canonical(unknown ?? null)}`);
  }
  // Most of a plan is what stays as it is.
  if (!isMarked(unknown) && (before === after || JSON.stringify(before) === JSON.stringify(after))) return;
  const kinds = `${kindOf(before)} → ${kindOf(after)}`;
  if (isPlain(before) || isPlain(after)) {
    return void found.push(`${path} ${kinds} ${canonical(before)} → ${canonical(after)}`);
  }
  if (kindOf(before) !== kindOf(after)) found.push(`${path} ${kinds}`);
  const keys = new Set([...keysOf(before), ...keysOf(after), ...keysOf(unknown)]);
  for (const key of [...keys].sort(byText)) {
    const place = `${path}/${JSON.stringify(key)}`;
    differ(at(before, key) ?? null, at(after, key) ?? null, at(unknown, key), place, found);
  }
}

/** Tells values apart that have the same keys: a list of one length from that of another, and both from nothing. */
function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return `list of ${value.length}`;
  return isObject(value) ? 'map' : 'value';
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object';
}

function keysOf(value: unknown): readonly (string | number)[] {
  if (Array.isArray(value)) return [...value.keys()];
  return isObject(value) ? Object.keys(value) : [];
}

function byText(one: string | number, other: string | number): number {
  return String(one) < String(other) ? -1 : 1;
}

function isMarked(mark: unknown): boolean {
  if (typeof mark !== 'object' || mark === null) return mark === true;
  return Object.values(mark).some(isMarked);
}

/** Gives JSON in which the order of keys says nothing. */
function canonical(value: unknown): string {
  // Terraform writes keys in order: to look is much faster than to sort.
  return JSON.stringify(isInOrder(value) ? value : inOrder(value));
}

function isInOrder(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isInOrder);
  if (!isObject(value)) return true;
  let last = '';
  for (const key of Object.keys(value)) {
    if (key < last || !isInOrder(value[key])) return false;
    last = key;
  }
  return true;
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, inOrder(item)] as const);
  return Object.fromEntries(entries.sort(([one], [other]) => byText(one, other)));
}
