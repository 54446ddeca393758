import type { PlanChange, PlanSummary } from './plan';

/**
 * Gives the changes of a plan that would destroy something at Linode and that nobody allowed by address. It does not
 * lean on `prevent_destroy`, which is gone together with the block that a deletion takes out.
 */
export function blockedChanges(plan: PlanSummary, allowDestroy: readonly string[]): readonly PlanChange[] {
  return plan.changes.filter(
    (change) =>
      change.type.startsWith('linode_') &&
      (change.action === 'delete' || change.action === 'replace') &&
      !allowDestroy.includes(change.address),
  );
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
