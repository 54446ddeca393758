import { causeOf, type CauseName } from './causes';
import type { Finding } from './finding';

/** Counts for one workload how long each cause has been there without a break. */
export class Patience {
  readonly #since = new Map<CauseName, number>();

  /**
   * Gives the finding whose patience is over at `now` (milliseconds), if any; it has to be told of each look. `leaving`:
   * pods are on their way out, which may cure some causes. `least`: seconds that each cause gets at least.
   */
  over(
    findings: readonly Finding[],
    now: number,
    { leaving, least }: { readonly leaving: boolean; readonly least: number },
  ): Finding | undefined {
    const there = new Set(findings.map(({ cause }) => cause));
    for (const cause of this.#since.keys()) if (!there.has(cause)) this.#since.delete(cause);
    for (const cause of there) {
      if (!this.#since.has(cause) || (leaving && causeOf(cause).untilOthersLeft === true))
        this.#since.set(cause, now);
    }
    return findings.find(({ cause, trying = false }) => {
      if (trying) return false;
      const patience = Math.max(causeOf(cause).patience, least);
      return now - (this.#since.get(cause) ?? now) >= patience * 1000;
    });
  }

  /** Lets each cause start anew, where for a while nothing could be seen. */
  forget(): void {
    this.#since.clear();
  }
}
