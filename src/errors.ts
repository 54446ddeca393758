import type { PlanSummary } from './infra/plan';
import type { ReleaseName } from './releases/result';

/** The part of a run that an error or a result belongs to. */
export type StepName = 'bootstrap' | 'image' | 'infra' | 'manifests' | 'rollout' | 'leftovers' | 'report';

/** Every failure that a run can end in; published, so a code is never renamed. */
export type ErrorCode =
  | 'input-invalid'
  | 'registry-unauthorized'
  | 'registry-unreachable'
  | 'image-engine-missing'
  | 'image-engine-unfit'
  | 'image-build-failed'
  | 'image-push-denied'
  | 'image-push-failed'
  | 'image-digest-missing'
  | 'terraform-missing'
  | 'state-store-failed'
  | 'state-store-read-only'
  | 'state-store-no-lock'
  | 'infra-init-failed'
  | 'infra-backend-local'
  | 'infra-timeout'
  | 'infra-plan-failed'
  | 'infra-plan-stale'
  | 'infra-destroy-blocked'
  | 'infra-volume-shrinks'
  | 'infra-change-impossible'
  | 'infra-configuration-gone'
  | 'infra-plan-not-reviewed'
  | 'infra-exists-already'
  | 'infra-variable-unknown'
  | 'infra-not-offered'
  | 'infra-apply-failed'
  | 'infra-state-not-saved'
  | 'infra-nodes-not-ready'
  | 'linode-refused'
  | 'github-refused'
  | 'secrets-refused'
  | 'linode-token-refused'
  | 'linode-token-scopes'
  | 'linode-unavailable'
  | 'kubeconfig-missing'
  | 'cluster-unreachable'
  | 'cluster-unauthorized'
  | 'cluster-forbidden'
  | 'manifest-invalid'
  | 'kustomize-missing'
  | 'kustomize-failed'
  | 'manifest-refused'
  | 'manifest-conflict'
  | 'manifest-immutable'
  | 'manifests-timeout'
  | 'namespace-terminating'
  | 'webhook-unavailable'
  | 'workload-missing'
  | 'release-missing'
  | 'destroy-shared-cluster'
  | 'destroy-timeout'
  | 'rollout-image-not-found'
  | 'rollout-image-denied'
  | 'rollout-image-name-invalid'
  | 'rollout-image-unavailable'
  | 'rollout-architecture-wrong'
  | 'rollout-container-crashing'
  | 'rollout-out-of-memory'
  | 'rollout-init-container-failing'
  | 'rollout-config-missing'
  | 'rollout-volume-unavailable'
  | 'rollout-unschedulable'
  | 'rollout-quota-exceeded'
  | 'rollout-admission-refused'
  | 'rollout-probe-failing'
  | 'rollout-node-not-ready'
  | 'rollout-job-failed'
  | 'rollout-paused'
  | 'rollout-deadline-exceeded'
  | 'rollout-not-ready'
  | 'cancelled'
  | 'internal';

/** A line of a file in the workspace, for an annotation. */
export interface Place {
  readonly file: string;
  /** From 1 on. */
  readonly line: number;
}

export interface ErrorDetails {
  readonly code: ErrorCode;
  /** What failed, with the input or object it failed on. One sentence. */
  readonly cause: string;
  /** What the reader can do next. One sentence. */
  readonly advice: string;
  /** Lines that show it: the end of a log, events, an answer. */
  readonly evidence?: readonly string[];
  /** Where in the repository the cause can be mended. */
  readonly place?: Place;
  /** The release that was brought back after the failure. */
  readonly rolledBackTo?: ReleaseName;
  /** The plan that it failed at, which is shown all the same. */
  readonly plan?: PlanSummary;
}

/** How a step failed. */
export interface Failure extends ErrorDetails {
  readonly step: StepName;
}

/** A failure that a user can act on; anything else that is thrown is a fault of ours and shown with its stack. */
export class DeployError extends Error {
  readonly details: ErrorDetails;

  constructor(details: ErrorDetails, options?: ErrorOptions) {
    super(details.cause, options);
    this.name = 'DeployError';
    this.details = details;
  }
}

/** Gives what `error` says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Gives what was thrown in a step as its failure: a DeployError's own details, for all others the code `internal` with the stack as evidence. */
export function failureOf(error: unknown, step: StepName): Failure {
  if (error instanceof DeployError) return { ...error.details, step };
  const stack = error instanceof Error && error.stack !== undefined ? error.stack.split('\n') : [];
  return {
    code: 'internal',
    step,
    cause: `unexpected fault in the ${step} step: ${messageOf(error)}`,
    advice: 'This is a fault of wpp-deploy-action: please report it with the lines below.',
    evidence: stack,
  };
}
