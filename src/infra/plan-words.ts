import { countPlan, type PlanChange, type PlanSummary } from './plan';
import type { PlanAction } from './plan-action';

/** What Terraform does with a resource, in one word or few. */
export const ACTION_WORDS: Readonly<Record<PlanAction, string>> = {
  create: 'create',
  update: 'update in place',
  replace: 'replace',
  delete: 'destroy',
  forget: 'forget',
  'forget-and-create': 'forget and create anew',
  move: 'move',
  import: 'import',
  other: 'do what is not known with',
};

/** What is read first: what is lost, then what changes, then what is new, then what only the state tells. */
const READING_ORDER: readonly PlanAction[] = [
  'delete',
  'replace',
  'forget-and-create',
  'other',
  'forget',
  'update',
  'create',
  'import',
  'move',
];

/** Gives the changes in the order in which people should read them: what is not allowed and what destroys first. */
export function inReadingOrder(changes: readonly PlanChange[]): readonly PlanChange[] {
  return changes.toSorted((one, other) => rank(one) - rank(other));
}

function rank({ action, guard, consequences }: PlanChange): number {
  const stops = guard === 'blocked' || guard === 'impossible' ? 0 : 1;
  const destroys = guard === 'free' ? 1 : 0;
  const quiet = consequences.length === 0 ? 1 : 0;
  return stops * 1_000 + destroys * 100 + READING_ORDER.indexOf(action) * 2 + quiet;
}

/** Gives how many resources are created, updated, destroyed, and where there are such, forgotten, moved, imported. */
export function countsInWords(plan: PlanSummary): string {
  const count = (...actions: readonly PlanAction[]): number =>
    plan.changes.filter((change) => actions.includes(change.action)).length;
  const counts = countPlan(plan);
  const rare: readonly (readonly [number, string])[] = [
    [count('forget', 'forget-and-create'), 'to forget'],
    [count('import') + plan.changes.filter(isImportedToo).length, 'to import'],
    [count('move'), 'to move'],
    [count('other'), 'of an unknown kind'],
  ];
  return [
    `${counts.create} to create`,
    `${counts.update} to update`,
    `${counts.delete} to destroy`,
    ...rare.filter(([number]) => number > 0).map(([number, words]) => `${number} ${words}`),
  ].join(', ');
}

function isImportedToo({ action, importId }: PlanChange): boolean {
  return action !== 'import' && importId !== undefined;
}

/** Gives what is to be said of a change beside its action and address, most important first. */
export function remarksOn(change: PlanChange): readonly string[] {
  const { reason, previousAddress, importId, deposed, createsFirst, guard, consequences } = change;
  const forcing = change.attributes.filter(({ forces }) => forces).map(({ path }) => path);
  return [
    ...(guard === 'blocked' ? ['blocked, since allow-destroy does not name it'] : []),
    ...(guard === 'impossible' ? ['impossible'] : []),
    ...(guard === 'allowed' ? ['allowed by allow-destroy'] : []),
    ...consequences.map(({ text }) => text),
    ...(reason === undefined ? [] : [`${reason}${forcing.length === 0 ? '' : `: ${forcing.join(', ')}`}`]),
    ...(createsFirst ? ['the new one is made before the old one is deleted'] : []),
    ...(deposed === undefined ? [] : [`a left-over of an earlier replacement (deposed ${deposed})`]),
    ...(previousAddress === undefined ? [] : [`moved from ${previousAddress}`]),
    ...(importId === undefined ? [] : [`imported${importId === '' ? '' : ` by the id ${importId}`}`]),
  ];
}

/** Gives the names of what is gone although the state has it. */
export function goneInWords({ drift }: PlanSummary): readonly string[] {
  return drift
    .filter(({ gone }) => gone)
    .map(({ address, type }) => {
      const lost = type === 'linode_lke_cluster' ? ', with every workload that ran in it' : '';
      return `${address} is gone: it was deleted outside of Terraform${lost}`;
    });
}

const MOST_LINES = 200;

/** Gives the plan as lines for the log. */
export function planLines(plan: PlanSummary): readonly string[] {
  const lines = inReadingOrder(plan.changes).map((change) => {
    const remarks = remarksOn(change);
    return `${ACTION_WORDS[change.action]} ${change.address}${remarks.length === 0 ? '' : `: ${remarks.join('; ')}`}`;
  });
  const left = lines.length - MOST_LINES;
  return [
    `The plan: ${countsInWords(plan)}.`,
    ...lines.slice(0, MOST_LINES),
    ...(left > 0 ? [`(${left} more)`] : []),
    ...plan.outputsChanged.map((name) => `change the output ${name}`),
  ];
}
