import { at, isObject, listAt, textAt, type JsonObject } from '../json';

export type PlanAction = 'create' | 'update' | 'replace' | 'delete' | 'forget' | 'move' | 'import' | 'other';

export interface AttributeChange {
  readonly name: string;
  /** As JSON text; `(sensitive)` and `(known after apply)` where the value is not to be shown or not known. */
  readonly before: string;
  readonly after: string;
}

export interface PlanChange {
  readonly address: string;
  readonly type: string;
  readonly action: PlanAction;
  /** The label that the resource gets, where it has one that is known. */
  readonly label: string;
  /** Whether it is replaced only because an interrupted run left it half made. */
  readonly tainted: boolean;
  /** The attributes that differ; for updates and replacements only. */
  readonly attributes: readonly AttributeChange[];
}

/** What a plan would do, in the words of the report. */
export interface PlanSummary {
  readonly changes: readonly PlanChange[];
  readonly outputsChanged: readonly string[];
}

/** Resources that exist on the runner only: a fresh runner always lacks their file, so making it is no change. */
const LOCAL_ONLY = new Set(['local_file', 'local_sensitive_file']);

/**
 * Reads what `terraform show -json` gives (https://developer.hashicorp.com/terraform/internals/json-format). Action
 * sets are read by membership, so that sets of later versions are still told right.
 */
export function readPlan(plan: unknown): PlanSummary {
  const changes = listAt(plan, 'resource_changes').flatMap((entry): PlanChange[] => {
    const action = actionOf(listAt(entry, 'change', 'actions')) ?? stateOnly(entry);
    const type = textAt(entry, 'type');
    const isRead = textAt(entry, 'mode') === 'data' || action === undefined;
    if (isRead || (action === 'create' && LOCAL_ONLY.has(type))) return [];
    const attributes =
      action === 'update' || action === 'replace' ? attributeChanges(at(entry, 'change')) : [];
    const tainted = textAt(entry, 'action_reason') === 'replace_because_tainted';
    const label = textAt(entry, 'change', 'after', 'label');
    return [{ address: textAt(entry, 'address'), type, action, label, tainted, attributes }];
  });
  const outputs = outputChanges(plan);
  const outputsChanged = Object.keys(outputs).filter(
    (name) => actionOf(listAt(outputs[name], 'actions')) !== undefined,
  );
  return { changes, outputsChanged };
}

/** Gives how many resources an action concerns; a replacement counts as one created and one deleted, as in Terraform's own line. */
export function countPlan(plan: PlanSummary): {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
} {
  const count = (...actions: readonly PlanAction[]): number =>
    plan.changes.filter((change) => actions.includes(change.action)).length;
  return { create: count('create', 'replace'), update: count('update'), delete: count('delete', 'replace') };
}

/** Gives every value that the plan marks as sensitive, wherever it stands: they must not be shown. */
export function sensitiveValues(plan: unknown): readonly string[] {
  const changes = [
    ...listAt(plan, 'resource_changes').map((entry) => at(entry, 'change')),
    ...Object.values(outputChanges(plan)),
  ];
  return [
    ...changes.flatMap((change) => [
      ...marked(at(change, 'before'), at(change, 'before_sensitive')),
      ...marked(at(change, 'after'), at(change, 'after_sensitive')),
    ]),
    ...sensitiveVariables(plan),
  ];
}

/** Gives the names of the variables that the configuration declares. */
export function declaredVariables(plan: unknown): readonly string[] {
  const declared = at(plan, 'configuration', 'root_module', 'variables');
  return isObject(declared) ? Object.keys(declared) : [];
}

function sensitiveVariables(plan: unknown): readonly string[] {
  return declaredVariables(plan)
    .filter((name) => at(plan, 'configuration', 'root_module', 'variables', name, 'sensitive') === true)
    .flatMap((name) => leaves(at(plan, 'variables', name, 'value')));
}

function outputChanges(plan: unknown): JsonObject {
  const outputs = at(plan, 'output_changes');
  return isObject(outputs) ? outputs : {};
}

function marked(value: unknown, marks: unknown): readonly string[] {
  if (marks === true) return leaves(value);
  if (Array.isArray(marks)) return marks.flatMap((mark, index) => marked(at(value, index), mark));
  if (isObject(marks)) return Object.entries(marks).flatMap(([key, mark]) => marked(at(value, key), mark));
  return [];
}

function leaves(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leaves);
  return [];
}

function actionOf(actions: readonly unknown[]): PlanAction | undefined {
  const has = (action: string): boolean => actions.includes(action);
  if (has('delete')) return has('create') ? 'replace' : 'delete';
  if (has('create')) return 'create';
  if (has('update')) return 'update';
  if (has('forget')) return 'forget';
  return actions.every((action) => action === 'no-op' || action === 'read' || action === 'open')
    ? undefined
    : 'other';
}

/** What changes the state alone is a change all the same: left out of the state, it would be forgotten. */
function stateOnly(entry: unknown): PlanAction | undefined {
  if (at(entry, 'change', 'importing') !== undefined) return 'import';
  return textAt(entry, 'previous_address') === '' ? undefined : 'move';
}

function attributeChanges(change: unknown): readonly AttributeChange[] {
  const before = at(change, 'before');
  const after = at(change, 'after');
  const unknown = at(change, 'after_unknown');
  const names = [before, after, unknown].flatMap((side) => (isObject(side) ? Object.keys(side) : []));
  return [...new Set(names)].sort().flatMap((name): AttributeChange[] => {
    const notKnown = isMarked(at(unknown, name));
    const old = JSON.stringify(at(before, name) ?? null);
    const fresh = JSON.stringify(at(after, name) ?? null);
    if (old === fresh && !notKnown) return [];
    const hidden =
      isMarked(at(change, 'before_sensitive', name)) || isMarked(at(change, 'after_sensitive', name));
    return [
      {
        name,
        before: hidden ? '(sensitive)' : old,
        after: hidden
          ? '(sensitive)'
          : notKnown && (fresh === 'null' || fresh === old)
            ? '(known after apply)'
            : fresh,
      },
    ];
  });
}

function isMarked(mark: unknown): boolean {
  if (Array.isArray(mark)) return mark.some(isMarked);
  return mark === true || (isObject(mark) && Object.values(mark).some(isMarked));
}
