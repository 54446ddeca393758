import { releasePorts, releaseScope, wordsOf, type DeployPorts } from './deploy-steps';
import { DeployError } from './errors';
import { parseReference } from './image/reference';
import type { JsonObject } from './json';
import { inventoryOf } from './manifests/inventory';
import { secretValues, withPullSecret } from './manifests/load';
import type { Kubeconfig } from './manifests/kubeconfig';
import { runManifests } from './manifests/manifests';
import type { Manifest } from './manifests/objects';
import { place } from './manifests/place';
import type { ManifestsResult } from './manifests/result';
import type { Workload } from './manifests/workload';
import type { Cluster } from './ports';
import { draftOf, isLeftOut, objectsOf, type Release } from './releases/record';
import {
  abandonRelease,
  isNewRelease,
  openRelease,
  releaseBefore,
  type OpenRelease,
} from './releases/releases';
import { nameOnly, nameRelease } from './releases/result';
import { chosen } from './rollout/choice';
import { watchRollout } from './rollout/rollout';
import type { ManifestsSettings, Settings } from './settings/settings';

export interface RunningCluster {
  readonly settings: Settings;
  readonly manifests: ManifestsSettings;
  readonly kubeconfig: Kubeconfig;
  readonly ports: DeployPorts;
  readonly did: (line: string) => void;
}

/** After these nothing more can be done: the cluster is away, or the run is to end. */
const HOPELESS = ['cancelled', 'cluster-unreachable', 'cluster-unauthorized'];

function isHopeless(error: unknown): boolean {
  return error instanceof DeployError && HOPELESS.includes(error.details.code);
}

/** Records the release of a deploy before anything of it is applied. */
export async function startRelease(
  objects: readonly Manifest[],
  image: string,
  cluster: Cluster,
  { settings, manifests, ports }: RunningCluster,
): Promise<OpenRelease> {
  const { namespace, inventory } = manifests;
  const { placed, late } = await place(objects, namespace, cluster);
  const { namespace: home } = await inventoryOf([...placed, ...late], inventory, namespace);
  const scope = releaseScope(settings, manifests);
  const draft = await draftOf(objects, { scope, commit: settings.event.sha, image });
  return openRelease(draft, home, releasePorts(settings, cluster, ports));
}

/** Applies a release; where that fails half way, what ran before is brought back if that is wanted. Throws DeployError. */
export async function applyRelease(
  apply: (did: (line: string) => void) => Promise<ManifestsResult>,
  release: OpenRelease,
  around: RunningCluster,
): Promise<ManifestsResult> {
  let wrote = false;
  try {
    return await apply((line) => {
      wrote = true;
      around.did(line);
    });
  } catch (error) {
    if (wrote) throw await undone(error, release, around);
    // Nothing of it is in the cluster: what ran before is still what runs.
    const { settings, kubeconfig, ports } = around;
    if (isNewRelease(release) && !isHopeless(error))
      await abandonRelease(release, releasePorts(settings, ports.connect(kubeconfig), ports));
    throw error;
  }
}

/**
 * Gives the failure of a deploy as it is to be told; where that is wanted, and there is a release before it, what that one had
 * is brought back first, with configuration, image and all that was deleted since.
 */
export async function undone(error: unknown, open: OpenRelease, around: RunningCluster): Promise<unknown> {
  const { settings, kubeconfig, ports, did } = around;
  if (!settings.rollout.rollbackOnFailure || !(error instanceof DeployError) || isHopeless(error))
    return error;
  const before = releaseBefore(open);
  if (before === undefined) {
    did('brought nothing back: no complete release before this one is recorded');
    return error;
  }
  did(`going back to ${nameRelease(before)}`);
  const cluster = ports.connect(kubeconfig);
  try {
    const { workloads } = await bringBack(before, around);
    await watchRollout(workloads, settings.rollout.timeoutSeconds, {
      cluster,
      clock: ports.clock,
      log: ports.log('rollout'),
    });
  } catch (failure) {
    if (!(failure instanceof DeployError) || failure.details.code === 'cancelled') throw failure;
    did(`${nameRelease(before)} did not come up again: ${failure.details.cause}`);
    return error;
  }
  await abandonRelease(open, releasePorts(settings, cluster, ports));
  did(`${nameRelease(before)} runs again`);
  return new DeployError({ ...error.details, rolledBackTo: nameOnly(before) });
}

export interface BroughtBack {
  readonly result: ManifestsResult;
  /** What is to be waited for. */
  readonly workloads: readonly Workload[];
  readonly objects: readonly JsonObject[];
}

/** Applies the objects of a release and deletes what came after it; Jobs are left as they are. Throws DeployError. */
export async function bringBack(
  release: Release,
  { settings, manifests, kubeconfig, ports, did }: RunningCluster,
): Promise<BroughtBack> {
  const recorded = await objectsOf(release);
  if (recorded === undefined) {
    throw new DeployError({
      code: 'release-missing',
      cause: `the record of ${nameRelease(release)}, Secret/${release.key.namespace}/${release.key.name}, does not have its objects`,
      advice: 'They did not fit into a Secret, or the record was changed: deploy that commit again.',
    });
  }
  for (const secret of secretValues(recorded, wordsOf(settings))) ports.mask(secret);
  ports.log('rollout').info(`Bringing back ${nameRelease(release)}`);
  const image = parseReference(release.image) ?? settings.imageName;
  // The token for pulling the image is the one of today.
  const objects = withPullSecret(recorded, image, manifests);
  const { namespace, inventory, prune, forceConflicts } = manifests;
  const options = { namespace, preview: false, inventory, prune, forceConflicts, leave: isLeftOut };
  const cluster = ports.connect(kubeconfig, manifests.timeoutSeconds);
  const result = await runManifests(objects, options, { cluster, clock: ports.clock, did });
  const workloads = chosen(settings.rollout.workloads, result.workloads);
  return { result, workloads, objects: recorded.map(({ object }) => object) };
}
