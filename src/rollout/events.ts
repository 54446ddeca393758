import { listAt, numberAt, textAt, type JsonObject } from '../json';

/** The field managers of what this action writes into workloads. */
const OWN_MANAGER = /^wpp-deploy-action/;

/** Gives when an event was last seen, in milliseconds: some have a series or a time of their own instead of lastTimestamp. */
export function timeOf(event: JsonObject): number {
  const times = [
    textAt(event, 'series', 'lastObservedTime'),
    textAt(event, 'lastTimestamp'),
    textAt(event, 'eventTime'),
    textAt(event, 'metadata', 'creationTimestamp'),
  ];
  return Date.parse(times.find((time) => time !== '') ?? '') || 0;
}

/** Gives how often an event was seen. */
export function countOf(event: JsonObject): number {
  return numberAt(event, 'series', 'count') || numberAt(event, 'count') || 1;
}

/**
 * Gives when this action last wrote a workload, by the clock of the API server, in milliseconds; whole seconds. What is
 * older says nothing about this rollout. 0 where it never did.
 */
export function writtenAt(workload: JsonObject): number {
  const times = listAt(workload, 'metadata', 'managedFields')
    .filter((entry) => OWN_MANAGER.test(textAt(entry, 'manager')) && textAt(entry, 'subresource') === '')
    .map((entry) => Date.parse(textAt(entry, 'time')) || 0);
  return Math.max(0, ...times);
}

/** Gives the message of an event or state, without white space around it; a probe's own words may be none. */
export function messageOf(object: unknown): string {
  return textAt(object, 'message')
    .trim()
    .replace(/^\(combined from similar events\): /, '')
    .replace(/:$/, '');
}

/** Gives the last event for `reason`, as far as there is one. Events must be in the order of their times. */
export function lastEvent(
  events: readonly JsonObject[],
  ...reasons: readonly string[]
): JsonObject | undefined {
  return events.findLast((event) => reasons.includes(textAt(event, 'reason')));
}
