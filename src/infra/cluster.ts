import { DeployError } from '../errors';
import { readKubeconfig, type Kubeconfig } from '../manifests/kubeconfig';
import type { Clock, Linode, Log, StateStore, TerraformOutputs } from '../ports';

export interface ClusterPorts {
  /** Undefined where the state is on this machine alone. */
  readonly store: StateStore | undefined;
  readonly linode: Linode;
  readonly clock: Clock;
  readonly log: Log;
  /** Keeps a value out of everything that people see from here on. */
  readonly mask: (secret: string) => void;
}

/** A cluster as far as it is known. */
export interface KnownCluster {
  readonly clusterId: number | undefined;
  /** Undefined while there is no cluster yet. Secret. */
  readonly kubeconfig: Kubeconfig | undefined;
}

/** Gives the cluster of the last successful apply, without looking at the infrastructure. Throws DeployError. */
export async function findCluster(ports: ClusterPorts): Promise<KnownCluster> {
  return clusterOf((await ports.store?.readRecord())?.clusterId, ports);
}

/**
 * Gives the cluster of an id. Its kubeconfig is waited for, which Linode has not for some minutes after it made the
 * cluster: Terraform would ask for it without end in the meantime. Throws DeployError.
 */
export async function clusterOf(clusterId: number | undefined, ports: ClusterPorts): Promise<KnownCluster> {
  if (clusterId === undefined) return { clusterId, kubeconfig: undefined };
  const kubeconfig = kubeconfigFrom(
    { clusterId, kubeconfig: await ports.linode.kubeconfig(clusterId) },
    ports,
  );
  return { clusterId, kubeconfig };
}

/** Gives the kubeconfig of Terraform's outputs, masked; undefined where they have none. Throws DeployError where it is not sound. */
export function kubeconfigFrom(
  outputs: TerraformOutputs,
  { mask, clock, log }: Pick<ClusterPorts, 'mask' | 'clock' | 'log'>,
): Kubeconfig | undefined {
  if (outputs.kubeconfig === undefined) return undefined;
  mask(outputs.kubeconfig);
  const kubeconfig = readKubeconfig(outputs.kubeconfig, { now: clock.now() });
  if (typeof kubeconfig === 'string') {
    throw new DeployError({
      code: 'kubeconfig-missing',
      cause: `the kubeconfig of cluster ${outputs.clusterId ?? 'unknown'} ${kubeconfig}`,
      advice:
        'Let the output `kubeconfig` be linode_lke_cluster.<name>.kubeconfig, or give the input kube-config.',
    });
  }
  for (const credential of kubeconfig.credentials) mask(credential);
  for (const warning of kubeconfig.warnings ?? []) log.warning(`the cluster’s kubeconfig ${warning}`);
  return kubeconfig;
}
