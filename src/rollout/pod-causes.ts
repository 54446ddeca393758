import { at, listAt, textAt, type JsonObject } from '../json';
import type { CauseName } from './causes';
import { CACHE, containerFindings } from './container-causes';
import { lastEvent, messageOf } from './events';
import type { Finding } from './finding';
import { conditionHolds, conditionOf } from './newest';
import { brokenNodes, fitsEmptyNode } from './nodes';

/** What came after a volume was there. */
const PAST_VOLUMES = ['SuccessfulAttachVolume', 'Pulling', 'Pulled', 'Created', 'Started'];
const VOLUME_FAULTS = ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume'];
/**
 * What is said of a volume that a node cannot have yet: by Linode's storage driver (linode-blockstorage-csi-driver, internal/driver), and by
 * Kubernetes of that driver, which a new node has a while after it is ready (csi_plugin.go, csi_attacher.go).
 */
const ATTACHING =
  /max number of volumes|Unable to find device path|Error verifying Linode Volume|DeadlineExceeded|code = Aborted|not found in the list of registered CSI drivers|does not contain driver/;
/** What both say of a volume that another node has. */
const HELD = /Multi-Attach|already (exclusively )?attached|already used by/i;
/** What the scheduler says of nodes that are full (noderesources/fit.go in kubernetes/kubernetes). */
const NO_ROOM = /\bInsufficient |\bToo many pods|exceed max volume count/;
/** What a node is tainted with until it is ready, and until Linode's controller has seen it. */
const JOINING = /taint \{node\.(?:kubernetes\.io\/not-ready|cloudprovider\.kubernetes\.io\/uninitialized)\b/;

/** Gives what keeps a pod from being ready. `events` are those of the namespace, in the order of their times. */
export function podFindings(
  pod: JsonObject,
  events: readonly JsonObject[],
  nodes: readonly JsonObject[],
): readonly Finding[] {
  const uid = textAt(pod, 'metadata', 'uid');
  const own = events.filter((event) => textAt(event, 'involvedObject', 'uid') === uid);
  if (conditionHolds(pod, 'Ready')) return [];
  const found = [...nodeFinding(pod, nodes), ...containerFindings(pod, own)];
  if (found.length > 0) return found;
  return [
    ...schedulingFinding(pod, own, events, nodes),
    ...startFinding(pod, own),
    ...probeFinding(pod, own),
    ...evictionFinding(pod),
  ].slice(0, 1);
}

function named(pod: JsonObject): string {
  return `pod ${textAt(pod, 'metadata', 'name')}`;
}

function nodeFinding(pod: JsonObject, nodes: readonly JsonObject[]): readonly Finding[] {
  const node = textAt(pod, 'spec', 'nodeName');
  const own = nodes.filter((one) => textAt(one, 'metadata', 'name') === node);
  const why = brokenNodes(own).get(node);
  if (why === undefined) return [];
  return [{ cause: 'nodeNotReady', text: `${named(pod)} is on node ${node}, which is not ready: ${why}` }];
}

function schedulingFinding(
  pod: JsonObject,
  own: readonly JsonObject[],
  events: readonly JsonObject[],
  nodes: readonly JsonObject[],
): readonly Finding[] {
  const condition = conditionOf(pod, 'PodScheduled');
  if (textAt(condition, 'reason') !== 'Unschedulable') return [];
  // Others are being evicted in its favour.
  if (textAt(pod, 'status', 'nominatedNodeName') !== '') return [];
  const message = messageOf(condition).replace(/ preemption: .*$/s, '');
  const text = `${named(pod)} fits on no node: ${message}`;
  if (/persistentvolumeclaim "[^"]*" not found/.test(message)) return [{ cause: 'claimMissing', text }];
  if (/unbound immediate PersistentVolumeClaims|persistent volumes to bind/.test(message)) {
    return [claimFinding(pod, text, events)];
  }
  const autoscaler = lastEvent(own, 'TriggeredScaleUp', 'NotTriggerScaleUp');
  if (autoscaler === undefined) {
    if (JOINING.test(message)) return [{ cause: 'nodesToCome', text }];
    const nodesHelp = NO_ROOM.test(message) && fitsEmptyNode(pod, nodes);
    return [{ cause: 'unschedulable', text, ...(nodesHelp ? { nodesHelp } : {}) }];
  }
  const cause = textAt(autoscaler, 'reason') === 'TriggeredScaleUp' ? 'scalingUp' : 'unschedulable';
  return [{ cause, text: `${text}; the autoscaler: ${messageOf(autoscaler)}` }];
}

/** Only the events of a claim tell whether its volume is being made. */
function claimFinding(pod: JsonObject, text: string, events: readonly JsonObject[]): Finding {
  const claims = listAt(pod, 'spec', 'volumes').map((volume) =>
    textAt(volume, 'persistentVolumeClaim', 'claimName'),
  );
  const event = events.findLast(
    (e) =>
      textAt(e, 'involvedObject', 'kind') === 'PersistentVolumeClaim' &&
      claims.includes(textAt(e, 'involvedObject', 'name')),
  );
  if (event === undefined) return { cause: 'claimUnbound', text };
  const works = ['Provisioning', 'ExternalProvisioning', 'ProvisioningSucceeded'].includes(
    textAt(event, 'reason'),
  );
  return {
    cause: works ? 'provisioning' : 'claimUnbound',
    text: `${text}; claim ${textAt(event, 'involvedObject', 'name')}: ${messageOf(event)}`,
  };
}

/** What is between a node and the first container is told by events alone. */
function startFinding(pod: JsonObject, own: readonly JsonObject[]): readonly Finding[] {
  const event = lastEvent(own, ...VOLUME_FAULTS, ...PAST_VOLUMES, 'FailedCreatePodSandBox');
  if (event === undefined || PAST_VOLUMES.includes(textAt(event, 'reason'))) return [];
  const message = messageOf(event);
  if (CACHE.test(message)) return [];
  if (textAt(event, 'reason') === 'FailedCreatePodSandBox')
    return [{ cause: 'notComplete', text: `${named(pod)} cannot be set up on its node: ${message}` }];
  const text = `${named(pod)} cannot mount a volume: ${message}`;
  if (/(secret|configmap) "[^"]*" not found|references non-existent (secret|config) key/.test(message))
    return [{ cause: 'configMissing', text }];
  return [{ cause: volumeCause(textAt(event, 'reason'), message), text }];
}

function volumeCause(reason: string, message: string): CauseName {
  if (ATTACHING.test(message)) return 'volumeAttaching';
  if (HELD.test(message)) return 'volumeHeld';
  const mayHeal = reason === 'FailedAttachVolume' && !/\bnot found\b/.test(message);
  return mayHeal ? 'volumeAttaching' : 'volumeUnavailable';
}

function probeFinding(pod: JsonObject, own: readonly JsonObject[]): readonly Finding[] {
  const ready = conditionOf(pod, 'Ready');
  if (textAt(ready, 'reason') === 'ReadinessGatesNotReady')
    return [{ cause: 'notReady', text: `${named(pod)} waits for a readiness gate: ${messageOf(ready)}` }];
  const waiting = listAt(pod, 'status', 'containerStatuses').find(
    (status) => at(status, 'ready') === false && at(status, 'state', 'running') !== undefined,
  );
  const container = textAt(waiting, 'name');
  const event = own.findLast(
    (e) =>
      textAt(e, 'reason') === 'Unhealthy' &&
      textAt(e, 'involvedObject', 'fieldPath') === `spec.containers{${container}}`,
  );
  if (waiting === undefined || event === undefined) return [];
  return [
    {
      cause: 'notReady',
      text: `container ${container} of ${named(pod)} runs, but is not ready: ${messageOf(event)}`,
      logsOf: { pod: textAt(pod, 'metadata', 'name'), container, previous: false },
    },
  ];
}

function evictionFinding(pod: JsonObject): readonly Finding[] {
  const reason = textAt(pod, 'status', 'reason');
  if (textAt(pod, 'status', 'phase') !== 'Failed' || reason === '') return [];
  const message = messageOf(pod['status']);
  return [{ cause: 'notComplete', text: `${named(pod)} was ended by its node: ${reason}: ${message}` }];
}
