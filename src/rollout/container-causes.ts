import { at, listAt, numberAt, textAt, type JsonObject } from '../json';
import type { CauseName } from './causes';
import { lastEvent, messageOf, timeOf } from './events';
import type { Finding } from './finding';
import { imageCause } from './image-causes';

const PULLING = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
];
const CREATING = ['CreateContainerConfigError', 'CreateContainerError', 'CreatePodSandboxError'];
/** The kubelet reads Secrets and ConfigMaps through a cache that needs a moment (kubernetes/kubernetes, "failed to sync"). */
export const CACHE = /failed to sync \w+ cache|object "[^"]*"\/"[^"]*" not registered/;
const CONFIG = /\bsecrets?\b|configmap|couldn't find key|references non-existent/i;

interface Container {
  readonly pod: string;
  readonly name: string;
  /** `container NAME of pod POD` */
  readonly place: string;
  readonly init: boolean;
  /** Whether it is to end, and well: an init container, one of a Job. */
  readonly ends: boolean;
  readonly status: unknown;
  /** Of this container. */
  readonly events: readonly JsonObject[];
}

/** Gives what keeps the containers of a pod from running. `events` are those of the pod. */
export function containerFindings(pod: JsonObject, events: readonly JsonObject[]): readonly Finding[] {
  return containersOf(pod, events).flatMap(
    (container) => pullFinding(container) ?? creationFinding(container) ?? endFinding(container) ?? [],
  );
}

/** Gives the containers whose state the pod tells, init containers first. */
function containersOf(pod: JsonObject, events: readonly JsonObject[]): readonly Container[] {
  const podName = textAt(pod, 'metadata', 'name');
  const sidecars = new Set(
    listAt(pod, 'spec', 'initContainers')
      .filter((container) => textAt(container, 'restartPolicy') === 'Always')
      .map((container) => textAt(container, 'name')),
  );
  const endsAll = ['Never', 'OnFailure'].includes(textAt(pod, 'spec', 'restartPolicy'));
  const from = (field: string, kind: string, list: string): readonly Container[] =>
    listAt(pod, 'status', field).map((status) => {
      const name = textAt(status, 'name');
      return {
        pod: podName,
        name,
        place: `${kind} ${name} of pod ${podName}`,
        init: list === 'initContainers' && !sidecars.has(name),
        ends: list === 'initContainers' ? !sidecars.has(name) : endsAll,
        status,
        events: events.filter(
          (event) => textAt(event, 'involvedObject', 'fieldPath') === `spec.${list}{${name}}`,
        ),
      };
    });
  return [
    ...from('initContainerStatuses', 'init container', 'initContainers'),
    ...from('containerStatuses', 'container', 'containers'),
  ];
}

function waitingFor({ status }: Container): { readonly reason: string; readonly message: string } {
  const waiting = at(status, 'state', 'waiting');
  return { reason: textAt(waiting, 'reason'), message: messageOf(waiting) };
}

function pullFinding(container: Container): Finding | undefined {
  const { reason, message } = waitingFor(container);
  if (!PULLING.includes(reason)) return undefined;
  // While it backs off, older kubelets say so and nothing else.
  const event = container.events.findLast((e) => textAt(e, 'message').startsWith('Failed to pull image'));
  const said = reason === 'ImagePullBackOff' && event !== undefined ? messageOf(event) : message;
  return {
    cause: imageCause(`${reason} ${said}`),
    text: `${container.place} cannot pull ${textAt(container.status, 'image')}: ${said.replace(/^Failed to pull image "[^"]*": /, '') || reason}`,
    ...(isPulledAgain(container) ? { trying: true } : {}),
  };
}

/** The state of the container is that of the try before until the next one has ended; only the kubelet's events tell of its beginning. They are told by the second. */
function isPulledAgain({ events }: Container): boolean {
  const [pulling, failed] = [lastEvent(events, 'Pulling'), lastEvent(events, 'Failed')];
  return pulling !== undefined && failed !== undefined && timeOf(pulling) > timeOf(failed);
}

function creationFinding(container: Container): Finding | undefined {
  const { reason, message } = waitingFor(container);
  if (!CREATING.includes(reason) || CACHE.test(message)) return undefined;
  const missing = reason === 'CreateContainerConfigError' && CONFIG.test(message);
  return {
    cause: missing ? 'configMissing' : 'containerRefused',
    text: `${container.place} cannot be made: ${message || reason}`,
  };
}

interface End {
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  /** Whether its log is that of the run before. */
  readonly previous: boolean;
}

/** A container that ends well is a fault as well where it should have gone on running. */
function endFinding(container: Container): Finding | undefined {
  const { status, place, pod, name } = container;
  const end = endOf(status);
  if (end === undefined || (container.ends && end.exitCode === 0)) return undefined;
  const running = at(status, 'state', 'running') !== undefined;
  const count = numberAt(status, 'restartCount') + (running ? 0 : 1);
  const times = count === 1 ? 'once' : `${count} times`;
  const why = end.message === '' ? killedBy(container) : `: ${end.message}`;
  return {
    cause: endCause(container, end, { count, running }),
    text: `${place} ended ${times}, last with exit code ${end.exitCode}${end.reason === '' ? '' : ` (${end.reason})`}${why}`,
    logsOf: { pod, container: name, previous: end.previous },
    runs: { started: running ? count + 1 : count, ended: count },
  };
}

function endCause(
  container: Container,
  end: End,
  { count, running }: { readonly count: number; readonly running: boolean },
): CauseName {
  if (count === 1) return 'crashedOnce';
  if (killedBy(container) !== '') return 'probeKilling';
  // What it needed may be there by now.
  if (running && count === 2) return 'crashedOnce';
  if (end.reason === 'OOMKilled') return 'outOfMemory';
  if (['StartError', 'ContainerCannotRun'].includes(end.reason)) {
    return imageCause(end.message) === 'architectureWrong' ? 'architectureWrong' : 'cannotStart';
  }
  const again = count > 2 && !running;
  if (container.init) return again ? 'initCrashing' : 'initCrashedTwice';
  return again ? 'crashing' : 'crashedTwice';
}

/**
 * A container that a probe had killed says nothing of it itself; the kubelet tells of it in an event (computePodActions in
 * kuberuntime_manager.go). That a probe failed is not enough: it also does where the container has ended by itself.
 */
function killedBy({ events }: Container): string {
  const killed = events.findLast(
    (e) => textAt(e, 'reason') === 'Killing' && /failed (liveness|startup) probe/.test(textAt(e, 'message')),
  );
  if (killed === undefined) return '';
  const failed = events.findLast(
    (e) => textAt(e, 'reason') === 'Unhealthy' && /^(Liveness|Startup)/.test(textAt(e, 'message')),
  );
  return `: ${messageOf(failed ?? killed)}`;
}

function endOf(status: unknown): End | undefined {
  for (const [state, previous] of [
    ['state', false],
    ['lastState', true],
  ] as const) {
    const terminated = at(status, state, 'terminated');
    const exitCode = at(terminated, 'exitCode');
    if (typeof exitCode !== 'number') continue;
    const reason = textAt(terminated, 'reason');
    return {
      exitCode,
      reason: reason === 'Error' || reason === 'Completed' ? '' : reason,
      message: messageOf(terminated),
      previous,
    };
  }
  return undefined;
}
