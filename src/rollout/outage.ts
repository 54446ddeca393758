import { DeployError } from '../errors';
import type { Clock, Log } from '../ports';

/** How long the API server may be away: longer than one takes to start again. */
const LONGEST_MS = 60_000;

/** Bears an API server that is away for a while, and says so once. */
export class Outage {
  readonly #clock: Clock;
  readonly #log: Log;
  #lastAnswer: number;
  #told = false;

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.#log = log;
    this.#lastAnswer = clock.now();
  }

  /** Notes that the server answered. */
  answered(): void {
    this.#lastAnswer = this.#clock.now();
    if (this.#told) this.#log.info('the API server answers again');
    this.#told = false;
  }

  /** Throws `error` unless it says that the server is away, and it has not been for too long. */
  bear(error: unknown): void {
    const isAway = error instanceof DeployError && error.details.code === 'cluster-unreachable';
    if (!isAway || this.#clock.now() - this.#lastAnswer >= LONGEST_MS) throw error;
    if (!this.#told)
      this.#log.warning(
        `${error.details.cause}; the rollout goes on without us, and is looked at again for up to ${LONGEST_MS / 1000} s`,
      );
    this.#told = true;
  }
}
