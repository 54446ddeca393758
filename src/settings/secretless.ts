import type { DeployEvent } from './event';
import type { InputReader } from './inputs';

/** Secrets by which anything is reached that is to be previewed. */
const KEYS = ['linode-token', 'state-access-key', 'state-secret-key', 'kube-config'];

/**
 * Gives why a run has no secrets, or undefined where it has. What Dependabot starts has none of the repository's, but may have
 * been given its own (docs.github.com, Dependabot on GitHub Actions).
 */
export function secretless({ pullRequest }: DeployEvent, inputs: InputReader): string | undefined {
  if (pullRequest?.fork === true) return 'the pull request comes from a fork, which has no secrets';
  if (pullRequest?.dependabot !== true || KEYS.some((name) => inputs.text(name) !== undefined))
    return undefined;
  return 'the pull request comes from Dependabot, which does not get the secrets of the repository';
}
