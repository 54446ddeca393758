import type { JsonObject } from '../json';
import type { ObjectKey } from '../ports';
import type { ObjectChange } from './apply';
import type { Workload } from './workload';

/** An object that was there before this run changed it. */
export interface Replaced {
  readonly key: ObjectKey;
  readonly before: JsonObject;
}

/** What the manifests step hands on. */
export interface ManifestsResult {
  readonly changes: readonly ObjectChange[];
  readonly workloads: readonly Workload[];
  readonly replaced: readonly Replaced[];
}
