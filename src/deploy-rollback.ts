import { bringBack, type BroughtBack, type RunningCluster } from './deploy-releases';
import type { DeployResult } from './deploy-result';
import {
  attempt,
  existingKubeconfig,
  releasePorts,
  releaseScope,
  skip,
  type DeployPorts,
} from './deploy-steps';
import { DeployError } from './errors';
import type { Cluster } from './ports';
import type { Release } from './releases/record';
import { findReleases, forget } from './releases/releases';
import { nameOnly, nameRelease } from './releases/result';
import { ingressAddress } from './rollout/address';
import { watchRollout } from './rollout/rollout';
import { applicationUrl } from './rollout/url';
import type { Settings } from './settings/settings';

/**
 * Brings back the newest complete release before the one that runs now, waits, and only then forgets the newer one: a
 * run that is killed is completed by the next one, and a second rollback goes one further.
 */
export async function rollbackOnly(settings: Settings, ports: DeployPorts): Promise<DeployResult> {
  const nothing = { status: 'skipped', reason: 'rollback only brings back what ran' } as const;
  const { manifests } = settings;
  if (!manifests.run)
    return { image: nothing, infra: nothing, manifests: skip(manifests), rollout: skip(manifests) };
  const found = await attempt('manifests', ports, (did) => goBack({ settings, manifests, ports, did }));
  if (found.status !== 'succeeded') {
    const rollout = { status: 'skipped', reason: 'no release was brought back' } as const;
    return { image: nothing, infra: nothing, manifests: found, rollout };
  }
  const { cluster, target, newer, objects, workloads, result } = found.value;
  const { clock } = ports;
  const around = { cluster, clock, log: ports.log('rollout') };
  const patience = settings.rollout.timeoutSeconds;
  let [address, url]: readonly (string | undefined)[] = [];
  const rollout = await attempt('rollout', ports, async () => {
    const rolled = await watchRollout(workloads, patience, around);
    await forget(newer, releasePorts(settings, cluster, ports));
    url = applicationUrl(objects);
    address = await ingressAddress(objects, manifests.namespace, patience, around);
    return rolled;
  });
  return {
    image: nothing,
    infra: nothing,
    manifests: { ...found, value: result },
    rollout,
    release: rollout.status === 'succeeded' ? nameOnly(target) : undefined,
    address,
    url,
  };
}

interface WentBack extends BroughtBack {
  readonly cluster: Cluster;
  readonly target: Release;
  /** What runs no more once the target does. */
  readonly newer: readonly Release[];
}

async function goBack(around: Omit<RunningCluster, 'kubeconfig'>): Promise<WentBack> {
  const { settings, manifests, ports } = around;
  const kubeconfig = await existingKubeconfig(settings, ports);
  const cluster = ports.connect(kubeconfig);
  const releases = await findReleases(releaseScope(settings, manifests), cluster);
  const target = targetOf(releases, settings);
  const back = await bringBack(target, { ...around, kubeconfig });
  return { ...back, cluster, target, newer: releases.slice(0, releases.indexOf(target)) };
}

function targetOf(releases: readonly Release[], { event, environment }: Settings): Release {
  const [current, ...others] = releases;
  const target = others.find(({ status }) => status === 'complete');
  if (target !== undefined) return target;
  const whose = `${event.repository} in the environment ${environment}`;
  throw new DeployError({
    code: 'release-missing',
    cause:
      current === undefined
        ? `the cluster has no record of a release of ${whose}`
        : `there is no complete release of ${whose} before ${nameRelease(current)}, which is the newest`,
    advice:
      'Deploy a commit that works: each deploy that completes is a release that rollback can go back to.',
  });
}
