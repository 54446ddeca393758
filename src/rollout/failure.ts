import { DeployError } from '../errors';
import { at, listAt, textAt } from '../json';
import { nameOf, type Workload } from '../manifests/workload';
import { NAMESPACES } from '../resource-types';
import type { ApiAnswer, Cluster } from '../ports';
import { causeOf } from './causes';
import { messageOf } from './events';
import { conditionLines, eventLines, logLines } from './evidence';
import { missingWorkload } from './restart';
import type { Defeat, Watched } from './watched';

/** Gives the error for a rollout that failed: the first workload with all that shows it, the others by a line. */
export async function rolloutFailure(
  [watched, defeat]: readonly [Watched, Defeat],
  others: readonly string[],
  cluster: Cluster,
): Promise<DeployError> {
  const { code, advice } = causeOf(defeat.cause);
  const { workload, text, message, live, events, logsOf } = defeat;
  const { key, place } = workload;
  const logs = logsOf === undefined ? [] : logLines(logsOf, await watched.logs(logsOf));
  const namespace = code === 'namespace-terminating' ? await namespaceLines(key.namespace, cluster) : [];
  return new DeployError({
    code,
    cause: `${watched.name} did not roll out: ${text}`,
    advice,
    evidence: [
      ...others,
      ...(message === '' || text.includes(message) ? [] : [message]),
      ...namespace,
      ...conditionLines(live),
      ...eventLines(events),
      ...logs,
    ],
    ...(place === undefined ? {} : { place }),
  });
}

/** Gives the error for a workload that is not there: perhaps its namespace is being deleted. */
export async function vanished(workload: Workload, cluster: Cluster): Promise<DeployError> {
  const lines = await namespaceLines(workload.key.namespace, cluster);
  if (lines.length === 0) return missingWorkload(workload);
  return new DeployError({
    code: 'namespace-terminating',
    cause: `${nameOf(workload)} is gone: its namespace is being deleted`,
    advice: causeOf('namespaceTerminating').advice,
    evidence: lines,
    ...(workload.place === undefined ? {} : { place: workload.place }),
  });
}

/** Gives what holds a namespace that is being deleted; nothing where it is not, or cannot be seen. */
async function namespaceLines(name: string | undefined, cluster: Cluster): Promise<readonly string[]> {
  const answer: ApiAnswer = await cluster.get({ type: NAMESPACES, namespace: undefined, name: name ?? '' });
  if (!answer.ok || at(answer.object, 'metadata', 'deletionTimestamp') === undefined) return [];
  const since = textAt(answer.object, 'metadata', 'deletionTimestamp');
  const reasons = listAt(answer.object, 'status', 'conditions')
    .filter((condition) => textAt(condition, 'status') === 'True')
    .map((condition) => `${textAt(condition, 'type')}: ${messageOf(condition)}`);
  return [`namespace ${name} is being deleted since ${since}`, ...reasons];
}
