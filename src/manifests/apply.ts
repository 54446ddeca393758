import type { JsonObject } from '../json';
import type { ApiAnswer, Clock, Cluster, ObjectKey } from '../ports';
import { drift, type FieldChange } from './drift';
import { shownAtPath } from './field-path';
import type { Manifest } from './objects';
import { conflictsOf, refused, silentWebhook } from './refusal';
import { appliersOf, FIELD_MANAGER, leftBehind, takeover } from './takeover';

/** Field managers of people at a terminal: what they changed by hand, the repository may take back. */
const HUMAN_TOOL = /^(kubectl|k9s|before-first-apply|Lens|rancher)/i;
/** How long a webhook that does not answer is waited for: its pods may have begun to start a moment ago. */
const WEBHOOK_PATIENCE_MS = 60_000;
const INTERVAL_MS = 1_000;
/** How often an object may change between reading it and taking it over. */
const MOST_TRIES = 5;

export interface ObjectChange {
  /** `Kind/namespace/name` */
  readonly object: string;
  readonly action: 'created' | 'configured' | 'unchanged' | 'pruned';
  readonly fields: readonly FieldChange[];
  readonly note?: string;
  /** Where a preview could not try it, or not wholly, as the note says. */
  readonly unchecked?: true;
}

/** A manifest whose place in the cluster is known. */
export interface PlacedManifest extends Manifest {
  readonly key: ObjectKey;
}

export interface ApplyPorts {
  readonly cluster: Cluster;
  readonly clock: Clock;
}

/** What an apply would do. */
export interface Checked {
  /** The object as it would be. */
  readonly answer: JsonObject;
  /** Whether fields of others must be taken over. */
  readonly forced: boolean;
  /** What would differ from the live object; empty where nothing would, or there is none. */
  readonly fields: readonly FieldChange[];
}

export interface CheckOptions {
  /** Whether fields that other controllers own are taken over too. */
  readonly forceConflicts: boolean;
}

/** Applies a manifest in a dry run. Throws DeployError where the cluster would refuse it. */
export async function check(
  manifest: PlacedManifest,
  live: JsonObject | undefined,
  options: CheckOptions,
  ports: ApplyPorts,
): Promise<Checked> {
  const { key, object } = manifest;
  const apply = (force: boolean): Promise<ApiAnswer> =>
    patiently(ports.clock, () =>
      ports.cluster.apply(key, object, { fieldManager: FIELD_MANAGER, dryRun: true, force }),
    );
  const taken = appliersOf(live ?? {});
  const yields = ({ manager }: { readonly manager: string }): boolean =>
    options.forceConflicts || HUMAN_TOOL.test(manager) || taken.includes(manager);
  let answer = await apply(false);
  let forced = false;
  if (!answer.ok) {
    const conflicts = conflictsOf(answer);
    forced = conflicts.length > 0 && conflicts.every(yields);
    if (forced) answer = await apply(true);
  }
  if (!answer.ok) throw refused(manifest, answer, live);
  if (live === undefined) return { answer: answer.object, forced, fields: [] };
  const left = leftBehind(live, object).map((path) => removed(path, live));
  return { answer: answer.object, forced, fields: [...drift(live, answer.object), ...left] };
}

/** Where what belongs into a namespace that is not there yet is checked, under a name that nothing has. */
const ELSEWHERE = { namespace: 'default', name: 'wpp-deploy-preview' };

/**
 * Checks an object that is to be made. Throws DeployError where the object itself is wrong; whether it may be made can only be
 * seen when what it needs is there, so that a 403 and a 404 say nothing.
 */
export async function checkCreation(
  manifest: PlacedManifest,
  hasNamespace: boolean,
  { cluster, clock }: ApplyPorts,
): Promise<void> {
  const place = hasNamespace ? {} : ELSEWHERE;
  const metadata = { ...(manifest.object['metadata'] as JsonObject), ...place };
  const options = { fieldManager: FIELD_MANAGER, dryRun: true, force: false };
  const answer = await patiently(clock, () =>
    cluster.apply({ ...manifest.key, ...place }, { ...manifest.object, metadata }, options),
  );
  if (!answer.ok && ![403, 404, 409].includes(answer.code)) throw refused(manifest, answer, undefined);
}

function removed(path: string, live: JsonObject): FieldChange {
  return { path, before: shownAtPath(live, path), after: undefined };
}

/** Applies a manifest, after taking the object over where another tool had applied it. Throws DeployError. */
export async function write(
  manifest: PlacedManifest,
  live: JsonObject | undefined,
  force: boolean,
  { cluster, clock }: ApplyPorts,
): Promise<JsonObject> {
  if (live !== undefined) await takeOver(manifest, live, cluster);
  const options = { fieldManager: FIELD_MANAGER, dryRun: false, force };
  const answer = await patiently(clock, () => cluster.apply(manifest.key, manifest.object, options));
  if (!answer.ok) throw refused(manifest, answer, live);
  return answer.object;
}

/** Takes an object over from other tools, where one had applied it; reads it again where it changed meanwhile, as by its controller. */
async function takeOver(manifest: PlacedManifest, live: JsonObject, cluster: Cluster): Promise<void> {
  let current: JsonObject | undefined = live;
  for (let tries = 1; current !== undefined; tries += 1) {
    const operations = takeover(current);
    if (operations === undefined) return;
    const taken = await cluster.patch(manifest.key, operations);
    if (taken.ok) return;
    if (taken.code !== 409 || tries === MOST_TRIES) throw refused(manifest, taken, live);
    current = await readLive(manifest, cluster);
  }
}

/** Gives the live object of a manifest; undefined where there is none. Throws DeployError. */
export async function readLive(manifest: PlacedManifest, cluster: Cluster): Promise<JsonObject | undefined> {
  const answer = await cluster.get(manifest.key);
  if (!answer.ok && answer.code !== 404) throw refused(manifest, answer, undefined);
  return answer.ok ? answer.object : undefined;
}

/** Asks again while an admission webhook does not answer. */
async function patiently(clock: Clock, call: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  const start = clock.now();
  for (;;) {
    const answer = await call();
    const waits = !answer.ok && silentWebhook(answer) !== undefined;
    if (!waits || clock.now() - start > WEBHOOK_PATIENCE_MS) return answer;
    await clock.sleep(INTERVAL_MS);
  }
}
