import type { ErrorDetails } from '../errors';
import type { Consequence } from './consequence';
import type { PlanChange, PlanSummary } from './plan';
import type { PlanAction } from './plan-action';
import { ACTION_WORDS } from './plan-words';

/** Whether a change may be made: `allowed` would be `blocked`, but allow-destroy names it; nothing allows what is `impossible`. */
export type Guard = 'free' | 'allowed' | 'blocked' | 'impossible';

/** Providers whose resources are nothing but values in the state or files of the runner; all others may hold data or serve. */
const HARMLESS = /^(?:local|null|terraform|random|time|tls|template|archive|external)_/;
/** What nobody knows may destroy too. */
const DESTROYING = new Set<PlanAction>(['delete', 'replace', 'forget-and-create', 'other']);
const MOST_NAMED = 5;
/** The plan is shown beside it, with all of them. */
const MOST_EVIDENCE = 40;

/**
 * Gives whether a change may be made. It does not lean on `prevent_destroy`, which is gone together with the block that a
 * deletion takes out. Addresses are exact: with their keys, and no patterns.
 */
export function guardOf(
  { address, type, action, consequences }: Omit<PlanChange, 'guard'>,
  allowDestroy: readonly string[],
): Guard {
  const weights = consequences.map(({ weight }) => weight);
  if (weights.includes('impossible')) return 'impossible';
  const destroys = DESTROYING.has(action);
  const guarded = weights.includes('guarded') || (destroys && !HARMLESS.test(type));
  if (!guarded) return 'free';
  return allowDestroy.includes(address) ? 'allowed' : 'blocked';
}

/** Gives the addresses in allow-destroy that allow nothing in this plan, and so might allow something in a later one. */
export function unusedAllowances(plan: PlanSummary, allowDestroy: readonly string[]): readonly string[] {
  const used = new Set(plan.changes.filter(({ guard }) => guard === 'allowed').map(({ address }) => address));
  return allowDestroy.filter((address) => !used.has(address));
}

/**
 * Gives what a plan would replace only because a run was cancelled while Linode made it. Linode makes it all the same, so it is
 * as good as any; to replace it nevertheless, its address is named in allow-destroy.
 */
export function halfMade(plan: PlanSummary, allowDestroy: readonly string[]): readonly PlanChange[] {
  return plan.changes.filter(
    (change) => change.tainted && change.type.startsWith('linode_') && !allowDestroy.includes(change.address),
  );
}

/** Gives why a plan is not to be applied, or undefined where it may be. */
export function refusalOf(plan: PlanSummary): ErrorDetails | undefined {
  return impossible(plan) ?? blocked(plan);
}

function impossible({ changes }: PlanSummary): ErrorDetails | undefined {
  const refused = changes.flatMap(({ address, consequences }) =>
    consequences.flatMap((consequence) =>
      consequence.weight === 'impossible' ? [{ ...consequence, address }] : [],
    ),
  );
  const first = refused[0];
  if (first === undefined) return undefined;
  return {
    code: first.code,
    cause: `Linode would refuse the plan half way: of ${first.address}, ${first.text}`,
    advice: 'Mend the configuration; nothing was changed, and allow-destroy does not help here.',
    evidence: refused.map(({ address, text }) => `${address}: ${text}`).slice(0, MOST_EVIDENCE),
  };
}

function blocked(plan: PlanSummary): ErrorDetails | undefined {
  const stopped = plan.changes.filter(({ guard }) => guard === 'blocked');
  if (stopped.length === 0) return undefined;
  const named = stopped.slice(0, MOST_NAMED).map(({ address, action }) => `${address} (${action})`);
  const more = stopped.length - named.length;
  const names = `${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
  return {
    code: 'infra-destroy-blocked',
    cause: isWholesale(plan)
      ? `the configuration knows nothing of what the state has, so that the plan would destroy all of it: ${names}`
      : `the plan would destroy or interrupt ${names}`,
    advice: isWholesale(plan)
      ? 'Bring the configuration back, or name the right folder in terraform-directory; where all is to be destroyed, name the addresses in allow-destroy. Nothing was changed.'
      : 'Where that is meant, name the addresses in allow-destroy; nothing was changed.',
    evidence: stopped.flatMap(evidenceOf).slice(0, MOST_EVIDENCE),
  };
}

/** Whether everything that is there is deleted: then it is the configuration that is gone or mistaken. */
function isWholesale({ changes, unchanged }: PlanSummary): boolean {
  return unchanged === 0 && changes.every(({ action }) => action === 'delete' || action === 'create');
}

function evidenceOf({ address, action, reason, consequences }: PlanChange): readonly string[] {
  const why = reason === undefined ? [] : [reason];
  const harm = (each: Consequence): boolean => each.weight !== 'told' || action !== 'update';
  const texts = [...why, ...consequences.filter(harm).map(({ text }) => text)];
  return texts.length === 0
    ? [`${address}: ${ACTION_WORDS[action]}`]
    : texts.map((text) => `${address}: ${text}`);
}
