import { messageOf } from '../errors';
import type { Log, MergedPullRequest, PullRequests } from '../ports';
import { statusOf, type GitHubApi, type Octokit } from './github-api';

const PAGE = 100;
const ADVICE =
  'Give the job `permissions: pull-requests: write` and `contents: read`, and run it again; a run by hand asks for no review.';

const MAY_NOT =
  'Give the job `permissions: pull-requests: write`; a pull request from a fork or from Dependabot cannot have it.';
/** What to do about a comment that GitHub refused, by the status of its answer. */
const COMMENT_ADVICE: Readonly<Record<number, string>> = {
  401: 'GitHub does not know the token in github-token: leave the input out to use the job’s own, or give one that has not expired.',
  403: MAY_NOT,
  404: MAY_NOT,
};

interface Comment {
  readonly id: number;
  readonly url: string;
  readonly text: string;
}

/** Reads pull requests and their comments, and writes ours. A token that may not write is told in the log and is no failure. */
export class GitHubPullRequests implements PullRequests {
  readonly #api: GitHubApi;
  readonly #log: Log;

  constructor(api: GitHubApi, log: Log) {
    this.#api = api;
    this.#log = log;
  }

  async editComment(
    pullRequest: number,
    marker: string,
    edit: (text: string | undefined) => string | undefined,
  ): Promise<string | undefined> {
    try {
      return await this.#edit(pullRequest, marker, edit);
    } catch (error) {
      const advice = COMMENT_ADVICE[statusOf(error) ?? 0] ?? 'What it would have said is in the job summary.';
      this.#log.warning(
        `The comment on pull request ${pullRequest} could not be written: ${messageOf(error)}. ${advice}`,
      );
      return undefined;
    }
  }

  readComment(pullRequest: number, marker: string): Promise<string | undefined> {
    return this.#ask(`the comments of pull request ${pullRequest}`, async (octokit) => {
      const comment = await this.#find(octokit, pullRequest, marker);
      return comment?.text;
    });
  }

  mergedWith(commit: string, branch: string | undefined): Promise<readonly MergedPullRequest[]> {
    return this.#ask(`the pull requests of commit ${commit}`, async (octokit) => {
      const { data } = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({
        ...this.#api.repository,
        commit_sha: commit,
        per_page: PAGE,
      });
      // The commit that merged it is not to be relied on: GitHub may leave it out.
      return data
        .filter(({ merged_at: at, base }) => at !== null && (branch === undefined || base.ref === branch))
        .map(({ number, head }) => ({ number, head: head.sha }));
    });
  }

  async mergedSince(
    before: string,
    commit: string,
    branch: string | undefined,
  ): Promise<readonly MergedPullRequest[]> {
    const commits = await this.#commitsBetween(before, commit);
    if (commits.size === 0) return [];
    return this.#ask('the pull requests that were merged', async (octokit) => {
      // Of more than a page of merges since the last apply the older ones count as not seen.
      const { data } = await octokit.rest.pulls.list({
        ...this.#api.repository,
        state: 'closed',
        sort: 'updated',
        direction: 'desc',
        per_page: PAGE,
        ...(branch === undefined ? {} : { base: branch }),
      });
      return data
        .filter(({ merged_at: at, merge_commit_sha: sha }) => at !== null && commits.has(sha ?? ''))
        .map(({ number, head }) => ({ number, head: head.sha }));
    });
  }

  /** Gives the commits that `commit` has and `before` has not; none where GitHub does not know one of them any more. */
  #commitsBetween(before: string, commit: string): Promise<ReadonlySet<string>> {
    return this.#ask(`the commits since ${before}`, async (octokit) => {
      const found = new Set<string>();
      const request = { ...this.#api.repository, basehead: `${before}...${commit}`, per_page: PAGE };
      try {
        for (let page = 1; ; page += 1) {
          const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ ...request, page });
          for (const { sha } of data.commits) found.add(sha);
          if (data.commits.length < PAGE) return found;
        }
      } catch (error) {
        if (statusOf(error) === 404) return new Set<string>();
        throw error;
      }
    });
  }

  #ask<T>(what: string, work: (octokit: Octokit) => Promise<T>): Promise<T> {
    return this.#api.ask(what, work, ADVICE);
  }

  async #edit(
    pullRequest: number,
    marker: string,
    edit: (text: string | undefined) => string | undefined,
  ): Promise<string | undefined> {
    return this.#api.call(async (octokit) => {
      const { repository } = this.#api;
      const existing = await this.#find(octokit, pullRequest, marker);
      const body = edit(existing?.text);
      if (body === undefined || body === existing?.text) return existing?.url;
      const { data } =
        existing === undefined
          ? await octokit.rest.issues.createComment({ ...repository, issue_number: pullRequest, body })
          : await octokit.rest.issues.updateComment({ ...repository, comment_id: existing.id, body });
      return data.html_url;
    });
  }

  /** Only a comment of our own account counts: anybody can write the marker. */
  async #find(octokit: Octokit, pullRequest: number, marker: string): Promise<Comment | undefined> {
    const author = await this.#api.login(octokit);
    const pages = octokit.paginate.iterator(octokit.rest.issues.listComments, {
      ...this.#api.repository,
      issue_number: pullRequest,
      per_page: PAGE,
    });
    for await (const { data } of pages) {
      const own = data.find(({ user, body }) => user?.login === author && body?.startsWith(marker) === true);
      if (own !== undefined) return { id: own.id, url: own.html_url, text: own.body ?? '' };
    }
    return undefined;
  }
}
