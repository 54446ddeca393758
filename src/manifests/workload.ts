import type { Place } from '../errors';
import { textAt, type JsonObject } from '../json';
import type { ObjectKey } from '../ports';

/** A Deployment, StatefulSet or DaemonSet in the cluster. */
export interface Workload {
  readonly key: ObjectKey;
  /** The generation that our own apply returned; an older status says nothing about it. */
  readonly generation: number;
  /** Whether this run changed what it runs. */
  readonly written: boolean;
  /** Where its manifest begins. */
  readonly place?: Place;
}

const PLURALS: Readonly<Record<string, string>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
};

/** Gives the key of a manifest that is a workload, in `namespace` where it names none; undefined for all else. */
export function workloadKey(object: JsonObject, namespace: string): ObjectKey | undefined {
  const kind = textAt(object, 'kind');
  const plural = PLURALS[kind];
  if (textAt(object, 'apiVersion') !== 'apps/v1' || plural === undefined) return undefined;
  return {
    type: { apiVersion: 'apps/v1', kind, plural, namespaced: true },
    namespace: textAt(object, 'metadata', 'namespace') || namespace,
    name: textAt(object, 'metadata', 'name'),
  };
}

/** Gives `Kind/namespace/name`. */
export function nameOf({ key }: Workload): string {
  return [key.type.kind, key.namespace, key.name].join('/');
}
