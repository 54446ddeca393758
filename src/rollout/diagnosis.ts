import { listAt, numberAt, textAt, type JsonObject } from '../json';
import { causeOf } from './causes';
import { creationFindings } from './creation-causes';
import { timeOf, writtenAt } from './events';
import type { Finding } from './finding';
import { conditionHolds, ownPods, type Surroundings } from './newest';
import { brokenNodes } from './nodes';
import { podFindings } from './pod-causes';
import type { RolloutStatus } from './status';

/** What a close look at a workload gives. */
export interface Diagnosis {
  /** One for each cause, that with the least patience first. */
  readonly findings: readonly Finding[];
  /** Of the workload and its newest pods since the rollout began, in the order of their times. */
  readonly events: readonly JsonObject[];
  /** Whether any container of the newest pods ended once. */
  readonly ended: boolean;
  /** Set where the rollout is complete but for what cannot be helped. */
  readonly completeNote?: string;
}

/** Gives what is wrong with the newest pods of a workload, by what was seen around it. */
export function diagnose(
  workload: JsonObject,
  state: RolloutStatus['state'],
  around: Surroundings,
): Diagnosis {
  const { newest, older, replicaSet } = ownPods(workload, around);
  // Before the controller has seen the change, the newest pods are those of the rollout before.
  const seen = state !== 'unseen';
  const pods = seen ? newest : [];
  const own = eventsOf(workload, around.events);
  const broken = brokenNodes(around.nodes);
  const events = [
    ...own,
    ...[...pods, ...(seen && replicaSet !== undefined ? [replicaSet] : [])].flatMap((object) =>
      eventsOf(object, around.events),
    ),
  ].sort((one, other) => timeOf(one) - timeOf(other));
  const findings = [
    ...creationFindings(workload, seen ? replicaSet : undefined, own),
    ...pods.flatMap((pod) => forKind(workload, pod, podFindings(pod, around.events, around.nodes))),
    ...(seen ? blockingPods(workload, newest, older, around) : []),
  ];
  const note = seen ? withoutBrokenNodes(workload, newest, older, broken) : undefined;
  const ended = pods.some((pod) =>
    listAt(pod, 'status', 'containerStatuses').some((status) => numberAt(status, 'restartCount') > 0),
  );
  return {
    findings: eachOnce(findings),
    events,
    ended,
    ...(note === undefined ? {} : { completeNote: note }),
  };
}

/** Gives the events of an object; of what outlives rollouts only those since this action wrote it. */
function eventsOf(object: JsonObject, events: readonly JsonObject[]): readonly JsonObject[] {
  const [uid, since] = [textAt(object, 'metadata', 'uid'), writtenAt(object)];
  return events.filter((event) => textAt(event, 'involvedObject', 'uid') === uid && timeOf(event) >= since);
}

/** Whether a pod of a Job may fail, and how often, says the Job. */
function forKind(workload: JsonObject, pod: JsonObject, findings: readonly Finding[]): readonly Finding[] {
  if (textAt(workload, 'kind') !== 'Job') {
    // One that ended for good has been replaced already.
    return textAt(pod, 'status', 'phase') === 'Failed'
      ? findings.map((finding) => ({ ...finding, cause: 'notComplete' }))
      : findings;
  }
  return findings.map((finding) =>
    finding.logsOf === undefined ? finding : { ...finding, cause: 'jobPodFailed' },
  );
}

/** Gives the pods of the revision before by which the controller is held up. */
function blockingPods(
  workload: JsonObject,
  newest: readonly JsonObject[],
  older: readonly JsonObject[],
  { events, nodes }: Surroundings,
): readonly Finding[] {
  const kind = textAt(workload, 'kind');
  const ordered = kind === 'StatefulSet' && textAt(workload, 'spec', 'podManagementPolicy') !== 'Parallel';
  const waits = ordered && newest.every((pod) => conditionHolds(pod, 'Ready'));
  return older.flatMap((pod): readonly Finding[] => {
    const [finding] = podFindings(pod, events, nodes);
    if (finding === undefined) return [];
    if (kind === 'DaemonSet' && finding.cause === 'nodeNotReady') return [finding];
    if (!waits || causeOf(finding.cause).patience === Infinity) return [];
    const text = `the StatefulSet waits for a pod of the revision before: ${finding.text}`;
    return [{ ...finding, cause: 'heldByOlderPod', text }];
  });
}

/** A node that is away is no fault of the rollout: a DaemonSet that is complete on all others is complete. */
function withoutBrokenNodes(
  workload: JsonObject,
  newest: readonly JsonObject[],
  older: readonly JsonObject[],
  broken: ReadonlyMap<string, string>,
): string | undefined {
  if (textAt(workload, 'kind') !== 'DaemonSet' || broken.size === 0) return undefined;
  const isHere = (pod: JsonObject): boolean => !broken.has(textAt(pod, 'spec', 'nodeName'));
  const here = newest.filter(isHere);
  const missing = numberAt(workload, 'status', 'desiredNumberScheduled') - here.length;
  const whole = here.every((pod) => conditionHolds(pod, 'Ready')) && !older.some(isHere);
  if (!whole || missing <= 0 || missing > broken.size) return undefined;
  return `it is complete but for nodes that are not ready: ${[...broken.keys()].sort().join(', ')}`;
}

/** Many pods with one fault are told as one, that of a pod that is not being tried anew where there is one. */
function eachOnce(findings: readonly Finding[]): readonly Finding[] {
  const byCause = Map.groupBy(findings, ({ cause }) => cause);
  return [...byCause.values()]
    .map((alike) =>
      alike.toSorted((one, other) => Number(one.trying ?? false) - Number(other.trying ?? false)),
    )
    .flatMap(([first, ...others]): readonly Finding[] => {
      if (first === undefined) return [];
      const alike = others.length === 0 ? '' : ` (and ${others.length} more like it)`;
      return [{ ...first, text: `${first.text}${alike}` }];
    })
    .sort(byPatience);
}

/** Puts the finding with the least patience first. */
export function byPatience(one: Finding, other: Finding): number {
  const [patience, others] = [causeOf(one.cause).patience, causeOf(other.cause).patience];
  // Infinity less Infinity is no number.
  return patience === others ? 0 : patience - others;
}
