import { at, isObject, listAt, textAt, type JsonObject } from '../json';
import type { Consequence } from './consequence';
import { consequencesOf } from './consequences';
import { guardOf, type Guard } from './guard';
import { actionOf, planAction, reasonOf, type PlanAction } from './plan-action';
import { attributeChanges, type AttributeChange } from './plan-attributes';
import {
  deferredIn,
  driftIn,
  failedChecksIn,
  invokedIn,
  withoutKeys,
  type Drifted,
  type Told,
} from './plan-notes';
import { autoscaledCounts } from './pools';

export interface PlanChange {
  readonly address: string;
  readonly type: string;
  readonly action: PlanAction;
  /** The label that the resource gets, where it has one that is known. */
  readonly label: string;
  /** Whether it is replaced only because an interrupted run left it half made. */
  readonly tainted: boolean;
  /** Why Terraform does it, in words. */
  readonly reason: string | undefined;
  /** The address it had, where it moves. */
  readonly previousAddress: string | undefined;
  /** The id at the provider that it is imported by. */
  readonly importId: string | undefined;
  /** The key of a left-over object of this address, which a replacement that failed half way did not delete. */
  readonly deposed: string | undefined;
  /** Whether a replacement makes the new one before it deletes the old one. */
  readonly createsFirst: boolean;
  /** The attributes that differ; all that it has where it is only created or deleted. */
  readonly attributes: readonly AttributeChange[];
  /** What it does at Linode beyond what Terraform says. */
  readonly consequences: readonly Consequence[];
  readonly guard: Guard;
}

/** What a plan would do, in the words of the report. */
export interface PlanSummary {
  readonly changes: readonly PlanChange[];
  readonly outputsChanged: readonly string[];
  /** How many resources stay as they are. */
  readonly unchanged: number;
  /** What is not as the state has it, where that bears on the plan. */
  readonly drift: readonly Drifted[];
  readonly failedChecks: readonly Told[];
  /** What Terraform leaves to a later run; there are such only in a plan that is not complete. */
  readonly deferred: readonly Told[];
  /** Addresses of the actions that a change sets off (Terraform 1.14). */
  readonly invoked: readonly string[];
  readonly complete: boolean;
}

/** Resources that exist on the runner only: a fresh runner always lacks their file, so making it is no change. */
const LOCAL_ONLY = new Set(['local_file', 'local_sensitive_file']);

/**
 * Reads what `terraform show -json` gives (https://developer.hashicorp.com/terraform/internals/json-format). What
 * `allowDestroy` names may be destroyed.
 */
export function readPlan(plan: unknown, allowDestroy: readonly string[] = []): PlanSummary {
  const counted = autoscaledCounts(plan);
  const changes = listAt(plan, 'resource_changes').flatMap((entry): PlanChange[] => {
    const action = planAction(entry);
    if (action === undefined || isNoChange(entry, action)) return [];
    const change = readChange(entry, action, counted);
    return [{ ...change, guard: guardOf(change, allowDestroy) }];
  });
  const outputs = outputChanges(plan);
  return {
    changes,
    outputsChanged: Object.keys(outputs).filter(
      (name) => actionOf(listAt(outputs[name], 'actions')) !== undefined,
    ),
    unchanged: listAt(plan, 'resource_changes').filter(
      (entry) => textAt(entry, 'mode') !== 'data' && planAction(entry) === undefined,
    ).length,
    drift: driftIn(plan, new Set(changes.map(({ address }) => address))).filter(
      ({ type }) => !LOCAL_ONLY.has(type),
    ),
    failedChecks: failedChecksIn(plan),
    deferred: deferredIn(plan),
    invoked: invokedIn(plan),
    complete: at(plan, 'complete') !== false,
  };
}

function isNoChange(entry: unknown, action: PlanAction): boolean {
  return textAt(entry, 'mode') === 'data' || (action === 'create' && LOCAL_ONLY.has(textAt(entry, 'type')));
}

function readChange(
  entry: unknown,
  action: PlanAction,
  counted: ReadonlySet<string>,
): Omit<PlanChange, 'guard'> {
  const [address, type] = [textAt(entry, 'address'), textAt(entry, 'type')];
  const actions = listAt(entry, 'change', 'actions');
  return {
    address,
    type,
    action,
    label: textAt(entry, 'change', 'after', 'label'),
    tainted: textAt(entry, 'action_reason') === 'replace_because_tainted',
    reason: reasonOf(entry),
    previousAddress: textAt(entry, 'previous_address') || undefined,
    importId: importId(entry),
    deposed: textAt(entry, 'deposed') || undefined,
    createsFirst: action === 'replace' && actions.indexOf('create') < actions.indexOf('delete'),
    attributes: attributeChanges(at(entry, 'change')),
    consequences: consequencesOf(type, action, at(entry, 'change'), counted.has(withoutKeys(address))),
  };
}

/** Since Terraform 1.12 a resource can be imported by an identity of several parts instead of an id. */
function importId(entry: unknown): string | undefined {
  const importing = at(entry, 'change', 'importing');
  if (importing === undefined) return undefined;
  const identity = at(importing, 'identity');
  return textAt(importing, 'id') || (isObject(identity) ? JSON.stringify(identity) : '');
}

/** Gives how many resources an action concerns; a replacement counts as one created and one deleted, as in Terraform's own line. */
export function countPlan(plan: PlanSummary): {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
} {
  const count = (...actions: readonly PlanAction[]): number =>
    plan.changes.filter((change) => actions.includes(change.action)).length;
  return {
    create: count('create', 'replace', 'forget-and-create'),
    update: count('update'),
    delete: count('delete', 'replace'),
  };
}

/** Gives the names of the variables that the configuration declares. */
export function declaredVariables(plan: unknown): readonly string[] {
  const declared = at(plan, 'configuration', 'root_module', 'variables');
  return isObject(declared) ? Object.keys(declared) : [];
}

function outputChanges(plan: unknown): JsonObject {
  const outputs = at(plan, 'output_changes');
  return isObject(outputs) ? outputs : {};
}
