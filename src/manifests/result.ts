import type { ObjectChange } from './apply';
import type { Workload } from './workload';

/** What the manifests step hands on. */
export interface ManifestsResult {
  readonly changes: readonly ObjectChange[];
  readonly workloads: readonly Workload[];
}
