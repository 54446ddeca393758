import { textAt, type JsonObject } from '../json';
import { isInventory } from './inventory';

/** What must be there before what: each stage is applied side by side, and after the one before it. */
const STAGES: readonly (readonly string[])[] = [
  ['CustomResourceDefinition', 'Namespace', 'PriorityClass', 'StorageClass', 'IngressClass'],
  // Named apart by its label: the inventory must name what the run makes before it is made.
  [],
  // The cluster deletes a Secret for the token of an account that is not there, and makes a new volume for a claim whose own is not.
  ['ServiceAccount', 'PersistentVolume'],
  [
    'Role',
    'ClusterRole',
    'RoleBinding',
    'ClusterRoleBinding',
    'NetworkPolicy',
    'ResourceQuota',
    'LimitRange',
    'ConfigMap',
    'Secret',
    'PersistentVolumeClaim',
    'Service',
  ],
  ['Pod', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'],
];

const INVENTORY_STAGE = 1;
const LAST = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'APIService'];

/** Gives the objects in stages, in the order in which the stages are applied; kinds that are not named come after the workloads. */
export function inStages<T extends { readonly object: JsonObject }>(
  items: readonly T[],
): readonly (readonly T[])[] {
  const stages = Array.from({ length: STAGES.length + 2 }, (): T[] => []);
  for (const item of items) stages[stageOf(item.object)]?.push(item);
  return stages.filter((stage) => stage.length > 0);
}

function stageOf(object: JsonObject): number {
  const kind = textAt(object, 'kind');
  if (isInventory(object)) return INVENTORY_STAGE;
  if (LAST.includes(kind)) return STAGES.length + 1;
  const stage = STAGES.findIndex((kinds) => kinds.includes(kind));
  return stage < 0 ? STAGES.length : stage;
}
