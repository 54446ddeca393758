import { getOctokit } from '@actions/github';
import pRetry from 'p-retry';
import { messageOf } from '../errors';
import { at, textAt } from '../json';
import type { Log, PullRequests } from '../ports';

const RETRIES = 2;
const TIMEOUT_MS = 15_000;

type Octokit = ReturnType<typeof getOctokit>;

/** Writes comments with the job's token. A token that may not write is told in the log and is no failure. */
export class GitHubPullRequests implements PullRequests {
  readonly #octokit: Octokit;
  readonly #repository: { readonly owner: string; readonly repo: string };
  readonly #log: Log;

  constructor(token: string, owner: string, repository: string, log: Log, signal: AbortSignal) {
    const patient: typeof fetch = (input, init) =>
      fetch(input, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
    this.#octokit = getOctokit(token, { request: { fetch: patient } });
    this.#repository = { owner, repo: repository };
    this.#log = log;
  }

  async upsertComment(pullRequest: number, marker: string, body: string): Promise<string | undefined> {
    try {
      return await pRetry(() => this.#upsert(pullRequest, marker, body), {
        retries: RETRIES,
        minTimeout: 500,
        shouldRetry: ({ error }) => statusOf(error) === undefined || Number(statusOf(error)) >= 500,
      });
    } catch (error) {
      const may = [401, 403, 404].includes(Number(statusOf(error)));
      const advice = may
        ? 'Give the job `permissions: pull-requests: write`; a pull request from a fork cannot have it.'
        : 'What it would have said is in the job summary.';
      this.#log.warning(
        `The comment on pull request ${pullRequest} could not be written: ${messageOf(error)}. ${advice}`,
      );
      return undefined;
    }
  }

  async #upsert(pullRequest: number, marker: string, body: string): Promise<string> {
    const existing = await this.#find(pullRequest, marker);
    const { data } =
      existing === undefined
        ? await this.#octokit.rest.issues.createComment({
            ...this.#repository,
            issue_number: pullRequest,
            body,
          })
        : await this.#octokit.rest.issues.updateComment({ ...this.#repository, comment_id: existing, body });
    return data.html_url;
  }

  /** Only a comment of our own account counts: anybody can write the marker. */
  async #find(pullRequest: number, marker: string): Promise<number | undefined> {
    const author = textAt(await this.#octokit.graphql('query { viewer { login } }'), 'viewer', 'login');
    const pages = this.#octokit.paginate.iterator(this.#octokit.rest.issues.listComments, {
      ...this.#repository,
      issue_number: pullRequest,
      per_page: 100,
    });
    for await (const { data } of pages) {
      const own = data.find(
        (comment) => comment.user?.login === author && comment.body?.startsWith(marker) === true,
      );
      if (own !== undefined) return own.id;
    }
    return undefined;
  }
}

/** Gives the status that GitHub answered with, or undefined where it did not answer. */
function statusOf(error: unknown): unknown {
  return at(error, 'status');
}
