import type { MergedPullRequest, PullRequests } from '../../src/ports';

/** The pull requests of a repository: none is merged until a test says so. */
export class FakePullRequests implements PullRequests {
  /** By the commit that they brought. */
  readonly merged = new Map<string, readonly MergedPullRequest[]>();
  /** Those that were merged since the last apply. */
  since: readonly MergedPullRequest[] = [];
  /** The text of our comment by the number of the pull request. */
  readonly comments = new Map<number, string>();
  readonly asked: string[] = [];
  /** What every look-up throws, where it is given. */
  refusal: Error | undefined;

  editComment(
    pullRequest: number,
    marker: string,
    edit: (text: string | undefined) => string | undefined,
  ): Promise<string | undefined> {
    const text = edit(this.#comment(pullRequest, marker));
    if (text !== undefined) this.comments.set(pullRequest, text);
    const there = this.comments.has(pullRequest);
    return Promise.resolve(there ? `https://github.com/acme/wpp-bot/pull/${pullRequest}#1` : undefined);
  }

  readComment(pullRequest: number, marker: string): Promise<string | undefined> {
    return this.#answer(`comment ${pullRequest}`, this.#comment(pullRequest, marker));
  }

  mergedWith(commit: string, branch: string | undefined): Promise<readonly MergedPullRequest[]> {
    return this.#answer(`with ${commit} ${branch}`, this.merged.get(commit) ?? []);
  }

  mergedSince(before: string, commit: string): Promise<readonly MergedPullRequest[]> {
    return this.#answer(`since ${before} ${commit}`, this.since);
  }

  #comment(pullRequest: number, marker: string): string | undefined {
    const text = this.comments.get(pullRequest);
    return text?.startsWith(marker) === true ? text : undefined;
  }

  #answer<T>(question: string, answer: T): Promise<T> {
    this.asked.push(question);
    return this.refusal === undefined ? Promise.resolve(answer) : Promise.reject(this.refusal);
  }
}
