import { pauseImageName } from '../../sandbox/toolchain/base-images.ts';
import type { JsonObject } from '../../src/json';

/** Gives a pod spec with one container that sleeps, but for what `container` and `pod` say. */
export function aPodSpec(
  container: JsonObject = {},
  pod: JsonObject = {},
): JsonObject & { readonly containers: readonly [JsonObject] } {
  const asleep = { name: 'app', image: pauseImageName, command: ['sh', '-c', 'exec sleep 1000'] };
  return { terminationGracePeriodSeconds: 1, ...pod, containers: [{ ...asleep, ...container }] };
}

/** Gives a workload of a kind of apps/v1 whose pods are `podSpec`. */
export function aWorkload(
  kind: string,
  name: string,
  podSpec: JsonObject,
  spec: JsonObject = {},
): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: podSpec },
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      ...spec,
    },
  };
}

/** Gives a command that fails as often as it is told, and does `then` from then on; it counts in the volume `count`. */
export function failing(times: number, then = 'exec sleep 1000'): JsonObject {
  const script = `n=$(cat /count/n 2>/dev/null || echo 0); echo $((n+1)) >/count/n; [ $n -ge ${times} ] && ${then}; echo "no database, try $n"; exit 1`;
  return { command: ['sh', '-c', script], volumeMounts: [{ name: 'count', mountPath: '/count' }] };
}

/** The volume that failing() counts in. */
export const COUNT = { volumes: [{ name: 'count', emptyDir: {} }] };

export function aNamespace(name: string, labels: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** Gives a Secret with the one key `key`. */
export function aSecret(name: string): JsonObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: { key: 'value' } };
}

export function aJob(name: string, podSpec: JsonObject, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', ...podSpec } }, ...spec },
  };
}
