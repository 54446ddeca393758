import { at, listAt, numberAt, textAt, type JsonObject } from '../json';
import { FIELD_MANAGER } from '../manifests/takeover';
import type { CauseName } from './causes';
import { messageOf } from './events';
import { conditionHolds, conditionOf } from './newest';

export type RolloutStatus =
  /** `note` is what people should know though it is complete. */
  | { readonly state: 'complete'; readonly note?: string }
  | { readonly state: 'progressing'; readonly message: string }
  /** The status is older than what is waited for: it and the pods say nothing yet. */
  | { readonly state: 'unseen'; readonly message: string }
  /** No pod is wanted, which is right unless pods are refused. */
  | { readonly state: 'empty'; readonly message: string }
  | { readonly state: 'failed'; readonly cause: CauseName; readonly message: string };

/** What is waited for. */
export interface Awaited {
  /** The generation that our own apply returned. */
  readonly generation: number;
  /** Whether this run changed what the workload runs. */
  readonly written: boolean;
  /** For how long it has been watched. */
  readonly seconds: number;
}

/** Tells how far the rollout of a workload is, by the rules of `kubectl rollout status` where that has any. */
export function rolloutStatus(workload: JsonObject, awaited: Awaited): RolloutStatus {
  const kind = textAt(workload, 'kind');
  // The status of a Job names no generation; one that changes is another Job.
  if (kind === 'Job') return jobStatus(workload);
  if (numberAt(workload, 'status', 'observedGeneration') < awaited.generation) {
    return { state: 'unseen', message: 'the controller has not seen the change yet' };
  }
  if (kind === 'Deployment') return deploymentStatus(workload, awaited);
  return kind === 'StatefulSet' ? statefulSetStatus(workload) : daemonSetStatus(workload);
}

function deploymentStatus(workload: JsonObject, awaited: Awaited): RolloutStatus {
  const wanted = numberOr(at(workload, 'spec', 'replicas'), 1);
  const updated = numberAt(workload, 'status', 'updatedReplicas');
  const all = numberAt(workload, 'status', 'replicas');
  const available = numberAt(workload, 'status', 'availableReplicas');
  const message = missingReplicas({ wanted, updated, all, available });
  if (message === undefined) return { state: 'complete' };
  if (at(workload, 'spec', 'paused') === true) return pausedStatus(workload);
  const condition = conditionOf(workload, 'Progressing');
  if (textAt(condition, 'reason') === 'ProgressDeadlineExceeded' && isOfThisRollout(workload, awaited)) {
    return {
      state: 'failed',
      cause: 'deadlineExceeded',
      message: `it made no progress within its progressDeadlineSeconds: ${message}`,
    };
  }
  return progressing(message);
}

function missingReplicas(count: {
  readonly wanted: number;
  readonly updated: number;
  readonly all: number;
  readonly available: number;
}): string | undefined {
  const { wanted, updated, all, available } = count;
  if (updated < wanted) return `${updated} of ${wanted} new replicas are started`;
  if (all > updated) return `${all - updated} old replicas are still there`;
  if (available < updated) return `${available} of ${updated} new replicas are available`;
  return undefined;
}

/**
 * A Deployment that goes back to an earlier ReplicaSet keeps the condition of the rollout before until a replica changes
 * (kubernetes/kubernetes, deployment/util, DeploymentTimedOut): until its own time is over it says nothing of this one.
 */
function isOfThisRollout(workload: JsonObject, { written, seconds }: Awaited): boolean {
  return !written || seconds >= numberOr(at(workload, 'spec', 'progressDeadlineSeconds'), 600);
}

/** One that its manifest pauses is meant to stand; one that somebody paused is not. */
function pausedStatus(workload: JsonObject): RolloutStatus {
  const meant = listAt(workload, 'metadata', 'managedFields').some(
    (entry) =>
      textAt(entry, 'manager') === FIELD_MANAGER && at(entry, 'fieldsV1', 'f:spec', 'f:paused') !== undefined,
  );
  return meant
    ? { state: 'complete', note: 'its manifest pauses it: the change is not rolled out' }
    : { state: 'failed', cause: 'paused', message: 'the Deployment is paused, but not by its manifest' };
}

function statefulSetStatus(workload: JsonObject): RolloutStatus {
  const wanted = numberOr(at(workload, 'spec', 'replicas'), 1);
  const partition = numberAt(workload, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const updated = numberAt(workload, 'status', 'updatedReplicas');
  const all = numberAt(workload, 'status', 'replicas');
  const ready = numberAt(workload, 'status', 'readyReplicas');
  const available = numberOr(at(workload, 'status', 'availableReplicas'), ready);
  const [current, update] = ['currentRevision', 'updateRevision'].map((field) =>
    textAt(workload, 'status', field),
  );
  const old = current === update ? 0 : Math.max(0, wanted - updated);
  if (ready < wanted) return progressing(`${ready} of ${wanted} replicas are ready`);
  if (all > wanted) return progressing(`${all - wanted} replicas too many are still there`);
  if (isOnDelete(workload)) return { state: 'complete', ...onDeleteNote(old, wanted) };
  if (old > partition) return progressing(`${updated} of ${wanted} replicas are updated`);
  if (available < wanted) return progressing(`${available} of ${wanted} replicas are available`);
  return old === 0
    ? { state: 'complete' }
    : {
        state: 'complete',
        note: `its partition keeps ${old} of ${wanted} replicas at the revision before`,
      };
}

function daemonSetStatus(workload: JsonObject): RolloutStatus {
  const wanted = numberAt(workload, 'status', 'desiredNumberScheduled');
  const updated = numberAt(workload, 'status', 'updatedNumberScheduled');
  const available = numberAt(workload, 'status', 'numberAvailable');
  if (wanted === 0) return { state: 'empty', message: 'no node wants a pod of it' };
  if (!isOnDelete(workload) && updated < wanted)
    return progressing(`${updated} of ${wanted} pods are updated`);
  if (available < wanted) return progressing(`${available} of ${wanted} pods are available`);
  return { state: 'complete', ...onDeleteNote(wanted - updated, wanted) };
}

function isOnDelete(workload: JsonObject): boolean {
  return textAt(workload, 'spec', 'updateStrategy', 'type') === 'OnDelete';
}

function onDeleteNote(old: number, wanted: number): { readonly note?: string } {
  if (old <= 0) return {};
  return {
    note: `its update strategy is OnDelete: ${old} of ${wanted} pods run the revision before until they are deleted`,
  };
}

function jobStatus(workload: JsonObject): RolloutStatus {
  if (conditionHolds(workload, 'Complete')) return { state: 'complete' };
  const failed = ['Failed', 'FailureTarget'].find((type) => conditionHolds(workload, type));
  if (failed !== undefined) {
    const condition = conditionOf(workload, failed);
    const message = `${textAt(condition, 'reason')}: ${messageOf(condition)}`;
    return { state: 'failed', cause: 'jobFailed', message };
  }
  if (at(workload, 'spec', 'suspend') === true) return { state: 'complete', note: 'it is suspended' };
  const wanted = numberOr(at(workload, 'spec', 'completions'), 1);
  const failures = numberAt(workload, 'status', 'failed');
  const but = failures === 0 ? '' : `, ${failures} failed`;
  return progressing(`${numberAt(workload, 'status', 'succeeded')} of ${wanted} pods have ended well${but}`);
}

function progressing(message: string): RolloutStatus {
  return { state: 'progressing', message };
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
