import type { Issue, Issues, IssueText } from '../ports';
import type { GitHubApi, Octokit } from './github-api';

const PAGE = 100;
const ADVICE = 'Give the job `permissions: issues: write`.';

/** Reads and writes the issues of our own account. */
export class GitHubIssues implements Issues {
  readonly #api: GitHubApi;

  constructor(api: GitHubApi) {
    this.#api = api;
  }

  /** Only an issue of our own account counts: anybody can write the marker. */
  find(marker: string): Promise<Issue | undefined> {
    return this.#ask('the issues', async (octokit) => {
      const creator = await this.#api.login(octokit);
      const pages = octokit.paginate.iterator(octokit.rest.issues.listForRepo, {
        ...this.#api.repository,
        ...{ state: 'all', creator, per_page: PAGE },
      });
      for await (const { data } of pages) {
        const own = data.find(
          ({ user, body, pull_request: pull }) =>
            user?.login === creator && pull === undefined && body?.startsWith(marker) === true,
        );
        if (own !== undefined) return { number: own.number, open: own.state === 'open' };
      }
      return undefined;
    });
  }

  open({ title, body }: IssueText): Promise<string> {
    return this.#ask('a new issue', async (octokit) => {
      const { data } = await octokit.rest.issues.create({ ...this.#api.repository, title, body });
      return data.html_url;
    });
  }

  rewrite(number: number, { title, body }: IssueText): Promise<string> {
    return this.#ask(`issue ${number}`, async (octokit) => {
      const place = { ...this.#api.repository, issue_number: number };
      const { data } = await octokit.rest.issues.update({ ...place, title, body, state: 'open' });
      return data.html_url;
    });
  }

  async close(number: number, comment: string): Promise<void> {
    const place = { ...this.#api.repository, issue_number: number };
    await this.#ask(`issue ${number}`, (octokit) =>
      octokit.rest.issues.createComment({ ...place, body: comment }),
    );
    await this.#ask(`issue ${number}`, (octokit) =>
      octokit.rest.issues.update({ ...place, state: 'closed', state_reason: 'completed' }),
    );
  }

  #ask<T>(what: string, work: (octokit: Octokit) => Promise<T>): Promise<T> {
    return this.#api.ask(what, work, ADVICE);
  }
}
