import type { DeployResult, StepOutcome } from './deploy-result';
import { attempt, infraPorts, kubeconfigOf, releaseScope, skip, type DeployPorts } from './deploy-steps';
import { runInfra } from './infra/infra';
import type { Prepared } from './infra/prepare';
import { withImage, withPullSecret } from './manifests/load';
import { runManifests } from './manifests/manifests';
import type { Manifest } from './manifests/objects';
import type { ManifestsResult } from './manifests/result';
import { findReleases } from './releases/releases';
import type { Settings } from './settings/settings';

/** The command `drift`: looks at what Linode and the cluster have that the repository has not, or has otherwise. Changes nothing. */
export async function driftOnly(
  settings: Settings,
  loaded: readonly Manifest[],
  prepared: StepOutcome<Prepared>,
  ports: DeployPorts,
): Promise<DeployResult> {
  const infra = await plan(settings, prepared, ports);
  return {
    image: skip({ run: false, reason: 'drift builds nothing' }),
    infra,
    manifests: await compare(settings, loaded, infra, ports),
    rollout: skip({ run: false, reason: 'drift changes nothing' }),
  };
}

async function plan(
  { infra, event }: Settings,
  prepared: StepOutcome<Prepared>,
  ports: DeployPorts,
): Promise<DeployResult['infra']> {
  if (!infra.run) return skip(infra);
  if (prepared.status !== 'succeeded') return prepared;
  const options = { preview: true, drift: true, commit: event.sha };
  return attempt('infra', ports, (did) => runInfra(infra, options, prepared.value, infraPorts(ports, did)));
}

/** The image is that of the newest release, since no commit says which digest its image has. */
async function compare(
  settings: Settings,
  loaded: readonly Manifest[],
  infra: DeployResult['infra'],
  ports: DeployPorts,
): Promise<StepOutcome<ManifestsResult>> {
  const { manifests, imageName: name } = settings;
  if (!manifests.run) return skip(manifests);
  const left = (reason: string): ReturnType<typeof skip> => skip({ run: false, reason });
  const kubeconfig = kubeconfigOf(manifests, infra);
  if (kubeconfig === undefined) {
    return left(
      infra.status === 'failed' ? 'a step before it failed' : 'there is no cluster to compare with',
    );
  }
  const cluster = ports.connect(kubeconfig, manifests.timeoutSeconds);
  const found = await attempt(
    'manifests',
    ports,
    () => findReleases(releaseScope(settings, manifests), cluster),
    'release',
  );
  if (found.status !== 'succeeded') return found;
  const [newest] = found.value;
  if (newest === undefined) return left('the cluster has no record of a release to compare with');
  return attempt('manifests', ports, (did) => {
    const image = { name, reference: newest.image, tag: newest.commit };
    const objects = withPullSecret(withImage(loaded, image), name, manifests);
    const { namespace, inventory, prune, forceConflicts } = manifests;
    const options = { namespace, preview: true, inventory, prune, forceConflicts };
    return runManifests(objects, options, { cluster, clock: ports.clock, did });
  });
}
