import { commentMarker, isShownAt, readRecord, showPlan, type ShownPlan } from '../comment-record';
import { DeployError } from '../errors';
import { keyedDigest, type KeyedDigest } from '../keyed-digest';
import type { Log, MergedPullRequest, PullRequests } from '../ports';
import type { InfraSettings, ReviewSettings } from '../settings/settings';
import type { PlanSummary } from './plan';
import { digestPlan, type PlanDigest } from './plan-digest';

export interface ReviewPorts {
  readonly pullRequests: PullRequests;
  readonly log: Log;
}

/** Ties a plan to what was seen of it in a pull request. */
export interface PlanReview {
  /**
   * Gives what the comment of the previewed pull request is to hold of a plan, given as Terraform's JSON without the resources in
   * `leftOut`; without one, of a plan that changes nothing. Undefined where no pull request is previewed.
   */
  shown(json?: unknown, leftOut?: readonly string[]): Promise<ShownPlan | undefined>;
  /**
   * Sees to it that all that a plan would change stood in the comment of the merged pull request, or of one that was merged
   * since the last apply. What stood there and is not needed any more does not matter. Throws DeployError.
   */
  demand(
    summary: PlanSummary,
    json: unknown,
    appliedCommit: string | undefined,
    ports: ReviewPorts,
  ): Promise<void>;
}

/** Gives the review of the plan of a commit. */
export async function planReview(
  { review, stateSecretKey, linodeToken }: Pick<InfraSettings, 'review' | 'stateSecretKey' | 'linodeToken'>,
  commit: string,
): Promise<PlanReview> {
  // Where the state is local, the token is the secret that preview and deploy have in common.
  const digest = await keyedDigest(stateSecretKey || linodeToken);
  const { environment, pullRequest } = review;
  return {
    async shown(json, leftOut) {
      if (pullRequest === undefined) return undefined;
      const where = { environment, pullRequest, head: commit };
      return showPlan(await digestPlan(json, digest, leftOut), where, digest);
    },
    async demand(summary, json, appliedCommit, ports) {
      if (review.demand === 'none') return;
      const digests = await digestPlan(json, digest);
      if (digests.size === 0) return;
      await compare({ summary, digests, commit, appliedCommit }, { review, digest, ...ports });
    },
  };
}

/** The plan that is about to be applied. */
interface FreshPlan {
  readonly summary: PlanSummary;
  readonly digests: PlanDigest;
  readonly commit: string;
  /** The commit of the last successful apply, where there was one. */
  readonly appliedCommit: string | undefined;
}

interface Around extends ReviewPorts {
  readonly review: ReviewSettings;
  readonly digest: KeyedDigest;
}

/** What the comment of a pull request shows. */
interface Shown {
  readonly digests: readonly string[];
  /** Why what it shows does not count. */
  readonly problem?: string;
}

async function compare(plan: FreshPlan, around: Around): Promise<void> {
  const { commit, appliedCommit } = plan;
  const { review, pullRequests, log } = around;
  const own = await known(() => pullRequests.mergedWith(commit, review.branch));
  if (own.length === 0) return unshown(`commit ${short(commit)} came by no pull request`, around);
  const shown = await allShown(own, around);
  if (shown.length === 0) return unshown(`${named(own)} has no comment with a plan`, around);
  if (missingFrom(shown, plan).length === 0) return log.info(`The plan is as ${named(own)} shows it.`);

  // A run that waits is replaced by a newer one, which then has the changes of both.
  const since =
    appliedCommit === undefined
      ? []
      : await known(() => pullRequests.mergedSince(appliedCommit, commit, review.branch));
  const earlier = since.filter(({ number }) => own.every((pull) => pull.number !== number));
  const all = [...shown, ...(await allShown(earlier, around))];
  const missing = missingFrom(all, plan);
  if (missing.length > 0) throw notReviewed(missing, all, [...own, ...earlier], plan);
  log.info(`The plan is as ${named([...own, ...earlier])} show it together.`);
}

/** Gives what those of the pull requests show that have a comment. */
async function allShown(pulls: readonly MergedPullRequest[], around: Around): Promise<readonly Shown[]> {
  const shown = await known(() => Promise.all(pulls.map((pull) => shownIn(pull, around))));
  return shown.filter((each) => each !== undefined);
}

async function shownIn(
  { number, head }: MergedPullRequest,
  { review: { environment }, digest, pullRequests }: Around,
): Promise<Shown | undefined> {
  const comment = await pullRequests.readComment(number, commentMarker(environment));
  if (comment === undefined) return undefined;
  const record = readRecord(comment);
  const none = (problem: string): Shown => ({ digests: [], problem: `pull request ${number} ${problem}` });
  if (record?.plan === undefined) return none('shows no plan, since its preview failed or made none');
  if (record.head !== head)
    return none(`shows the plan of commit ${short(record.head)}, but ${short(head)} was merged`);
  const where = { environment, pullRequest: number, head };
  if (!(await isShownAt(record.plan, where, digest)))
    return none('has a comment that was changed, or was made with another state-secret-key');
  return record.plan;
}

/** Gives the addresses of the changes that are shown nowhere. */
function missingFrom(shown: readonly Shown[], { digests }: FreshPlan): readonly string[] {
  const reviewed = new Set(shown.flatMap((each) => each.digests));
  return [...digests].flatMap(([address, digest]) => (reviewed.has(digest) ? [] : [address]));
}

function unshown(reason: string, { review, log }: Around): void {
  if (review.demand === 'shown') return log.info(`The plan is applied as it is: ${reason}.`);
  throw new DeployError({
    code: 'infra-plan-not-reviewed',
    cause: `${reason}, and plan-review is required`,
    advice: 'Let the change come by a pull request whose comment shows the plan; nothing was changed.',
  });
}

function notReviewed(
  addresses: readonly string[],
  shown: readonly Shown[],
  pulls: readonly MergedPullRequest[],
  { summary }: FreshPlan,
): DeployError {
  const problems = shown.flatMap(({ problem }) => problem ?? []);
  const why = problems.length === 0 ? '' : ` (${problems.join('; ')})`;
  return new DeployError({
    code: 'infra-plan-not-reviewed',
    cause: `the plan would change what ${named(pulls)} did not show: ${addresses.join(', ')}${why}`,
    advice:
      'Look at the lines below. To apply them as they are, run the workflow by hand; else mend the difference or open another pull request. Nothing was changed.',
    evidence: summary.changes
      .filter(({ address }) => addresses.includes(address))
      .flatMap(({ address, action, attributes }) => [
        `${address}: ${action}`,
        ...attributes.map(
          ({ path, before = 'nothing', after = 'nothing' }) => `${address}: ${path}: ${before} → ${after}`,
        ),
      ]),
  });
}

/** What cannot be looked up counts as not reviewed: the run stops. */
async function known<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof DeployError) || error.details.code !== 'github-refused') throw error;
    const { details } = error;
    const cause = `whether the plan was reviewed cannot be told: ${details.cause}`;
    throw new DeployError({ ...details, cause }, { cause: error });
  }
}

function named(pulls: readonly MergedPullRequest[]): string {
  const numbers = pulls.map(({ number }) => number);
  return `pull request${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')}`;
}

function short(commit: string): string {
  return commit.slice(0, 12);
}
