import type { Place } from '../errors';
import { textAt, type JsonObject } from '../json';
import type { ObjectKey } from '../ports';
import { namespaceOf } from './objects';

/** A Deployment, StatefulSet, DaemonSet or Job in the cluster. */
export interface Workload {
  readonly key: ObjectKey;
  /** The generation that our own apply returned; an older status says nothing about it. */
  readonly generation: number;
  /** Whether this run changed what it runs. */
  readonly written: boolean;
  /** Where its manifest begins. */
  readonly place?: Place;
}

/** Their plurals by `apiVersion Kind`. */
const WORKLOADS: Readonly<Record<string, string>> = {
  'apps/v1 Deployment': 'deployments',
  'apps/v1 StatefulSet': 'statefulsets',
  'apps/v1 DaemonSet': 'daemonsets',
};

/** Gives the key of a manifest that is a workload, in `namespace` where it names none; undefined for all else. */
export function workloadKey(object: JsonObject, namespace: string): ObjectKey | undefined {
  return keyIn(WORKLOADS, object, namespace);
}

/** Gives the key of a manifest whose pods can be waited for: a workload, or a Job, which cannot be restarted. */
export function watchedKey(object: JsonObject, namespace: string): ObjectKey | undefined {
  return keyIn({ ...WORKLOADS, 'batch/v1 Job': 'jobs' }, object, namespace);
}

function keyIn(
  plurals: Readonly<Record<string, string>>,
  object: JsonObject,
  namespace: string,
): ObjectKey | undefined {
  const [apiVersion, kind] = [textAt(object, 'apiVersion'), textAt(object, 'kind')];
  const plural = plurals[`${apiVersion} ${kind}`];
  if (plural === undefined) return undefined;
  return {
    type: { apiVersion, kind, plural, namespaced: true },
    namespace: namespaceOf(object, namespace),
    name: textAt(object, 'metadata', 'name'),
  };
}

/** Gives `Kind/namespace/name`. */
export function nameOf({ key }: Workload): string {
  return [key.type.kind, key.namespace, key.name].join('/');
}

/** Whether a workload runs until it is told to end, so that it can be restarted; a Job is not of that sort. */
export function isLasting({ key }: Workload): boolean {
  return `${key.type.apiVersion} ${key.type.kind}` in WORKLOADS;
}
