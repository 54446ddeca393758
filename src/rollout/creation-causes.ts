import { textAt, type JsonObject } from '../json';
import type { CauseName } from './causes';
import { lastEvent, messageOf } from './events';
import type { Finding } from './finding';
import { conditionOf } from './newest';

/** What API server and admission plugins write where a pod is refused, the more special first. */
const PATTERNS: readonly (readonly [RegExp, CauseName])[] = [
  [/being terminated/, 'namespaceTerminating'],
  [/exceeded quota|failed quota|must specify/, 'quotaExceeded'],
  [/failed calling webhook|no endpoints available for service/, 'webhookUnavailable'],
  [/serviceaccount "[^"]*" not found|no PriorityClass with name/, 'configMissing'],
];

/**
 * Gives what keeps a workload's controller from making pods. A ReplicaSet has a condition for it, which goes when pods
 * can be made again; of the others the last word of their events counts.
 */
export function creationFindings(
  workload: JsonObject,
  replicaSet: JsonObject | undefined,
  own: readonly JsonObject[],
): readonly Finding[] {
  const condition = conditionOf(replicaSet, 'ReplicaFailure');
  if (replicaSet !== undefined) {
    return textAt(condition, 'reason') === 'FailedCreate' ? [refusal(replicaSet, messageOf(condition))] : [];
  }
  const event = lastEvent(
    own,
    'FailedCreate',
    'ReplicaSetCreateError',
    'SuccessfulCreate',
    'ScalingReplicaSet',
  );
  const failed = ['FailedCreate', 'ReplicaSetCreateError'].includes(textAt(event, 'reason'));
  return failed ? [refusal(workload, messageOf(event))] : [];
}

function refusal(owner: JsonObject, message: string): Finding {
  const cause = PATTERNS.find(([pattern]) => pattern.test(message))?.[1] ?? 'admissionRefused';
  // Each try has another name.
  const reason = message.replace(/^.*? is forbidden: /s, '');
  const said = cause === 'quotaExceeded' ? (headroom(reason) ?? reason) : reason;
  return {
    cause,
    text: `${textAt(owner, 'kind')} ${textAt(owner, 'metadata', 'name')} cannot make pods: ${said}`,
  };
}

/** Gives the words of a quota as `pods: 1 of 1 used, 1 more asked for`; undefined where they are none. */
function headroom(message: string): string | undefined {
  const match = /exceeded quota: (\S+), requested: (\S+), used: (\S+), limited: (\S+)/.exec(message);
  if (match === null) return undefined;
  const [, quota = '', requested = '', used = '', limited = ''] = match;
  const [usedBy, limits] = [amounts(used), amounts(limited)];
  const lines = [...amounts(requested)].map(
    ([name, amount]) => `${name}: ${usedBy.get(name)} of ${limits.get(name)} used, ${amount} more asked for`,
  );
  return `ResourceQuota ${quota} is used up: ${lines.join('; ')}`;
}

function amounts(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
