import pLimit from 'p-limit';
import { DeployError, messageOf } from '../errors';
import type { JsonObject } from '../json';
import { checkCreation, type ApplyPorts, type CheckOptions, type PlacedManifest } from './apply';
import { configDigest, configsRead, withConfigDigest } from './config-hash';
import { generationOf } from './drift';
import { forecastOf } from './forecast';
import { isInventory } from './inventory';
import { describe } from './objects';
import { carryOut, changeOf, changesSpec, plan, type Plan } from './plan';
import { withLiveReplicas } from './replicas';
import type { ManifestsResult } from './result';
import type { Snapshot } from './snapshot';
import { inStages } from './stages';
import { watchedKey, type Workload } from './workload';

/** How many calls run side by side: from 8 on a near API server is the limit, and up to 32 the way to a far one. */
const SIDE_BY_SIDE = 32;

export interface ManifestsPorts extends ApplyPorts {
  /** Told of each object that was written. */
  readonly did: (line: string) => void;
}

export interface StagesOptions extends CheckOptions {
  readonly preview: boolean;
}

/** The cluster as it was before the run. */
export interface Before {
  readonly snapshot: Snapshot;
  /** `Kind/namespace/name` of what autoscalers scale. */
  readonly scaled: ReadonlySet<string>;
  /** Namespaces that the run makes first. */
  readonly missing: ReadonlySet<string>;
}

/**
 * Brings the cluster to what the manifests say. First all is checked by a dry run, but for what a first run makes, so that nothing
 * is written where one of them would be refused; then what drifted or is missing is written in stages. With `preview` all is
 * checked and nothing is written. Throws DeployError with every object that was refused; what was written is told to `did`.
 */
export async function applyStages(
  manifests: readonly PlacedManifest[],
  before: Before,
  options: StagesOptions,
  ports: ManifestsPorts,
): Promise<ManifestsResult> {
  const run = new Run(manifests, before, options, ports);
  const plans = await run.planAll(manifests);
  if (options.preview) return previewed([...plans.values()]);
  const applied = await run.applyAll(manifests, plans);
  return {
    changes: applied.map(({ change }) => change),
    workloads: applied.flatMap(({ workload }) => workload ?? []),
  };
}

interface Applied {
  readonly change: ReturnType<typeof changeOf>;
  readonly workload?: Workload;
}

class Run {
  readonly #limit = pLimit(SIDE_BY_SIDE);
  /** Digests of the Secrets and ConfigMaps as they will be, by `Kind/namespace/name`. */
  readonly #digests = new Map<string, string>();
  readonly #before: Before;
  /** `Kind/namespace/name` of the Secrets and ConfigMaps that workloads read. */
  readonly #read: ReadonlySet<string>;
  /** Whether an earlier run applied something, which a fault must leave as it is. */
  readonly #isUpdate: boolean;
  readonly #options: StagesOptions;
  readonly #ports: ManifestsPorts;

  constructor(
    manifests: readonly PlacedManifest[],
    before: Before,
    options: StagesOptions,
    ports: ManifestsPorts,
  ) {
    this.#before = before;
    this.#read = new Set(manifests.flatMap(({ object }) => configsRead(object)));
    this.#isUpdate = manifests.some(
      ({ object, key }) => isInventory(object) && before.snapshot.live(key) !== undefined,
    );
    this.#options = options;
    this.#ports = ports;
  }

  /** Plans for each, workloads last, since they carry the digests of the others. */
  async planAll(manifests: readonly PlacedManifest[]): Promise<ReadonlyMap<PlacedManifest, Plan>> {
    const plans = new Map<PlacedManifest, Plan>();
    const waves = [manifests.filter((each) => !isWatched(each)), manifests.filter(isWatched)];
    for (const wave of waves) {
      await this.#together(wave, async (manifest) => {
        const planned = await this.#plan(manifest);
        plans.set(manifest, planned);
        await this.#noteDigest(planned.checked?.answer);
      });
    }
    return new Map(manifests.flatMap((manifest) => entry(plans, manifest)));
  }

  async applyAll(
    manifests: readonly PlacedManifest[],
    plans: ReadonlyMap<PlacedManifest, Plan>,
  ): Promise<readonly Applied[]> {
    const applied: Applied[] = [];
    for (const stage of inStages(manifests))
      applied.push(
        ...(await this.#together(stage, (manifest) => this.#apply(manifest, plans.get(manifest)))),
      );
    return applied;
  }

  /** Where nothing runs yet, what is made is not tried first: that would only double the calls. */
  async #plan(given: PlacedManifest): Promise<Plan> {
    const live = this.#before.snapshot.live(given.key);
    const manifest = await this.#completed(given, live);
    const { namespace } = given.key;
    const isMade = namespace !== undefined && this.#before.missing.has(namespace);
    if (live === undefined && (!this.#options.preview || isMade)) {
      if (this.#options.preview || this.#isUpdate) await checkCreation(manifest, !isMade, this.#ports);
      return { manifest, live, checked: undefined, recreate: false };
    }
    return plan(manifest, live, this.#options, this.#ports);
  }

  async #apply(given: PlacedManifest, planned: Plan | undefined): Promise<Applied> {
    // A Secret or ConfigMap that this run made since gives its workloads another digest.
    const manifest = await this.#completed(given, planned?.live);
    const same = JSON.stringify(planned?.manifest.object) === JSON.stringify(manifest.object);
    const current = planned !== undefined && same ? planned : await this.#plan(given);
    const change = changeOf(current);
    const done =
      change.action === 'unchanged' ? current.live : await carryOut(current, this.#options, this.#ports);
    if (change.action !== 'unchanged') this.#ports.did(`${change.action} ${change.object}`);
    await this.#noteDigest(done);
    const { key, place } = manifest;
    const workload = {
      key,
      generation: generationOf(done ?? {}),
      written: changesSpec(change),
      ...(place === undefined ? {} : { place }),
    };
    return {
      change,
      ...(isWatched(manifest) ? { workload } : {}),
    };
  }

  /** Gives the manifest as it is sent, with what only the cluster and the objects before it tell. */
  async #completed(manifest: PlacedManifest, live: JsonObject | undefined): Promise<PlacedManifest> {
    const scaled = withLiveReplicas(manifest, live, this.#before.scaled);
    return { ...scaled, object: await withConfigDigest(scaled.object, this.#digests) };
  }

  async #noteDigest(object: JsonObject | undefined): Promise<void> {
    if (object === undefined || !this.#read.has(describe(object))) return;
    const digest = await configDigest(object);
    if (digest !== undefined) this.#digests.set(describe(object), digest);
  }

  /** Does `work` for each side by side, and waits for all of them: only then is it known what was done. */
  async #together<T>(
    manifests: readonly PlacedManifest[],
    work: (manifest: PlacedManifest) => Promise<T>,
  ): Promise<readonly T[]> {
    const outcomes = await Promise.allSettled(manifests.map((each) => this.#limit(() => work(each))));
    throwTogether(
      outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : [])),
    );
    return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  }
}

function entry<K, V>(map: ReadonlyMap<K, V>, key: K): readonly (readonly [K, V])[] {
  const value = map.get(key);
  return value === undefined ? [] : [[key, value]];
}

function isWatched({ object }: PlacedManifest): boolean {
  return watchedKey(object, '') !== undefined;
}

function previewed(plans: readonly Plan[]): ManifestsResult {
  return {
    changes: plans.map(previewOf),
    workloads: [],
    forecasts: plans.flatMap((planned) => {
      const { manifest, live, checked } = planned;
      return forecastOf(changeOf(planned), checked?.answer ?? manifest.object, live) ?? [];
    }),
  };
}

function previewOf(planned: Plan): ReturnType<typeof changeOf> {
  const change = changeOf(planned);
  const unchecked = planned.checked === undefined && !planned.recreate;
  return unchecked ? { ...change, unchecked: true, note: 'its namespace is made first' } : change;
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
