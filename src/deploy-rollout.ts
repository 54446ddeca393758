import { undone } from './deploy-releases';
import type { DeployResult } from './deploy-result';
import {
  attempt,
  existingKubeconfig,
  kubeconfigOf,
  needed,
  releasePorts,
  skip,
  type DeployPorts,
} from './deploy-steps';
import { nodesToCome } from './infra/nodes';
import type { Manifest } from './manifests/objects';
import { isLasting, nameOf, workloadKey, type Workload } from './manifests/workload';
import type { Cluster } from './ports';
import { chosen } from './rollout/choice';
import { completeRelease, type OpenRelease } from './releases/releases';
import type { ReleaseName } from './releases/result';
import { ingressAddress } from './rollout/address';
import { restart } from './rollout/restart';
import type { RolledWorkload } from './rollout/result';
import { watchRollout } from './rollout/rollout';
import { applicationUrl } from './rollout/url';
import type { Settings } from './settings/settings';

/**
 * Waits for what the manifests step changed, restarts the others where that is wanted, and then the release is complete; goes
 * back to the one before where it fails and that is wanted.
 */
export async function rolloutStep(
  settings: Settings,
  preview: boolean,
  before: Pick<DeployResult, 'infra' | 'manifests'> & { readonly release?: OpenRelease },
  ports: DeployPorts,
): Promise<Pick<DeployResult, 'rollout' | 'release' | 'address' | 'url'>> {
  if (preview) return skipped('a preview changes nothing');
  const { manifests: applied, release: open } = before;
  const { manifests, rollout: wanted } = settings;
  const never = wanted.mode === 'never';
  if (applied.status === 'skipped') return skipped(never ? 'rollout is never' : applied.reason);
  if (applied.status === 'failed' || !manifests.run || open === undefined)
    return skipped(never ? 'rollout is never' : 'the manifests were not all applied');
  const kubeconfig = needed(kubeconfigOf(manifests, before.infra));
  const cluster = ports.connect(kubeconfig);
  const complete = (): Promise<ReleaseName | undefined> =>
    completeRelease(open, releasePorts(settings, cluster, ports));
  const { objects } = open.draft;
  if (never)
    return { ...skipped('rollout is never'), release: await complete(), url: applicationUrl(objects) };
  const workloads = chosen(wanted.workloads, applied.value.workloads);
  // A Job that this run did not make has ended, or is another run's to wait for.
  const idle = workloads.filter((workload) => !workload.written && isLasting(workload));
  const written = workloads.filter((workload) => workload.written);
  let release: ReleaseName | undefined;
  let [address, url]: readonly (string | undefined)[] = [];
  const rollout = await attempt('rollout', ports, async (did) => {
    const others = wanted.mode === 'always' ? await restartAll(idle, settings, cluster, ports, did) : idle;
    const rolled = await watch([...written, ...others], settings, cluster, ports, before.infra).catch(
      async (error: unknown) => {
        throw await undone(error, open, { settings, manifests, kubeconfig, ports, did });
      },
    );
    release = await complete();
    const around = { cluster, clock: ports.clock, log: ports.log('rollout') };
    url = applicationUrl(objects);
    address = await ingressAddress(objects, manifests.namespace, wanted.timeoutSeconds, around);
    return rolled;
  });
  return { rollout, release, address, url };
}

function skipped(reason: string): {
  readonly rollout: { readonly status: 'skipped'; readonly reason: string };
} {
  return { rollout: { status: 'skipped', reason } };
}

/** Restarts the workloads of the manifests, or those that are chosen, and waits; nothing else runs. */
export async function restartOnly(
  settings: Settings,
  loaded: readonly Manifest[],
  ports: DeployPorts,
): Promise<DeployResult> {
  const nothing = { status: 'skipped', reason: 'restart only restarts' } as const;
  const { manifests } = settings;
  if (!manifests.run) return { image: nothing, infra: nothing, manifests: nothing, rollout: skip(manifests) };
  const rollout = await attempt('rollout', ports, async (did) => {
    const cluster = ports.connect(await existingKubeconfig(settings, ports));
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
  { clock, log, infra: linodePorts }: DeployPorts,
  infra?: DeployResult['infra'],
): Promise<readonly RolledWorkload[]> {
  const clusterId = infra?.status === 'succeeded' ? infra.value.clusterId : undefined;
  return watchRollout(workloads, settings.rollout.timeoutSeconds, {
    cluster,
    clock,
    log: log('rollout'),
    ...(clusterId === undefined || linodePorts === undefined
      ? {}
      : { nodesToCome: () => nodesToCome(clusterId, linodePorts.linode) }),
  });
}
