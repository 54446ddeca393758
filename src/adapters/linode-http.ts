import pRetry, { AbortError } from 'p-retry';
import { DeployError, messageOf } from '../errors';
import { at, numberAt, textAt } from '../json';
import type { Clock, Log } from '../ports';
import { refused } from './linode-refusal';

const API = 'https://api.linode.com/v4';
const TIMEOUT_MS = 20_000;
const PATIENCE_MS = 2 * 60_000;
/** How often a lost connection is tried again: a name that does not resolve will not in a minute either. */
const RECONNECTS = 3;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** What the provider of Terraform obeys of a Retry-After at most. */
const LONGEST_RETRY_AFTER_MS = 30_000;

/** Asks for the largest page that Linode gives: few lists have a second one. */
export const LARGEST_PAGE = 'page_size=500';

/** An answer whose body is read. */
export interface LinodeAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined where it is no JSON, as a proxy's page. */
  readonly body: unknown;
  /** What Linode says of an error, or ''. */
  readonly reason: string;
}

interface LinodeCall {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object | undefined;
}

/** An answer by which the API asks for patience. */
class Busy extends Error {
  readonly answer: LinodeAnswer;

  constructor(answer: LinodeAnswer) {
    super(`answered ${answer.status}`);
    this.answer = answer;
  }
}

/** Asks Linode's API v4, politely: https://techdocs.akamai.com/linode-api/reference/rate-limits */
export class LinodeHttp {
  readonly #token: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #signal: AbortSignal;

  constructor(token: string, clock: Clock, log: Log, signal: AbortSignal) {
    this.#token = token;
    this.#clock = clock;
    this.#log = log;
    this.#signal = signal;
  }

  /**
   * Gives the answer to a GET; `what` names it for people. Asks again while Linode is busy and where the connection is lost. Throws
   * DeployError where there is no answer within `patience` milliseconds, or Linode is under maintenance.
   */
  async get(
    path: string,
    what: string,
    { headers = {}, patience = PATIENCE_MS }: { headers?: Record<string, string>; patience?: number } = {},
  ): Promise<LinodeAnswer> {
    return this.#patiently({ method: 'GET', path, headers }, what, patience);
  }

  /** Gives the entries of every page of a list, asked for as patiently as by get(). Throws DeployError, also where it is no list. */
  async list(
    path: string,
    what: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await this.get(page === 1 ? path : withPage(path, page), what, { headers });
      const list = answer.status === 200 ? at(answer.body, 'data') : undefined;
      // A page of a proxy must not pass for "there is none": that would make a second one.
      if (!Array.isArray(list)) throw refused(answer, what);
      found.push(...(list as readonly unknown[]));
      if (page >= numberAt(answer.body, 'pages')) return found;
    }
  }

  /** Sends what may be sent twice, as patiently as get(). Throws DeployError. */
  async send(method: 'PUT' | 'DELETE', path: string, what: string, body?: object): Promise<LinodeAnswer> {
    const headers = { 'content-type': 'application/json' };
    return this.#patiently({ method, path, headers, body }, what, PATIENCE_MS);
  }

  async #patiently(call: LinodeCall, what: string, patience: number): Promise<LinodeAnswer> {
    const start = this.#clock.now();
    let told = '';
    try {
      return await pRetry(() => this.#once(call, what), {
        retries: Infinity,
        minTimeout: 0,
        signal: this.#signal,
        onFailedAttempt: async ({ error, attemptNumber }) => {
          const pause = pauseAfter(error, attemptNumber);
          if (!(error instanceof Busy) && attemptNumber > RECONNECTS) throw error;
          if (this.#clock.now() + pause - start > patience) throw error;
          const says = saidBy(error);
          if (says !== told) this.#log.info(`Linode ${says} for ${what}: asking again.`);
          told = says;
          await this.#clock.sleep(pause);
        },
      });
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof DeployError) throw error;
      throw unavailable(error, what, Math.round((this.#clock.now() - start) / 1000));
    }
  }

  async #once({ method, path, headers, body: sent }: LinodeCall, what: string): Promise<LinodeAnswer> {
    const response = await fetch(`${API}${path}`, {
      method,
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
      headers: { authorization: `Bearer ${this.#token}`, accept: 'application/json', ...headers },
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const body = await response.text().then(parsed);
    const answer = {
      status: response.status,
      headers: response.headers,
      body,
      reason: textAt(body, 'errors', 0, 'reason'),
    };
    if (answer.status === 503 && answer.headers.has('x-maintenance-mode'))
      throw new AbortError(underMaintenance(what));
    if (isBusy(answer)) throw new Busy(answer);
    return answer;
  }
}

function withPage(path: string, page: number): string {
  return `${path}${path.includes('?') ? '&' : '?'}page=${page}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBusy({ status, reason }: LinodeAnswer): boolean {
  return status === 408 || status === 429 || status >= 500 || (status === 400 && reason === 'Linode busy.');
}

/** Gives milliseconds: what the server asks for, else longer from time to time. */
function pauseAfter(error: Error, attempt: number): number {
  const asked = error instanceof Busy ? Number(error.answer.headers.get('retry-after') ?? '') : 0;
  if (asked > 0) return Math.min(asked * 1000, LONGEST_RETRY_AFTER_MS);
  return Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
}

function saidBy(error: unknown): string {
  if (error instanceof Busy) {
    const { status, reason } = error.answer;
    return `answered ${status}${reason === '' ? '' : ` (${reason})`}`;
  }
  return `did not answer (${error instanceof Error ? messageOf(error.cause ?? error) : messageOf(error)})`;
}

function unavailable(error: unknown, what: string, seconds: number): DeployError {
  return new DeployError(
    {
      code: 'linode-unavailable',
      cause: `Linode ${saidBy(error)} for ${what}, and after ${seconds} s still so`,
      advice: adviceFor(error),
    },
    { cause: error },
  );
}

function adviceFor(error: unknown): string {
  const { status, reason } = error instanceof Busy ? error.answer : { status: 0, reason: '' };
  if (status === 429)
    return 'Something else uses up the account’s limit of requests: find out what, or run the job again later.';
  if (reason.includes('not yet available'))
    return 'Linode is still making it: run the job again in some minutes; where it stays so, look at the cluster in the Cloud Manager.';
  return 'Look at https://status.linode.com and run the job again.';
}

function underMaintenance(what: string): DeployError {
  return new DeployError({
    code: 'linode-unavailable',
    cause: `Linode’s API is under maintenance: it did not answer for ${what}`,
    advice: 'Run the job again when it is over: https://status.linode.com says when.',
  });
}
