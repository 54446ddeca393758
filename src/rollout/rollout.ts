import type { JsonObject } from '../json';
import { nameOf, type Workload } from '../manifests/workload';
import type { Clock, Cluster, Log } from '../ports';
import { rolloutFailure, vanished } from './failure';
import { Looker } from './look';
import { Outage } from './outage';
import type { RolledWorkload } from './result';
import { Watched, type Defeat } from './watched';

export interface RolloutPorts {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  /** Gives in words which nodes the cluster may still get; undefined where it gets none. Without it nobody knows of any. */
  readonly nodesToCome?: () => Promise<string | undefined>;
}

/** How often the workloads themselves are looked at; the longer it takes, the less it matters. */
const INTERVAL_MS = 250;
const LATE_INTERVAL_MS = 500;
const LATE_AFTER_MS = 60_000;
const LONGEST_INTERVAL_MS = 1_000;
/** How often pods and events are: they say why a rollout does not go on, which nobody needs at once. */
const CLOSE_LOOK_MS = 1_000;

/**
 * Waits until every workload is rolled out. Throws DeployError with the cause as soon as the patience for one is over
 * (causes.ts), or at the time limit, which `wpp-deploy-action/rollout-timeout` on a workload sets for that one.
 */
export async function watchRollout(
  workloads: readonly Workload[],
  timeoutSeconds: number,
  ports: RolloutPorts,
): Promise<readonly RolledWorkload[]> {
  const { clock } = ports;
  const start = clock.now();
  const looker = new Looker(ports);
  const outage = new Outage(ports);
  const around = { ...ports, nodesToCome: answerOnceThere(ports.nodesToCome) };
  let open = workloads.map((workload) => new Watched(workload, timeoutSeconds, start, around));
  let closeLook = -Infinity;
  while (open.length > 0) {
    const now = clock.now();
    try {
      open = await seeAll(open, looker, ports);
      if (now - closeLook >= CLOSE_LOOK_MS || open.some((watched) => watched.isUrgent(clock.now()))) {
        closeLook = now;
        open = await examineAll(open, looker, ports);
      }
      outage.answered();
    } catch (error) {
      outage.bear(error);
      for (const watched of open) watched.forget();
    }
    if (open.length === 0) break;
    const interval = now - start > LATE_AFTER_MS ? LATE_INTERVAL_MS : INTERVAL_MS;
    // A slow server is not asked more often than it can answer.
    await clock.sleep(Math.max(interval, Math.min(clock.now() - now, LONGEST_INTERVAL_MS)));
  }
  return workloads.map((workload) => ({ workload: nameOf(workload), rolled: workload.written }));
}

/** Asks at the first call, and gives the answer from when it is there on: nothing waits for it. */
function answerOnceThere(ask: RolloutPorts['nodesToCome']): () => string | undefined {
  let asked: Promise<void> | undefined;
  let answer: string | undefined;
  return () => {
    asked ??= ask?.().then((words) => {
      answer = words;
    });
    return answer;
  };
}

/** Looks at the workloads alone; gives those that are not complete. */
async function seeAll(
  open: readonly Watched[],
  looker: Looker,
  { clock, cluster }: RolloutPorts,
): Promise<Watched[]> {
  const live = await looker.workloads(open.map(({ workload }) => workload));
  const now = clock.now();
  const there: (readonly [Watched, JsonObject])[] = [];
  for (const watched of open) {
    const object = live.get(watched.name);
    if (object === undefined) throw await vanished(watched.workload, cluster);
    there.push([watched, object]);
  }
  return there.filter(([watched, object]) => !watched.see(object, now)).map(([watched]) => watched);
}

/** Looks at what is around the workloads; gives those that are not complete. Throws DeployError for those that failed. */
async function examineAll(
  open: readonly Watched[],
  looker: Looker,
  { clock, cluster, log }: RolloutPorts,
): Promise<Watched[]> {
  if (open.length === 0) return [];
  const around = await looker.surroundings(open.map(({ workload }) => workload));
  const now = clock.now();
  const done = await Promise.all(
    open.map(async (watched) => {
      const own = around.get(watched.workload.key.namespace ?? '');
      return own !== undefined && (await watched.examine(own, now));
    }),
  );
  const left = open.filter((_, index) => done[index] === false);
  const starting = left.filter((watched) => watched.isStarting);
  const defeats = left.flatMap((watched): (readonly [Watched, Defeat])[] => {
    const defeat = watched.judge(now, starting.find((other) => other !== watched)?.name);
    return defeat === undefined ? [] : [[watched, defeat]];
  });
  const [first] = defeats;
  if (first === undefined) return left;
  const others = left
    .filter((watched) => watched !== first[0])
    .map(({ name, line }) => `meanwhile ${name}: ${line}`);
  const failure = await rolloutFailure(first, others, cluster);
  const { cause, evidence = [] } = failure.details;
  for (const line of [cause, ...evidence]) log.info(line);
  throw failure;
}
