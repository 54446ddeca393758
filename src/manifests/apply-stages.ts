import pLimit from 'p-limit';
import { DeployError, messageOf } from '../errors';
import { textAt, type JsonObject } from '../json';
import type { Clock, Cluster, ObjectKey, ResourceType } from '../ports';
import type { ObjectChange } from './apply';
import { configDigest, withConfigDigest, type ConfigDigests } from './config-hash';
import { generationOf } from './drift';
import { describe, type Manifest } from './objects';
import type { ManifestsResult, Replaced } from './result';
import { applyOrRecreate } from './recreate';
import { inStages } from './stages';
import { watchedKey, type Workload } from './workload';

/** How many objects of a stage are applied side by side: from about 8 on the API server is the limit. */
const SIDE_BY_SIDE = 8;
const TYPE_PATIENCE_MS = 15_000;

export interface ManifestsPorts {
  readonly cluster: Cluster;
  readonly clock: Clock;
  /** Told of each object that was written. */
  readonly did: (line: string) => void;
}

export interface StagesOptions {
  /** The namespace of objects that name none. */
  readonly namespace: string;
  readonly preview: boolean;
}

/**
 * Applies the objects in stages, writing only what drifted; with `preview` nothing is written. Throws DeployError with
 * every object of the stage that was refused; what was written before is told to `did`.
 */
export async function applyStages(
  manifests: readonly Manifest[],
  options: StagesOptions,
  ports: ManifestsPorts,
): Promise<ManifestsResult> {
  const limit = pLimit(SIDE_BY_SIDE);
  const changes: ObjectChange[] = [];
  const workloads: Workload[] = [];
  const replaced: Replaced[] = [];
  const made = new Set(manifests.map(({ object }) => describe(object)));
  const digests = new Map<string, string>();
  for (const stage of inStages(manifests)) {
    const outcomes = await Promise.allSettled(
      stage.map((manifest) => limit(() => applyOne(manifest, { made, digests }, options, ports))),
    );
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') continue;
      changes.push(outcome.value.change);
      if (outcome.value.workload !== undefined) workloads.push(outcome.value.workload);
      if (outcome.value.replaced !== undefined) replaced.push(outcome.value.replaced);
      const digest = await configDigest(outcome.value.result ?? {});
      if (digest !== undefined) digests.set(outcome.value.change.object, digest);
    }
    throwTogether(
      outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : [])),
    );
  }
  return { changes, workloads, replaced };
}

/** What the stages before this one know of the run. */
interface Known {
  /** The objects that the run makes, as `Kind/namespace/name`. */
  readonly made: ReadonlySet<string>;
  readonly digests: ConfigDigests;
}

interface AppliedOne {
  readonly change: ObjectChange;
  readonly workload: Workload | undefined;
  readonly result: JsonObject | undefined;
  readonly replaced?: Replaced;
}

async function applyOne(
  manifest: Manifest,
  { made, digests }: Known,
  options: StagesOptions,
  ports: ManifestsPorts,
): Promise<AppliedOne> {
  const type = await typeOf(manifest, made, options, ports);
  if (type === undefined) {
    const note = 'cannot be checked until its CustomResourceDefinition is applied';
    return {
      change: { object: describe(manifest.object), action: 'created', fields: [], note },
      workload: undefined,
      result: undefined,
    };
  }
  const object = await withConfigDigest(placed(manifest.object, type.namespaced, options.namespace), digests);
  const namespace = type.namespaced ? textAt(object, 'metadata', 'namespace') : undefined;
  const key: ObjectKey = { type, namespace, name: textAt(object, 'metadata', 'name') };
  const namespaceIsMade = namespace !== undefined && made.has(`Namespace/${namespace}`);
  const applied = await applyOrRecreate(
    { key, object, source: manifest.source },
    { preview: options.preview, namespaceIsMade },
    ports,
  );
  const { change } = applied;
  if (change.action !== 'unchanged' && !options.preview) ports.did(`${change.action} ${change.object}`);
  const workload =
    watchedKey(object, options.namespace) === undefined
      ? undefined
      : { key, generation: generationOf(applied.result ?? {}), written: changesSpec(change) };
  const replaced = applied.before === undefined ? {} : { replaced: { key, before: applied.before } };
  return { change, workload, result: applied.result, ...replaced };
}

/** Whether the change starts something: labels and annotations of a workload itself do not. */
function changesSpec({ action, fields }: ObjectChange): boolean {
  return action === 'created' || fields.some(({ path }) => path.startsWith('spec'));
}

/** Fills in the namespace where the object names none; a kind that the cluster does not know yet is taken for a namespaced one. */
export async function place(
  { source, object }: Manifest,
  namespace: string,
  cluster: Cluster,
): Promise<Manifest> {
  const types = await cluster.types(textAt(object, 'apiVersion'));
  const type = types.find((candidate) => candidate.kind === textAt(object, 'kind'));
  return { source, object: placed(object, type?.namespaced ?? true, namespace) };
}

/** Gives the type of an object; undefined in a preview where the same run would make the type. */
async function typeOf(
  { object, source }: Manifest,
  made: ReadonlySet<string>,
  { preview }: { readonly preview: boolean },
  { cluster, clock }: ManifestsPorts,
): Promise<ResourceType | undefined> {
  const [apiVersion, kind] = [textAt(object, 'apiVersion'), textAt(object, 'kind')];
  const makesTypes = [...made].some((name) => name.startsWith('CustomResourceDefinition/'));
  const start = clock.now();
  for (;;) {
    const type = (await cluster.types(apiVersion)).find((candidate) => candidate.kind === kind);
    if (type !== undefined) return type;
    if (makesTypes && preview) return undefined;
    if (!makesTypes || clock.now() - start > TYPE_PATIENCE_MS) break;
    await clock.sleep(500);
  }
  throw new DeployError({
    code: 'manifest-refused',
    cause: `${source}: the cluster has no kind ${kind} in ${apiVersion}`,
    advice: 'Check apiVersion and kind, or add the CustomResourceDefinition to the manifests.',
  });
}

function placed(object: JsonObject, namespaced: boolean, namespace: string): JsonObject {
  const { namespace: own, ...metadata } = object['metadata'] as Record<string, unknown>;
  return { ...object, metadata: namespaced ? { ...metadata, namespace: own ?? namespace } : metadata };
}

function throwTogether(errors: readonly unknown[]): void {
  const known = errors.filter((error): error is DeployError => error instanceof DeployError);
  const unexpected = errors.find((error) => !(error instanceof DeployError));
  if (unexpected !== undefined)
    throw new Error(`a call failed unexpectedly: ${messageOf(unexpected)}`, { cause: unexpected });
  const [worst] = known;
  if (worst === undefined) return;
  if (known.length === 1) throw worst;
  throw new DeployError({
    ...worst.details,
    cause: `${known.length} objects were refused: ${worst.details.cause}`,
    evidence: known.flatMap((error) => [error.details.cause, ...(error.details.evidence ?? [])]),
  });
}
