import { at, listAt, numberAt, textAt, type JsonObject } from '../json';

/** What one look at a namespace showed beside the workloads themselves. */
export interface Surroundings {
  readonly replicaSets: readonly JsonObject[];
  /** Of StatefulSets and DaemonSets. */
  readonly revisions: readonly JsonObject[];
  readonly pods: readonly JsonObject[];
  /** In the order of their times. */
  readonly events: readonly JsonObject[];
  readonly nodes: readonly JsonObject[];
}

/** The pods of a workload: those of the newest revision alone say something about its rollout. */
export interface OwnPods {
  readonly newest: readonly JsonObject[];
  readonly older: readonly JsonObject[];
  /** The ReplicaSet of a Deployment's newest revision. */
  readonly replicaSet: JsonObject | undefined;
}

/** Gives the pods of a workload, without those that are on their way out. */
export function ownPods(workload: JsonObject, around: Surroundings): OwnPods {
  const replicaSet = newestReplicaSet(workload, around.replicaSets);
  const owners = new Set([
    textAt(workload, 'metadata', 'uid'),
    ...around.replicaSets
      .filter((set) => isOwnedBy(set, workload))
      .map((set) => textAt(set, 'metadata', 'uid')),
  ]);
  const own = around.pods.filter((pod) => ownersOf(pod).some((uid) => owners.has(uid)) && !isLeaving(pod));
  const isNew = newestTest(workload, replicaSet, around.revisions);
  return {
    newest: own.filter(isNew).sort(byName),
    older: own.filter((pod) => !isNew(pod)).sort(byName),
    replicaSet,
  };
}

/**
 * Gives the ReplicaSet of a Deployment's newest revision: the one that has its pod template, as the controller itself finds it
 * (FindNewReplicaSet in kubernetes/kubernetes). With strategy Recreate it is not there before the old pods are gone, and
 * then the highest number is still that of the revision before.
 */
export function newestReplicaSet(
  workload: JsonObject,
  replicaSets: readonly JsonObject[],
): JsonObject | undefined {
  const revisionOf = (set: JsonObject): number =>
    Number(textAt(set, 'metadata', 'annotations', 'deployment.kubernetes.io/revision'));
  const own = replicaSets
    .filter((set) => isOwnedBy(set, workload))
    .sort((one, other) => revisionOf(other) - revisionOf(one));
  const wanted = templateOf(workload);
  const matching = own.find((set) => templateOf(set) === wanted);
  return matching ?? (numberAt(workload, 'status', 'updatedReplicas') > 0 ? own[0] : undefined);
}

/** The pod template as text, without the label that tells the pods of one ReplicaSet from those of another. */
function templateOf(object: JsonObject): string {
  return JSON.stringify(at(object, 'spec', 'template'), (key, value: unknown) =>
    key === 'pod-template-hash' ? undefined : value,
  );
}

/** Whether an object was told to go. */
export function isLeaving(object: JsonObject): boolean {
  return at(object, 'metadata', 'deletionTimestamp') !== undefined;
}

/** Whether a condition of an object says `True`. */
export function conditionHolds(object: unknown, type: string): boolean {
  return textAt(conditionOf(object, type), 'status') === 'True';
}

/** Gives a condition of an object by its type. */
export function conditionOf(object: unknown, type: string): unknown {
  return listAt(object, 'status', 'conditions').find((condition) => textAt(condition, 'type') === type);
}

function newestTest(
  workload: JsonObject,
  replicaSet: JsonObject | undefined,
  revisions: readonly JsonObject[],
): (pod: JsonObject) => boolean {
  const hashOf = (object: JsonObject): string =>
    textAt(object, 'metadata', 'labels', 'controller-revision-hash');
  switch (textAt(workload, 'kind')) {
    case 'Deployment':
      return (pod) => replicaSet !== undefined && isOwnedBy(pod, replicaSet);
    case 'StatefulSet':
      return (pod) => hashOf(pod) === textAt(workload, 'status', 'updateRevision');
    case 'DaemonSet': {
      // A DaemonSet's status names no revision; going back to an earlier one makes that the newest again.
      const numberOf = (revision: JsonObject): number => Number(at(revision, 'revision'));
      const [newest] = revisions
        .filter((revision) => isOwnedBy(revision, workload))
        .sort((one, other) => numberOf(other) - numberOf(one));
      return (pod) => newest !== undefined && hashOf(pod) === hashOf(newest);
    }
    default:
      return () => true;
  }
}

function ownersOf(object: JsonObject): readonly string[] {
  return listAt(object, 'metadata', 'ownerReferences').map((owner) => textAt(owner, 'uid'));
}

function isOwnedBy(object: JsonObject, owner: JsonObject): boolean {
  return ownersOf(object).includes(textAt(owner, 'metadata', 'uid'));
}

function byName(one: JsonObject, other: JsonObject): number {
  return textAt(one, 'metadata', 'name') < textAt(other, 'metadata', 'name') ? -1 : 1;
}
