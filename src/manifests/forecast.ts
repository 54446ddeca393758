import { at, listAt, numberAt, textAt, type JsonObject } from '../json';
import type { ObjectChange } from './apply';
import { watchedKey } from './workload';

/** What a deployment does to the pods of one workload. */
export interface Forecast {
  /** `Kind/namespace/name` */
  readonly workload: string;
  /** `runs` is a Job that runs to its end. */
  readonly effect: 'starts' | 'rolls' | 'scales' | 'runs' | 'ends';
  /** Whether for some time none of its pods serves; `possible` where that depends on what the manifest does not say. */
  readonly downtime: 'none' | 'possible' | 'expected';
  /** What happens, and why, in words. */
  readonly reason: string;
}

type Outlook = Omit<Forecast, 'workload'>;

/** What a Deployment has where its manifest says nothing (kubernetes.io, API reference of DeploymentSpec). */
const DEFAULT_SHARE = '25%';

/**
 * Gives what a change does to the pods of its object, by the object as it will be and the one that lives; undefined where it does
 * nothing to any.
 */
export function forecastOf(
  { object: workload, action, fields }: ObjectChange,
  object: JsonObject,
  live: JsonObject | undefined,
): Forecast | undefined {
  if (watchedKey(object, '') === undefined || action === 'unchanged') return undefined;
  const outlook = textAt(object, 'kind') === 'Job' ? RUNS : outlookOf(object, live, fields);
  return outlook === undefined ? undefined : { workload, ...outlook };
}

/** Gives the workloads that are deleted. */
export function endsOf(changes: readonly ObjectChange[]): readonly Forecast[] {
  return changes
    .filter(
      ({ object, action }) => action === 'pruned' && /^(Deployment|StatefulSet|DaemonSet)\//.test(object),
    )
    .map(({ object: workload }) => ({
      workload,
      effect: 'ends',
      downtime: 'expected',
      reason: 'no manifest has it any more',
    }));
}

const RUNS: Outlook = { effect: 'runs', downtime: 'none', reason: 'once, to its end' };

function outlookOf(
  object: JsonObject,
  live: JsonObject | undefined,
  fields: ObjectChange['fields'],
): Outlook | undefined {
  const pods = podsOf(object);
  if (live === undefined) return { effect: 'starts', downtime: 'none', reason: counted(pods) };
  const anew = fields.length === 0;
  if (anew) return { effect: 'rolls', downtime: 'expected', reason: 'it is deleted and made anew' };
  const before = podsOf(live);
  if (pods === 0 && before !== 0)
    return { effect: 'ends', downtime: 'expected', reason: 'it is scaled to no pod' };
  if (fields.some(({ path }) => /^spec\.template\b/.test(path)))
    return before === 0 ? undefined : rolls(object, pods);
  if (pods === before) return undefined;
  return { effect: 'scales', downtime: 'none', reason: `from ${before} to ${counted(pods)}` };
}

function rolls(object: JsonObject, pods: number | undefined): Outlook | undefined {
  const strategy = textAt(object, 'spec', 'updateStrategy', 'type');
  // Its pods change when somebody deletes them, not by a rollout.
  if (strategy === 'OnDelete') return undefined;
  const [downtime, reason] = replacement(object, pods);
  return { effect: 'rolls', downtime, reason };
}

function replacement(object: JsonObject, pods = 1): readonly [Outlook['downtime'], string] {
  switch (textAt(object, 'kind')) {
    case 'StatefulSet':
      return pods === 1
        ? ['expected', 'its only pod ends before the new one starts']
        : ['none', `${counted(pods)}, one after the other`];
    case 'DaemonSet':
      return surges(object, 'updateStrategy', '0')
        ? ['none', 'on one node after the other']
        : ['possible', 'on each node its pod ends before the new one starts'];
    default:
      return deploymentReplacement(object, pods);
  }
}

function deploymentReplacement(object: JsonObject, pods: number): readonly [Outlook['downtime'], string] {
  if (textAt(object, 'spec', 'strategy', 'type') === 'Recreate')
    return ['expected', 'all its pods end before the new ones start (Recreate)'];
  if (mayBeAway(object, pods) >= pods)
    return ['expected', `${pods === 1 ? 'its only pod' : 'all its pods'} may end before a new one is ready`];
  if (!hasReadiness(object))
    return ['possible', `without a readinessProbe a new pod counts as ready as soon as it runs`];
  return ['none', `${counted(pods)}, each replaced when a new one is ready`];
}

/** How many pods a Deployment may be short of, rounded down; one where it may have none more either (kubernetes.io, as above). */
function mayBeAway(object: JsonObject, pods: number): number {
  const share = at(object, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable') ?? DEFAULT_SHARE;
  const away = Math.floor(amountOf(share, pods));
  return away === 0 && !surges(object, 'strategy', DEFAULT_SHARE) ? 1 : away;
}

function surges(object: JsonObject, strategy: string, fallback: string): boolean {
  const share = at(object, 'spec', strategy, 'rollingUpdate', 'maxSurge') ?? fallback;
  return amountOf(share, 1) > 0;
}

function amountOf(share: unknown, pods: number): number {
  if (typeof share === 'number') return share;
  const number = Number.parseInt(String(share));
  return String(share).endsWith('%') ? (number * pods) / 100 : number;
}

function hasReadiness(object: JsonObject): boolean {
  const containers = listAt(object, 'spec', 'template', 'spec', 'containers');
  return containers.every((container) => at(container, 'readinessProbe') !== undefined);
}

/** Undefined for a DaemonSet, whose pods are as many as there are nodes. */
function podsOf(object: JsonObject): number | undefined {
  if (textAt(object, 'kind') === 'DaemonSet') return undefined;
  return at(object, 'spec', 'replicas') === undefined ? 1 : numberAt(object, 'spec', 'replicas');
}

function counted(pods: number | undefined): string {
  return pods === undefined ? 'one pod on each node' : `${pods} pod${pods === 1 ? '' : 's'}`;
}
