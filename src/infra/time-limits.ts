import { DeployError } from '../errors';

/** The commands of Terraform that are run. */
export type TerraformCommand =
  'init' | 'plan' | 'show' | 'apply' | 'output' | 'untaint' | 'state push' | 'force-unlock';

export interface TimeLimits {
  /** Seconds after which a command is interrupted. */
  readonly seconds: Readonly<Record<TerraformCommand, number>>;
  /** Seconds that an interrupted command has to end by itself before it is killed, which leaves the state locked. */
  readonly grace: number;
  /** Seconds that Terraform waits for a lock that another run holds. */
  readonly lock: number;
}

const LOCK = 5 * 60;

/**
 * How long each command may take. The provider retries a refused call a thousand times, so that one answer of 503 lets a plan
 * hang for hours; its own limits are 35 minutes to create a cluster, 40 to update and 20 to delete one.
 */
export const TIME_LIMITS: TimeLimits = {
  seconds: {
    // Providers are some hundred megabytes.
    init: 10 * 60,
    // A new cluster's kubeconfig comes within five minutes.
    plan: LOCK + 10 * 60,
    show: 5 * 60,
    // A replaced cluster is deleted and created, 55 minutes by the provider's limits.
    apply: LOCK + 70 * 60,
    output: 2 * 60,
    untaint: LOCK + 2 * 60,
    'state push': 2 * 60,
    'force-unlock': 2 * 60,
  },
  // It stops the provider, which answers within seconds, and saves the state with retries.
  grace: 5 * 60,
  lock: LOCK,
};

const ADVICE: Readonly<Record<TerraformCommand, string>> = {
  init: 'The provider registry or the state store is slow or does not answer: run the job again.',
  plan: 'Linode or the state store does not answer, as it is while a new cluster has no kubeconfig yet. Nothing was changed: run the job again.',
  show: 'The runner is too slow for this plan, or has too little memory: run the job again.',
  apply:
    'What was made is kept in the state: look at it in Linode’s Cloud Manager, then run the job again; it goes on from there.',
  output: 'The state store does not answer: run the job again.',
  untaint: 'The state store does not answer: run the job again.',
  'state push': 'The state store does not answer: run the job again.',
  'force-unlock': 'The state store does not answer: run the job again.',
};

/** Gives what is told of a command that did not end in time. */
export function tookTooLong(command: TerraformCommand, seconds: number): DeployError {
  const limit = seconds >= 60 ? `${Math.round(seconds / 60)} minutes` : `${seconds} seconds`;
  return new DeployError({
    code: 'infra-timeout',
    cause: `terraform ${command} did not end within ${limit}, and was interrupted`,
    advice: ADVICE[command],
  });
}
