/** The workflow that runs every check, by its name in .github/workflows/ci.yml. */
export const CI = 'CI';
const GOOD = ['success', 'skipped', 'neutral'];

/** A run as `gh run list --json` tells of it. */
export interface WorkflowRun {
  readonly workflowName: string;
  readonly status: string;
  /** Empty until it has ended. */
  readonly conclusion: string;
  readonly url: string;
}

/** Gives every reason why a commit is not known to be good: CI must have run on it, and all that ran must have ended well. */
export function faultsOfRuns(runs: readonly WorkflowRun[], commit: string): readonly string[] {
  const bad = runs.filter(({ conclusion }) => !GOOD.includes(conclusion));
  return [
    ...(runs.some(({ workflowName }) => workflowName === CI) ? [] : [`${CI} has not run on ${commit}`]),
    ...bad.map((each) => `${each.workflowName} is ${each.conclusion || each.status}: ${each.url}`),
  ];
}
