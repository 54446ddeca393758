import type { JsonObject } from '../../src/json';
import type { Workload } from '../../src/manifests/workload';

export function aWorkload(given: Partial<Workload> = {}, name = 'bot'): Workload {
  return {
    key: {
      type: { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments', namespaced: true },
      namespace: 'ns',
      name,
    },
    generation: 2,
    written: true,
    ...given,
  };
}

/** A Deployment as the API server gives it, rolled out unless `status` says other things. */
export function aLiveDeployment(status: JsonObject = {}, name = 'bot'): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'ns', uid: `${name}-uid`, generation: 2 },
    spec: { replicas: 1 },
    status: {
      observedGeneration: 2,
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
      ...status,
    },
  };
}

/** The newest ReplicaSet of a Deployment, and a pod of it with `status`. */
export function aReplicaSet(name = 'bot', revision = '2'): JsonObject {
  return {
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${revision}`,
      uid: `${name}-set-${revision}`,
      annotations: { 'deployment.kubernetes.io/revision': revision },
      ownerReferences: [{ uid: `${name}-uid` }],
    },
  };
}

export function aPod(status: JsonObject, owner = 'bot-set-2', name = 'bot-2-x'): JsonObject {
  return { kind: 'Pod', metadata: { name, uid: `${name}-uid`, ownerReferences: [{ uid: owner }] }, status };
}

/** An event of the container `app` of that pod, `second` seconds after the rollout began. */
export function anEvent(reason: string, message: string, uid = 'bot-2-x-uid', second = 0): JsonObject {
  return {
    kind: 'Event',
    type: 'Warning',
    reason,
    message,
    lastTimestamp: new Date(Date.parse('2026-01-02T03:04:05Z') + second * 1000).toISOString(),
    involvedObject: { kind: 'Pod', name: uid.replace(/-uid$/, ''), uid, fieldPath: 'spec.containers{app}' },
  };
}

/** A container's status that waits for `reason`. */
export function waiting(reason: string, message = '', more: JsonObject = {}): JsonObject {
  return { name: 'app', image: 'ghcr.io/a/b:1', state: { waiting: { reason, message } }, ...more };
}
