import type { ResourceType } from './ports';

/** The kinds of Kubernetes that the steps ask for by themselves; those of manifests are looked up. */
export const CONFIG_MAPS = namespaced('v1', 'ConfigMap', 'configmaps');
export const CONTROLLER_REVISIONS = namespaced('apps/v1', 'ControllerRevision', 'controllerrevisions');
export const EVENTS = namespaced('v1', 'Event', 'events');
export const AUTOSCALERS = namespaced(
  'autoscaling/v2',
  'HorizontalPodAutoscaler',
  'horizontalpodautoscalers',
);
export const INGRESSES = namespaced('networking.k8s.io/v1', 'Ingress', 'ingresses');
export const CLAIMS = namespaced('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims');
export const PODS = namespaced('v1', 'Pod', 'pods');
export const REPLICA_SETS = namespaced('apps/v1', 'ReplicaSet', 'replicasets');
export const SECRETS = namespaced('v1', 'Secret', 'secrets');
export const SERVICES = namespaced('v1', 'Service', 'services');
export const NAMESPACES = { ...namespaced('v1', 'Namespace', 'namespaces'), namespaced: false };
export const PERSISTENT_VOLUMES = {
  ...namespaced('v1', 'PersistentVolume', 'persistentvolumes'),
  namespaced: false,
};
export const NODES = { ...namespaced('v1', 'Node', 'nodes'), namespaced: false };

function namespaced(apiVersion: string, kind: string, plural: string): ResourceType {
  return { apiVersion, kind, plural, namespaced: true };
}
