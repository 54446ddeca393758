import { DeployError } from '../errors';
import { textAt } from '../json';
import { generationOf } from '../manifests/drift';
import { nameOf, type Workload } from '../manifests/workload';
import type { Cluster } from '../ports';

/** A manager apart from the one that applies manifests, so that the next apply does not take the stamp away and roll again. */
const FIELD_MANAGER = 'wpp-deploy-action-restart';

/**
 * Does what `kubectl rollout restart` does. `stamp` must be another one each time: two restarts with the same stamp
 * are one. Gives the workload with the generation to wait for.
 */
export async function restart(workload: Workload, stamp: string, cluster: Cluster): Promise<Workload> {
  const { type, namespace, name } = workload.key;
  // To apply the stamp to nothing would try to make a workload of it.
  const live = await cluster.get(workload.key);
  if (!live.ok && live.code === 404) throw missingWorkload(workload);
  const answer = await cluster.apply(
    workload.key,
    {
      apiVersion: type.apiVersion,
      kind: type.kind,
      metadata: { name, namespace },
      spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': stamp } } } },
    },
    { fieldManager: FIELD_MANAGER, dryRun: false, force: true },
  );
  if (answer.ok) return { ...workload, generation: generationOf(answer.object), written: true };
  throw new DeployError({
    code: 'manifest-refused',
    cause: `the cluster refused the restart of ${nameOf(workload)}: ${textAt(answer.status, 'message')}`,
    advice: 'Check that the kubeconfig’s account may patch workloads.',
  });
}

/** The error for a workload that the manifests have and the cluster has not. */
export function missingWorkload(workload: Workload): DeployError {
  return new DeployError({
    code: 'workload-missing',
    cause: `${nameOf(workload)} is not in the cluster`,
    advice: 'Deploy it first: restart works on what is there.',
  });
}
