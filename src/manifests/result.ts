import type { ObjectChange } from './apply';
import type { Forecast } from './forecast';
import type { Workload } from './workload';

/** What the manifests step hands on. */
export interface ManifestsResult {
  readonly changes: readonly ObjectChange[];
  readonly workloads: readonly Workload[];
  /** What people should know of the objects as a whole. */
  readonly warning?: string;
  /** What would happen to pods; only a preview says so. */
  readonly forecasts?: readonly Forecast[];
}
