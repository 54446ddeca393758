import type { ShownPlan } from '../comment-record';
import type { Billed } from './billed';
import type { KnownCluster } from './cluster';
import type { PlanSummary } from './plan';

/** What the infra step hands on. */
export interface InfraResult extends KnownCluster {
  /** Whether the infrastructure's content differs from the last successful apply. */
  readonly changed: boolean;
  /** Undefined where nothing changed, so that nothing was planned. */
  readonly plan: PlanSummary | undefined;
  /** What is billed before and after the plan, where there is one. */
  readonly billed: Billed | undefined;
  /** What the pull request's comment is to say of the plan out of sight; undefined where it is no preview of one. */
  readonly shown?: ShownPlan | undefined;
  /** Whether Terraform changed anything at Linode. */
  readonly applied: boolean;
}
