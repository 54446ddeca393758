import { at, listAt, textAt } from '../json';
import { actionOf } from './plan-action';
import { attributeChanges, type AttributeChange } from './plan-attributes';

/** A resource that was found to be other than the state has it. */
export interface Drifted {
  readonly address: string;
  readonly type: string;
  /** Whether it is gone. */
  readonly gone: boolean;
  readonly attributes: readonly AttributeChange[];
}

/** Something that Terraform says of an address. */
export interface Told {
  readonly address: string;
  readonly text: string;
}

/**
 * Gives what differs from the state where it bears on the plan: what is gone, what the plan changes too, and what it says in
 * `relevant_attributes`. The rest is noise, such as times that a provider brings up to date.
 */
export function driftIn(plan: unknown, changed: ReadonlySet<string>): readonly Drifted[] {
  const relevant = new Set(listAt(plan, 'relevant_attributes').map((each) => textAt(each, 'resource')));
  return listAt(plan, 'resource_drift').flatMap((entry): Drifted[] => {
    const [address, type] = [textAt(entry, 'address'), textAt(entry, 'type')];
    const action = actionOf(listAt(entry, 'change', 'actions'));
    const gone = action === 'delete';
    const bears = gone || changed.has(address) || relevant.has(address) || relevant.has(withoutKeys(address));
    if (action === undefined || !bears) return [];
    return [{ address, type, gone, attributes: gone ? [] : attributeChanges(at(entry, 'change')) }];
  });
}

/** Gives an address without the keys of `count` and `for_each`. */
export function withoutKeys(address: string): string {
  return address.replaceAll(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '');
}

/** Gives the checks that fail; Terraform's exit code says nothing of them. */
export function failedChecksIn(plan: unknown): readonly Told[] {
  return listAt(plan, 'checks').flatMap((check) =>
    listAt(check, 'instances').flatMap((instance): Told[] => {
      const status = textAt(instance, 'status');
      if (status !== 'fail' && status !== 'error') return [];
      const address =
        textAt(instance, 'address', 'to_display') || textAt(check, 'address', 'to_display') || 'a check';
      const messages = listAt(instance, 'problems')
        .map((problem) => textAt(problem, 'message'))
        .filter((message) => message !== '');
      return [{ address, text: messages.join(' ') || 'it could not be decided' }];
    }),
  );
}

/** Gives what is put off to a later run, with the reason. */
export function deferredIn(plan: unknown): readonly Told[] {
  return listAt(plan, 'deferred_changes').map((entry) => ({
    address: textAt(entry, 'resource_change', 'address'),
    text: textAt(entry, 'reason').replaceAll('_', ' ') || 'no reason is given',
  }));
}

/** Gives the addresses of the actions that run beside the changes. */
export function invokedIn(plan: unknown): readonly string[] {
  return listAt(plan, 'action_invocations').map((entry) => textAt(entry, 'address'));
}
