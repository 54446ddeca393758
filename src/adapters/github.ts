import { getOctokit } from '@actions/github';
import { messageOf } from '../errors';
import { textAt } from '../json';
import type { Log, PullRequests } from '../ports';

type Octokit = ReturnType<typeof getOctokit>;

/** Writes comments with the job's token. A token that may not write is told in the log and is no failure. */
export class GitHubPullRequests implements PullRequests {
  readonly #octokit: Octokit;
  readonly #repository: { readonly owner: string; readonly repo: string };
  readonly #log: Log;

  constructor(token: string, owner: string, repository: string, log: Log) {
    this.#octokit = getOctokit(token);
    this.#repository = { owner, repo: repository };
    this.#log = log;
  }

  async upsertComment(pullRequest: number, marker: string, body: string): Promise<string | undefined> {
    try {
      const existing = await this.#find(pullRequest, marker);
      const { data } =
        existing === undefined
          ? await this.#octokit.rest.issues.createComment({
              ...this.#repository,
              issue_number: pullRequest,
              body,
            })
          : await this.#octokit.rest.issues.updateComment({
              ...this.#repository,
              comment_id: existing,
              body,
            });
      return data.html_url;
    } catch (error) {
      this.#log.warning(
        `The comment on pull request ${pullRequest} could not be written: ${messageOf(error)}. Give the job \`permissions: pull-requests: write\`; a pull request from a fork cannot have it.`,
      );
      return undefined;
    }
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
