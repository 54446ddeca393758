/** A workload that was watched until it was complete. */
export interface RolledWorkload {
  /** `Kind/namespace/name` */
  readonly workload: string;
  /** Whether this run started a rollout of it; else it was seen complete as it is. */
  readonly rolled: boolean;
}
