import type { DeployResult, StepOutcome } from './deploy-result';
import { attempt, infraPorts, kubeconfigOf, needed, skip, type DeployPorts } from './deploy-steps';
import { DeployError } from './errors';
import { findCluster } from './infra/infra';
import type { Manifest } from './manifests/objects';
import type { Replaced } from './manifests/result';
import { isLasting, nameOf, workloadKey, type Workload } from './manifests/workload';
import type { Cluster } from './ports';
import { chosen } from './rollout/choice';
import { restart } from './rollout/restart';
import type { RolledWorkload } from './rollout/result';
import { watchRollout } from './rollout/rollout';
import { undo } from './rollout/undo';
import type { Settings } from './settings/settings';

/** Waits for what the manifests step changed, restarts the others where that is wanted, and undoes a failure where that is. */
export async function rolloutStep(
  settings: Settings,
  preview: boolean,
  before: Pick<DeployResult, 'infra' | 'manifests'>,
  ports: DeployPorts,
): Promise<StepOutcome<readonly RolledWorkload[]>> {
  if (preview) return { status: 'skipped', reason: 'a preview changes nothing' };
  if (settings.rollout.mode === 'never') return { status: 'skipped', reason: 'rollout is never' };
  const { manifests } = before;
  if (manifests.status === 'skipped') return manifests;
  if (manifests.status === 'failed' || !settings.manifests.run)
    return { status: 'skipped', reason: 'the manifests were not all applied' };
  const cluster = ports.connect(needed(kubeconfigOf(settings.manifests, before.infra)));
  const workloads = chosen(settings.rollout.workloads, manifests.value.workloads);
  // A Job that this run did not make has ended, or is another run's to wait for.
  const idle = workloads.filter((workload) => !workload.written && isLasting(workload));
  const written = workloads.filter((workload) => workload.written);
  return attempt('rollout', ports.clock, async (did) => {
    const others =
      settings.rollout.mode === 'always' ? await restartAll(idle, settings, cluster, ports, did) : idle;
    try {
      return await watch([...written, ...others], settings, cluster, ports);
    } catch (error) {
      throw await undone(error, manifests.value.replaced, { settings, cluster, ports, did });
    }
  });
}

interface Undoing {
  readonly settings: Settings;
  readonly cluster: Cluster;
  readonly ports: DeployPorts;
  readonly did: (line: string) => void;
}

/** Returns what this run changed to what it was, where that is wanted, and gives the failure with what came of it. */
async function undone(
  error: unknown,
  replaced: readonly Replaced[],
  { settings, cluster, ports, did }: Undoing,
): Promise<unknown> {
  const wanted =
    settings.rollout.rollbackOnFailure && error instanceof DeployError && error.details.code !== 'cancelled';
  if (!wanted) return error;
  const workloads = await undo(replaced, cluster, did);
  if (workloads.length === 0) {
    did('returned nothing: there is no release before this one');
    return error;
  }
  await watch(workloads, settings, cluster, ports);
  return new DeployError({ ...error.details, rolledBack: true });
}

/** Restarts the workloads of the manifests, or those that are chosen, and waits; nothing else runs. */
export async function restartOnly(
  settings: Settings,
  loaded: readonly Manifest[],
  ports: DeployPorts,
): Promise<DeployResult> {
  const nothing = { status: 'skipped', reason: 'restart only restarts' } as const;
  const { manifests, infra } = settings;
  if (!manifests.run) return { image: nothing, infra: nothing, manifests: nothing, rollout: skip(manifests) };
  const rollout = await attempt('rollout', ports.clock, async (did) => {
    const found =
      manifests.kubeconfig ??
      (infra.run ? (await findCluster(infraPorts(ports, did))).kubeconfig : undefined);
    const cluster = ports.connect(needed(found));
    const workloads = loaded.flatMap(({ object, place }): Workload[] => {
      const key = workloadKey(object, manifests.namespace);
      const where = place === undefined ? {} : { place };
      return key === undefined ? [] : [{ key, generation: 0, written: false, ...where }];
    });
    const wanted = chosen(settings.rollout.workloads, workloads);
    return watch(await restartAll(wanted, settings, cluster, ports, did), settings, cluster, ports);
  });
  return { image: nothing, infra: nothing, manifests: nothing, rollout };
}

async function restartAll(
  workloads: readonly Workload[],
  settings: Settings,
  cluster: Cluster,
  { clock }: DeployPorts,
  did: (line: string) => void,
): Promise<readonly Workload[]> {
  // Whole seconds, as kubectl writes, would make two restarts within one second a single one.
  const stamp = `${new Date(clock.now()).toISOString()} run ${settings.event.runId}.${settings.event.runAttempt}`;
  const outcomes = await Promise.allSettled(
    workloads.map(async (workload) => {
      const restarted = await restart(workload, stamp, cluster);
      did(`restarted ${nameOf(workload)}`);
      return restarted;
    }),
  );
  // Only when all have ended is it known which were restarted.
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

function watch(
  workloads: readonly Workload[],
  settings: Settings,
  cluster: Cluster,
  { clock, log }: DeployPorts,
): Promise<readonly RolledWorkload[]> {
  return watchRollout(workloads, settings.rollout.timeoutSeconds, { cluster, clock, log: log('rollout') });
}
