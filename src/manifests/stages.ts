import { textAt, type JsonObject } from '../json';

/** What must be there before what: each stage is applied side by side, and after the one before it. */
const STAGES: readonly (readonly string[])[] = [
  ['CustomResourceDefinition', 'Namespace', 'PriorityClass', 'StorageClass', 'IngressClass'],
  [
    'ServiceAccount',
    'Role',
    'ClusterRole',
    'RoleBinding',
    'ClusterRoleBinding',
    'NetworkPolicy',
    'ResourceQuota',
    'LimitRange',
    'ConfigMap',
    'Secret',
    'PersistentVolume',
    'PersistentVolumeClaim',
  ],
  ['Service'],
  ['Pod', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'],
];

const LAST = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'APIService'];

/** Gives the objects in stages, in the order in which the stages are applied; kinds that are not named come after the workloads. */
export function inStages<T extends { readonly object: JsonObject }>(
  items: readonly T[],
): readonly (readonly T[])[] {
  const stages = Array.from({ length: STAGES.length + 2 }, (): T[] => []);
  for (const item of items) stages[stageOf(textAt(item.object, 'kind'))]?.push(item);
  return stages.filter((stage) => stage.length > 0);
}

function stageOf(kind: string): number {
  if (LAST.includes(kind)) return STAGES.length + 1;
  const stage = STAGES.findIndex((kinds) => kinds.includes(kind));
  return stage < 0 ? STAGES.length : stage;
}
