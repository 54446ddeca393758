import type { Billed } from './billed';
import type { Kubeconfig } from '../manifests/kubeconfig';
import type { PlanSummary } from './plan';

/** What the infra step hands on. */
export interface InfraResult {
  /** Whether the infrastructure's content differs from the last successful apply. */
  readonly changed: boolean;
  /** Undefined where nothing changed, so that nothing was planned. */
  readonly plan: PlanSummary | undefined;
  /** What is billed before and after the plan, where there is one. */
  readonly billed: Billed | undefined;
  /** Whether Terraform changed anything at Linode. */
  readonly applied: boolean;
  readonly clusterId: number | undefined;
  /** Undefined while there is no cluster yet. Secret. */
  readonly kubeconfig: Kubeconfig | undefined;
}
