import { DeployError } from '../errors';
import { textAt } from '../json';
import { appliedFields } from '../manifests/applied-fields';
import { FIELD_MANAGER } from '../manifests/takeover';
import { describe } from '../manifests/objects';
import { generationOf } from '../manifests/drift';
import type { Replaced } from '../manifests/result';
import { inStages } from '../manifests/stages';
import { workloadKey, type Workload } from '../manifests/workload';
import type { Cluster } from '../ports';

/**
 * Returns the objects that this run changed to what the run before had applied: the configuration first, then the workloads,
 * which are given back to be waited for. Empty where no workload was there before. Throws DeployError.
 */
export async function undo(
  replaced: readonly Replaced[],
  cluster: Cluster,
  did: (line: string) => void,
): Promise<readonly Workload[]> {
  const workloads: Workload[] = [];
  for (const stage of inStages(replaced.map(({ key, before }) => ({ key, object: before })))) {
    for (const { key, object } of stage) {
      const earlier = appliedFields(object, FIELD_MANAGER);
      if (earlier === undefined) continue;
      const answer = await cluster.apply(key, earlier, {
        fieldManager: FIELD_MANAGER,
        dryRun: false,
        force: true,
      });
      if (!answer.ok) throw notUndone(describe(object), textAt(answer.status, 'message'));
      did(`returned ${describe(object)} to what it was`);
      if (workloadKey(object, '') === undefined) continue;
      workloads.push({ key, generation: generationOf(answer.object), written: true });
    }
  }
  return workloads;
}

function notUndone(name: string, message: string): DeployError {
  return new DeployError({
    code: 'manifest-refused',
    cause: `the cluster refused to return ${name} to what it was: ${message}`,
    advice: 'Deploy a commit that works.',
  });
}
