import { at, listAt, numberAt, textAt, type JsonObject } from '../json';

export type RolloutStatus =
  | { readonly state: 'complete' }
  | { readonly state: 'progressing'; readonly message: string }
  | { readonly state: 'failed'; readonly message: string };

/**
 * Tells how far the rollout of a workload is, by the rules of `kubectl rollout status`. A status that is older than
 * `generation`, the one that our own apply returned, says nothing yet.
 */
export function rolloutStatus(workload: JsonObject, generation: number): RolloutStatus {
  if (numberAt(workload, 'status', 'observedGeneration') < generation) {
    return { state: 'progressing', message: 'the controller has not seen the change yet' };
  }
  if (textAt(workload, 'kind') === 'Deployment') return deploymentStatus(workload);
  return textAt(workload, 'kind') === 'StatefulSet' ? statefulSetStatus(workload) : daemonSetStatus(workload);
}

function deploymentStatus(workload: JsonObject): RolloutStatus {
  const condition = listAt(workload, 'status', 'conditions').find((c) => textAt(c, 'type') === 'Progressing');
  if (textAt(condition, 'reason') === 'ProgressDeadlineExceeded') {
    return { state: 'failed', message: 'it made no progress within its progressDeadlineSeconds' };
  }
  if (at(workload, 'spec', 'paused') === true)
    return { state: 'failed', message: 'the Deployment is paused: `kubectl rollout resume` lets it go on' };
  const wanted = numberOr(at(workload, 'spec', 'replicas'), 1);
  const updated = numberAt(workload, 'status', 'updatedReplicas');
  const all = numberAt(workload, 'status', 'replicas');
  const available = numberAt(workload, 'status', 'availableReplicas');
  if (updated < wanted) return progressing(`${updated} of ${wanted} new replicas are started`);
  if (all > updated) return progressing(`${all - updated} old replicas are still there`);
  if (available < updated) return progressing(`${available} of ${updated} new replicas are available`);
  return { state: 'complete' };
}

function statefulSetStatus(workload: JsonObject): RolloutStatus {
  const wanted = numberOr(at(workload, 'spec', 'replicas'), 1);
  const partition = numberAt(workload, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const onDelete = textAt(workload, 'spec', 'updateStrategy', 'type') === 'OnDelete';
  const ready = numberAt(workload, 'status', 'readyReplicas');
  const updated = numberAt(workload, 'status', 'updatedReplicas');
  if (ready < wanted) return progressing(`${ready} of ${wanted} replicas are ready`);
  const isNew =
    textAt(workload, 'status', 'currentRevision') === textAt(workload, 'status', 'updateRevision');
  if (!onDelete && !isNew && updated < wanted - partition)
    return progressing(`${updated} of ${wanted} replicas are updated`);
  return { state: 'complete' };
}

function daemonSetStatus(workload: JsonObject): RolloutStatus {
  const wanted = numberAt(workload, 'status', 'desiredNumberScheduled');
  const updated = numberAt(workload, 'status', 'updatedNumberScheduled');
  const available = numberAt(workload, 'status', 'numberAvailable');
  const onDelete = textAt(workload, 'spec', 'updateStrategy', 'type') === 'OnDelete';
  if (!onDelete && updated < wanted) return progressing(`${updated} of ${wanted} pods are updated`);
  if (available < wanted) return progressing(`${available} of ${wanted} pods are available`);
  return { state: 'complete' };
}

function progressing(message: string): RolloutStatus {
  return { state: 'progressing', message };
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
