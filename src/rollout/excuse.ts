import { isCrash } from './causes';
import type { Finding } from './finding';

/** Of one workload: what its containers did while another workload was still starting does not count, as they may have needed that. */
export class Excuse {
  /** How often each container had been started by then. */
  readonly #started = new Map<string, number>();

  /** Gives a finding, marked where it does not count. `starting` is the name of another workload that is, if any. */
  apply(finding: Finding, starting: string | undefined): Finding {
    const { cause, runs, logsOf } = finding;
    if (!isCrash(cause) || runs === undefined || logsOf === undefined) return finding;
    const { container } = logsOf;
    if (starting !== undefined) {
      this.#started.set(container, runs.started);
      return { ...finding, trying: true, text: `${finding.text}; ${starting} is still starting` };
    }
    return runs.ended > (this.#started.get(container) ?? 0) ? finding : { ...finding, trying: true };
  }
}
