import type { ErrorCode } from '../errors';
import { at, listAt, numberAt, textAt, type JsonObject } from '../json';

/** What stands in the way of a pod. */
export interface Finding {
  readonly code: Extract<ErrorCode, `rollout-${string}`>;
  /** One sentence with pod and container. */
  readonly cause: string;
  readonly advice: string;
  /** Whether waiting longer cannot help. */
  readonly certain: boolean;
  /** The container whose log shows why. */
  readonly logsOf?: { readonly pod: string; readonly container: string; readonly previous: boolean };
}

/** A container that ended this often does not just wait for a dependency that starts. */
const CERTAIN_RESTARTS = 2;

/** Gives what is wrong with the newest pods of a workload, the most certain first. */
export function diagnose(pods: readonly JsonObject[], events: readonly JsonObject[]): readonly Finding[] {
  const findings = [...pods.flatMap((pod) => podFindings(pod, events)), ...workloadFindings(events)];
  return findings.sort((one, other) => Number(other.certain) - Number(one.certain));
}

/** Gives the pods of a Deployment's newest ReplicaSet, or of another workload's newest revision; older pods say nothing about a rollout. */
export function newestPods(
  workload: JsonObject,
  replicaSets: readonly JsonObject[],
  pods: readonly JsonObject[],
): readonly JsonObject[] {
  const uid = textAt(workload, 'metadata', 'uid');
  if (textAt(workload, 'kind') !== 'Deployment') {
    const revision = textAt(workload, 'status', 'updateRevision');
    const isNew = (pod: JsonObject): boolean =>
      revision === '' || textAt(pod, 'metadata', 'labels', 'controller-revision-hash') === revision;
    return pods.filter((pod) => ownerOf(pod) === uid && isNew(pod));
  }
  const newest = newestReplicaSet(workload, replicaSets);
  const newestUid = newest === undefined ? undefined : textAt(newest, 'metadata', 'uid');
  return pods.filter(
    (pod) => ownerOf(pod) === newestUid && at(pod, 'metadata', 'deletionTimestamp') === undefined,
  );
}

/** Gives the ReplicaSet of a Deployment's newest revision. */
export function newestReplicaSet(
  workload: JsonObject,
  replicaSets: readonly JsonObject[],
): JsonObject | undefined {
  const revisionOf = (set: JsonObject): number =>
    Number(textAt(set, 'metadata', 'annotations', 'deployment.kubernetes.io/revision'));
  return replicaSets
    .filter((set) => ownerOf(set) === textAt(workload, 'metadata', 'uid'))
    .sort((one, other) => revisionOf(other) - revisionOf(one))[0];
}

function ownerOf(object: JsonObject): string {
  return textAt(object, 'metadata', 'ownerReferences', 0, 'uid');
}

function podFindings(pod: JsonObject, events: readonly JsonObject[]): readonly Finding[] {
  const name = textAt(pod, 'metadata', 'name');
  const statuses = [
    ...listAt(pod, 'status', 'initContainerStatuses'),
    ...listAt(pod, 'status', 'containerStatuses'),
  ];
  const own = events.filter(
    (event) => textAt(event, 'involvedObject', 'uid') === textAt(pod, 'metadata', 'uid'),
  );
  const found = statuses.flatMap((status) => containerFinding(name, status, own));
  if (found.length > 0) return found;
  return [...schedulingFinding(name, pod), ...volumeFinding(name, own), ...probeFinding(name, pod, own)];
}

function containerFinding(pod: string, status: unknown, events: readonly JsonObject[]): readonly Finding[] {
  const container = textAt(status, 'name');
  const place = `container ${container} of pod ${pod}`;
  const reason = textAt(status, 'state', 'waiting', 'reason');
  const message = textAt(status, 'state', 'waiting', 'message');
  if (['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'].includes(reason)) {
    return [
      {
        code: 'rollout-image-unavailable',
        cause: `${place} cannot pull ${textAt(status, 'image')}: ${message || reason}`,
        advice:
          'Check that the image exists, and for a private registry give pull-token (read:packages, long-lived).',
        certain: /not found|denied|unauthorized|403|401|InvalidImageName|ErrImageNeverPull/i.test(
          `${reason} ${message}`,
        ),
      },
    ];
  }
  if (reason === 'CreateContainerConfigError' || reason === 'CreateContainerError') {
    return [
      {
        code: 'rollout-config-missing',
        cause: `${place} cannot be made: ${message || reason}`,
        advice: 'Make the Secret or ConfigMap that it names, or mend the name in the manifest.',
        certain: false,
      },
    ];
  }
  const ended = endOf(status, reason === 'CrashLoopBackOff');
  if (ended === undefined) return [];
  const restarts = numberAt(status, 'restartCount');
  const ends = at(status, 'state', 'running') === undefined ? restarts + 1 : restarts;
  const times = ends === 1 ? 'once' : `${ends} times`;
  return [
    {
      code: 'rollout-container-crashing',
      cause: `${place} ended ${times}, last with exit code ${ended.exitCode}${ended.reason === '' ? '' : ` (${ended.reason})`}${killedBy(events)}`,
      advice:
        ended.reason === 'OOMKilled'
          ? 'It used more memory than its limit: raise resources.limits.memory or let it use less.'
          : 'Its last lines are below; mend the application or its configuration.',
      certain: reason === 'CrashLoopBackOff' || restarts >= CERTAIN_RESTARTS,
      logsOf: { pod, container, previous: ended.previous },
    },
  ];
}

/** A container that its liveness probe had killed says nothing itself. */
function killedBy(events: readonly JsonObject[]): string {
  const event = events.findLast(
    (e) => textAt(e, 'reason') === 'Unhealthy' && textAt(e, 'message').startsWith('Liveness'),
  );
  return event === undefined ? '' : `: ${textAt(event, 'message')}`;
}

/** A container that ends well in a loop is a fault as well: it should have gone on running. */
function endOf(
  status: unknown,
  loops: boolean,
): { exitCode: number; reason: string; previous: boolean } | undefined {
  for (const [state, previous] of [
    ['state', false],
    ['lastState', true],
  ] as const) {
    const terminated = at(status, state, 'terminated');
    const exitCode = at(terminated, 'exitCode');
    if (typeof exitCode === 'number' && (exitCode !== 0 || loops)) {
      const reason = textAt(terminated, 'reason');
      return { exitCode, reason: reason === 'Error' || reason === 'Completed' ? '' : reason, previous };
    }
  }
  return undefined;
}

function schedulingFinding(pod: string, object: JsonObject): readonly Finding[] {
  const condition = listAt(object, 'status', 'conditions').find((c) => textAt(c, 'type') === 'PodScheduled');
  if (textAt(condition, 'reason') !== 'Unschedulable') return [];
  return [
    {
      code: 'rollout-unschedulable',
      cause: `pod ${pod} fits on no node: ${textAt(condition, 'message')}`,
      advice:
        'Ask for less in resources.requests, or raise the autoscaler’s maximum or the plan of the node pool.',
      // An autoscaler may add a node that it fits on.
      certain: false,
    },
  ];
}

function volumeFinding(pod: string, events: readonly JsonObject[]): readonly Finding[] {
  const event = events.findLast((e) => ['FailedMount', 'FailedAttachVolume'].includes(textAt(e, 'reason')));
  if (event === undefined) return [];
  return [
    {
      code: 'rollout-config-missing',
      cause: `pod ${pod} cannot mount a volume: ${textAt(event, 'message')}`,
      advice:
        'Make the Secret, ConfigMap or claim that the volume names; a volume held by another node needs strategy Recreate.',
      certain: false,
    },
  ];
}

function probeFinding(pod: string, object: JsonObject, events: readonly JsonObject[]): readonly Finding[] {
  const event = events.findLast((e) => textAt(e, 'reason') === 'Unhealthy');
  const waiting = listAt(object, 'status', 'containerStatuses').find(
    (status) => at(status, 'ready') === false,
  );
  if (waiting === undefined || event === undefined) return [];
  const container = textAt(waiting, 'name');
  return [
    {
      code: 'rollout-not-ready',
      cause: `container ${container} of pod ${pod} runs, but is not ready: ${textAt(event, 'message')}`,
      advice: 'Its last lines are below; check the path, port and delay of its probes.',
      certain: false,
      logsOf: { pod, container, previous: false },
    },
  ];
}

function workloadFindings(events: readonly JsonObject[]): readonly Finding[] {
  const event = events.findLast((e) => textAt(e, 'reason') === 'FailedCreate');
  if (event === undefined) return [];
  return [
    {
      code: 'rollout-quota-exceeded',
      cause: `${textAt(event, 'involvedObject', 'kind')} ${textAt(event, 'involvedObject', 'name')} cannot make pods: ${textAt(event, 'message')}`,
      advice: 'Raise the ResourceQuota, or mend what the admission refused.',
      certain: false,
    },
  ];
}
