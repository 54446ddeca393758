import { listAt, textAt, type JsonObject } from '../json';
import { countOf, messageOf, timeOf } from './events';
import type { LogPlace } from './finding';

const MOST_EVENTS = 12;
const LONGEST_LINE = 400;
/** Normal events that explain something as well. */
const TELLING = ['Killing', 'Preempted', 'TriggeredScaleUp', 'NotTriggerScaleUp', 'TaintManagerEviction'];

/** Gives the conditions of a workload, one a line. */
export function conditionLines(workload: JsonObject): readonly string[] {
  return listAt(workload, 'status', 'conditions').map((condition) => {
    const [type, status, reason] = ['type', 'status', 'reason'].map((field) => textAt(condition, field));
    const message = messageOf(condition);
    return short(
      `condition ${type}=${status}${reason === '' ? '' : ` (${reason})`}${message === '' ? '' : `: ${message}`}`,
    );
  });
}

/** Gives the events that tell of trouble, each once with how often it came, the newest last. */
export function eventLines(events: readonly JsonObject[]): readonly string[] {
  const telling = events.filter(
    (event) => textAt(event, 'type') === 'Warning' || TELLING.includes(textAt(event, 'reason')),
  );
  const groups = [...Map.groupBy(telling, sameness).values()];
  const lines = groups
    .sort((one, other) => lastOf(one) - lastOf(other))
    .map((alike) => {
      const count = alike.reduce((sum, event) => sum + countOf(event), 0);
      const event = alike.at(-1);
      const time = new Date(lastOf(alike)).toISOString().slice(11, 19);
      const object = `${textAt(event, 'involvedObject', 'kind')}/${textAt(event, 'involvedObject', 'name')}`;
      return short(
        `event ${time} ${textAt(event, 'reason')}${count > 1 ? ` ×${count}` : ''} ${object}: ${messageOf(event)}`,
      );
    });
  const left = lines.length - MOST_EVENTS;
  return left > 0 ? [`(${left} earlier events)`, ...lines.slice(left)] : lines;
}

/** Gives the last lines of a container's log under a title. */
export function logLines(place: LogPlace, lines: readonly string[]): readonly string[] {
  const run = place.previous ? ', the run before' : '';
  const title = `log of container ${place.container} of pod ${place.pod}${run}`;
  return lines.length === 0 ? [`${title}: nothing`] : [`${title}:`, ...lines.map(short)];
}

/** The pods of one workload say the same under several names. */
function sameness(event: JsonObject): string {
  const name = textAt(event, 'involvedObject', 'name');
  const message = messageOf(event)
    .replaceAll(name, '')
    .replace(/pods "[^"]*"/, 'pods');
  return [textAt(event, 'involvedObject', 'kind'), textAt(event, 'reason'), message].join(' ');
}

function lastOf(events: readonly JsonObject[]): number {
  return Math.max(...events.map(timeOf));
}

function short(line: string): string {
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
}
