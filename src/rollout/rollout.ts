import { DeployError } from '../errors';
import { at, textAt, type JsonObject } from '../json';
import { nameOf, type Workload } from '../manifests/workload';
import type { Clock, Cluster, Log } from '../ports';
import { diagnose, newestPods, newestReplicaSet, type Finding } from './diagnosis';
import type { RolledWorkload } from './result';
import { missingWorkload } from './restart';
import { rolloutStatus } from './status';

export interface RolloutPorts {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
}

const INTERVAL_MS = 1_000;
const LOG_LINES = 20;
/** How long a fault that a later change may cure is borne, such as a Secret that another tool makes. */
const GRACE_MS = 20_000;
/** Faults that only the time limit decides: an autoscaler may add a node, a slow start or a restart may get ready. */
const UNTIL_THE_END = ['rollout-unschedulable', 'rollout-not-ready', 'rollout-container-crashing'];

const REPLICA_SETS = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  namespaced: true,
} as const;
const PODS = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true } as const;
const EVENTS = { apiVersion: 'v1', kind: 'Event', plural: 'events', namespaced: true } as const;

/** Waits until every workload is rolled out. Throws DeployError with the cause as soon as one certainly fails, or at the time limit. */
export async function watchRollout(
  workloads: readonly Workload[],
  timeoutSeconds: number,
  ports: RolloutPorts,
): Promise<readonly RolledWorkload[]> {
  const race = { over: false };
  const outcomes = await Promise.allSettled(
    workloads.map(async (workload) => {
      try {
        await watch(workload, timeoutSeconds * 1000, race, ports);
      } catch (error) {
        race.over = true;
        throw error;
      }
    }),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return workloads.map((workload) => ({ workload: nameOf(workload), rolled: workload.written }));
}

/** Ends early, and without a verdict, once another workload has failed. */
async function watch(
  workload: Workload,
  timeoutMs: number,
  race: { readonly over: boolean },
  ports: RolloutPorts,
): Promise<void> {
  const start = ports.clock.now();
  let told = '';
  let faultSince: number | undefined;
  while (!race.over) {
    const answer = await ports.cluster.get(workload.key);
    if (!answer.ok) throw unreadable(workload, answer.code, textAt(answer.status, 'message'));
    const status = rolloutStatus(answer.object, workload.generation);
    if (status.state === 'complete') return;
    const findings = await lookAt(answer.object, workload, ports);
    const [worst] = findings;
    const now = ports.clock.now();
    faultSince = worst === undefined ? undefined : (faultSince ?? now);
    const graceIsOver = faultSince !== undefined && now - faultSince > GRACE_MS;
    const hopeless =
      worst !== undefined && (worst.certain || (graceIsOver && !UNTIL_THE_END.includes(worst.code)));
    const late = now - start > timeoutMs;
    if (hopeless || late || status.state === 'failed') {
      throw await failure(
        workload,
        worst,
        late ? `not complete within ${timeoutMs / 1000} s: ${status.message}` : status.message,
        ports,
      );
    }
    const line = `${nameOf(workload)}: ${worst?.cause ?? status.message}`;
    if (line !== told) ports.log.info(line);
    told = line;
    await ports.clock.sleep(INTERVAL_MS);
  }
}

async function lookAt(
  object: JsonObject,
  workload: Workload,
  { cluster }: RolloutPorts,
): Promise<readonly Finding[]> {
  const { namespace } = workload.key;
  const [replicaSets, pods, events] = await Promise.all([
    workload.key.type.kind === 'Deployment' ? cluster.list(REPLICA_SETS, namespace) : [],
    cluster.list(PODS, namespace),
    cluster.list(EVENTS, namespace),
  ]);
  const newest = newestPods(object, replicaSets, pods);
  const concerned = new Set([
    textAt(object, 'metadata', 'uid'),
    ...newest.map((pod) => textAt(pod, 'metadata', 'uid')),
  ]);
  const set = newestReplicaSet(object, replicaSets);
  if (set !== undefined) concerned.add(textAt(set, 'metadata', 'uid'));
  return diagnose(
    newest,
    events.filter((event) => concerned.has(String(at(event, 'involvedObject', 'uid')))),
  );
}

async function failure(
  workload: Workload,
  finding: Finding | undefined,
  message: string,
  { cluster }: RolloutPorts,
): Promise<DeployError> {
  const logs =
    finding?.logsOf === undefined
      ? []
      : await cluster.logs(workload.key.namespace ?? '', finding.logsOf.pod, finding.logsOf.container, {
          previous: finding.logsOf.previous,
          lines: LOG_LINES,
        });
  return new DeployError({
    code: finding?.code ?? 'rollout-not-ready',
    cause: `${nameOf(workload)} did not roll out: ${finding?.cause ?? message}`,
    advice:
      finding?.advice ??
      'Look at `kubectl describe` of its pods; raise rollout-timeout where it only needs longer.',
    evidence: [message, ...logs],
  });
}

function unreadable(workload: Workload, code: number, message: string): DeployError {
  if (code === 404) return missingWorkload(workload);
  return new DeployError({
    code: code === 403 ? 'cluster-forbidden' : 'cluster-unreachable',
    cause: `the cluster does not show ${nameOf(workload)}: ${message || `HTTP ${code}`}`,
    advice: 'Give the kubeconfig’s account the right to get it, or run the job again.',
  });
}
