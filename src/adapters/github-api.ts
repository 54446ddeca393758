import { getOctokit } from '@actions/github';
import pRetry, { AbortError } from 'p-retry';
import { DeployError, messageOf } from '../errors';
import { at, textAt } from '../json';
import type { Clock } from '../ports';

const RETRIES = 2;
const TIMEOUT_MS = 15_000;
/** GitHub asks to wait this long where it limits a caller without saying for how long (docs.github.com, rate limits of the REST API). */
const LIMITED_MS = 60_000;
/** A longer wait than this is not worth it. */
const LONGEST_WAIT_MS = 90_000;

export type Octokit = ReturnType<typeof getOctokit>;

export interface GitHubAccess {
  readonly token: string;
  readonly owner: string;
  readonly repository: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** GitHub's API for one repository, with the job's token. */
export class GitHubApi {
  readonly repository: { readonly owner: string; readonly repo: string };
  readonly #access: GitHubAccess;
  #octokit: Octokit | undefined;
  #login: string | undefined;

  constructor(access: GitHubAccess) {
    this.#access = access;
    this.repository = { owner: access.owner, repo: access.repository };
  }

  /** Does a call, and again where what it failed for passes. Throws what the last try threw. */
  async call<T>(work: (octokit: Octokit) => Promise<T>): Promise<T> {
    const { signal, clock } = this.#access;
    return pRetry(() => work(this.#client()), {
      retries: RETRIES,
      minTimeout: 500,
      signal,
      shouldRetry: ({ error }) => mayPass(error, clock),
      onFailedAttempt: async ({ error, retriesLeft }) => {
        const wait = askedWait(error, clock);
        if (retriesLeft > 0 && wait !== undefined && wait <= LONGEST_WAIT_MS) await clock.sleep(wait);
      },
    });
  }

  /** As call(), but throws DeployError, which says for `what` GitHub was asked, and gives the advice. */
  async ask<T>(what: string, work: (octokit: Octokit) => Promise<T>, advice: string): Promise<T> {
    try {
      return await this.call(work);
    } catch (error) {
      this.#access.signal.throwIfAborted();
      const status = statusOf(error);
      const answer = status === undefined ? 'did not answer' : `answered ${status}`;
      throw new DeployError(
        {
          code: 'github-refused',
          cause: `GitHub ${answer} for ${what}: ${messageOf(error)}`,
          advice,
        },
        { cause: error },
      );
    }
  }

  /** Gives the account that the token speaks for, such as `github-actions[bot]`. Throws. */
  async login(octokit: Octokit): Promise<string> {
    this.#login ??= textAt(await octokit.graphql('query { viewer { login } }'), 'viewer', 'login');
    return this.#login;
  }

  #client(): Octokit {
    const { token, signal } = this.#access;
    if (token === '') throw new AbortError('the input github-token is empty');
    const patient: typeof fetch = (input, init) =>
      fetch(input, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
    this.#octokit ??= getOctokit(token, { request: { fetch: patient } });
    return this.#octokit;
  }
}

/** Gives the status that GitHub answered with, or undefined where it did not answer. */
export function statusOf(error: unknown): number | undefined {
  const status = at(error, 'status');
  return typeof status === 'number' ? status : undefined;
}

function mayPass(error: unknown, clock: Clock): boolean {
  const wait = askedWait(error, clock);
  if (wait !== undefined) return wait <= LONGEST_WAIT_MS;
  const status = statusOf(error);
  return status === undefined || status >= 500;
}

/** Gives how many milliseconds GitHub wants to be left alone, where it limits the caller; a 403 for want of a right has none of its signs. */
function askedWait(error: unknown, clock: Clock): number | undefined {
  const status = statusOf(error);
  if (status !== 403 && status !== 429) return undefined;
  const header = (name: string): string => textAt(error, 'response', 'headers', name);
  const seconds = Number.parseInt(header('retry-after'));
  if (!Number.isNaN(seconds)) return seconds * 1000;
  if (header('x-ratelimit-remaining') === '0') {
    return Math.max(0, Number.parseInt(header('x-ratelimit-reset')) * 1000 - clock.now());
  }
  return status === 429 || /secondary rate limit/i.test(messageOf(error)) ? LIMITED_MS : undefined;
}
