import { at, listAt, textAt } from '../json';

export type PlanAction =
  'create' | 'update' | 'replace' | 'delete' | 'forget' | 'forget-and-create' | 'move' | 'import' | 'other';

/**
 * Gives what an entry of `resource_changes` does, or undefined where it does nothing. Sets of actions are read by membership, so
 * that those of later versions are still told right: what contains a deletion destroys.
 */
export function planAction(entry: unknown): PlanAction | undefined {
  return actionOf(listAt(entry, 'change', 'actions')) ?? stateOnly(entry);
}

/** Gives what a set of actions does, or undefined where it does nothing. */
export function actionOf(actions: readonly unknown[]): PlanAction | undefined {
  const has = (action: string): boolean => actions.includes(action);
  if (has('delete')) return has('create') ? 'replace' : 'delete';
  if (has('create')) return has('forget') ? 'forget-and-create' : 'create';
  if (has('update')) return 'update';
  if (has('forget')) return 'forget';
  // `open` is OpenTofu's for ephemeral resources.
  return actions.every((action) => action === 'no-op' || action === 'read' || action === 'open')
    ? undefined
    : 'other';
}

/** What changes the state alone is a change all the same: left out of the state, it would be forgotten. */
function stateOnly(entry: unknown): PlanAction | undefined {
  if (at(entry, 'change', 'importing') !== undefined) return 'import';
  return textAt(entry, 'previous_address') === '' ? undefined : 'move';
}

/** The reasons of https://developer.hashicorp.com/terraform/internals/json-format; others are told as they are. */
const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: 'it is marked as damaged (tainted)',
  replace_because_cannot_update: 'what changes cannot be changed in place',
  replace_by_request: 'its replacement was asked for',
  replace_by_triggers: 'something in its replace_triggered_by changes',
  delete_because_no_resource_config: 'the configuration has it no more',
  delete_because_no_module: 'the configuration has its module no more',
  delete_because_wrong_repetition: 'count or for_each was added to it or taken away',
  delete_because_count_index: 'its index is beyond count',
  delete_because_each_key: 'for_each has its key no more',
  delete_because_no_move_target: 'it was moved to where the configuration has nothing',
};

/** Gives why Terraform does it, in words, or undefined where it says nothing. */
export function reasonOf(entry: unknown): string | undefined {
  const reason = textAt(entry, 'action_reason');
  return reason === '' ? undefined : (REASONS[reason] ?? reason.replaceAll('_', ' '));
}
