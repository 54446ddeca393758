import { DeployError } from '../errors';
import { listAt, textAt, type JsonObject } from '../json';
import type { ApiAnswer, Cluster, ObjectKey } from '../ports';
import { drift, type FieldChange } from './drift';
import { describe } from './objects';

export const FIELD_MANAGER = 'wpp-deploy-action';

/** Field managers of people at a terminal: what they changed by hand, the repository may take back. */
const HUMAN_TOOL = /^(kubectl|k9s|before-first-apply|Lens|rancher)/i;

export interface ObjectChange {
  /** `Kind/namespace/name` */
  readonly object: string;
  readonly action: 'created' | 'configured' | 'unchanged' | 'pruned';
  readonly fields: readonly FieldChange[];
  readonly note?: string;
}

export interface PlacedObject {
  readonly key: ObjectKey;
  readonly object: JsonObject;
  readonly source: string;
}

export interface ApplyMode {
  readonly preview: boolean;
  /** Whether the same run makes the object's namespace, so that in a preview it may not be there yet. */
  readonly namespaceIsMade: boolean;
}

export interface AppliedObject {
  readonly change: ObjectChange;
  /** The object as the cluster has it now, or in a preview would have it; undefined where that could not be checked. */
  readonly result: JsonObject | undefined;
  /** The object as it was, where this changed it. */
  readonly before?: JsonObject;
}

/** Brings one object to what its manifest says: a dry run first, and a write only where something differs. */
export async function applyObject(
  item: PlacedObject,
  mode: ApplyMode,
  cluster: Cluster,
): Promise<AppliedObject> {
  const name = describe(item.object);
  const [live, dryRun] = await Promise.all([cluster.get(item.key), applyUnlessOwned(item, true, cluster)]);
  if (!live.ok && live.code !== 404) throw refused(item, live);
  if (!dryRun.answer.ok) {
    const waits = mode.preview && mode.namespaceIsMade && dryRun.answer.code === 404;
    if (!waits) throw refused(item, dryRun.answer);
    const note = 'cannot be checked until its namespace is made';
    return { change: { object: name, action: 'created', fields: [], note }, result: undefined };
  }
  const fields = live.ok ? drift(live.object, dryRun.answer.object) : [];
  if (live.ok && fields.length === 0) {
    return { change: { object: name, action: 'unchanged', fields }, result: live.object };
  }
  const change: ObjectChange = { object: name, action: live.ok ? 'configured' : 'created', fields };
  if (mode.preview) return { change, result: dryRun.answer.object };
  const options = { fieldManager: FIELD_MANAGER, dryRun: false, force: dryRun.forced };
  const written = await cluster.apply(item.key, item.object, options);
  if (!written.ok) throw refused(item, written);
  return { change, result: written.object, ...(live.ok ? { before: live.object } : {}) };
}

/** Applies without force; where only people's tools own the fields in question, with it. */
async function applyUnlessOwned(
  { key, object }: PlacedObject,
  dryRun: boolean,
  cluster: Cluster,
): Promise<{ readonly answer: ApiAnswer; readonly forced: boolean }> {
  const options = { fieldManager: FIELD_MANAGER, dryRun, force: false };
  const answer = await cluster.apply(key, object, options);
  if (answer.ok || answer.code !== 409) return { answer, forced: false };
  const owners = conflicts(answer.status).map((conflict) => conflict.manager);
  if (owners.length === 0 || !owners.every((owner) => HUMAN_TOOL.test(owner)))
    return { answer, forced: false };
  return { answer: await cluster.apply(key, object, { ...options, force: true }), forced: true };
}

function conflicts(status: JsonObject): readonly { readonly field: string; readonly manager: string }[] {
  return listAt(status, 'details', 'causes')
    .filter((cause) => textAt(cause, 'reason') === 'FieldManagerConflict')
    .map((cause) => ({
      field: textAt(cause, 'field'),
      manager: /conflict with "([^"]*)"/.exec(textAt(cause, 'message'))?.[1] ?? '',
    }));
}

function refused({ object, source }: PlacedObject, answer: Extract<ApiAnswer, { ok: false }>): DeployError {
  const name = `${describe(object)} (${source})`;
  const owned = conflicts(answer.status);
  if (owned.length > 0) {
    return new DeployError({
      code: 'manifest-conflict',
      cause: `${name} sets fields that another tool owns: ${[...new Set(owned.map((c) => c.manager))].join(', ')}`,
      advice: 'Take these fields out of the manifest, or let the other tool give them up.',
      evidence: owned.map((conflict) => `${conflict.field} is owned by ${conflict.manager}`),
    });
  }
  const causes = listAt(answer.status, 'details', 'causes');
  const fixed = causes.filter((cause) => textAt(cause, 'message').includes('field is immutable'));
  if (fixed.length > 0) {
    return new DeployError({
      code: 'manifest-immutable',
      cause: `${name} changes what cannot be changed: ${fixed.map((cause) => textAt(cause, 'field')).join(', ')}`,
      advice:
        'Take the change back, or annotate the object with `wpp-deploy-action/recreate: "true"` to have it deleted and made anew.',
    });
  }
  // The server repeats the values it refuses; those of a Secret are not to be shown.
  const said =
    textAt(object, 'kind') === 'Secret'
      ? textAt(answer.status, 'reason')
      : textAt(answer.status, 'message') || `HTTP ${answer.code}`;
  return new DeployError({
    code: 'manifest-refused',
    cause: `the cluster refused ${name}: ${said}`,
    advice:
      answer.code === 403
        ? 'Give the kubeconfig’s account the right to do this, or wait until the namespace is gone.'
        : 'Mend the manifest; `kubectl apply --server-side --dry-run=server -f` says the same.',
    evidence: causes.map((cause) => textAt(cause, 'field')).filter((field) => field !== ''),
  });
}
