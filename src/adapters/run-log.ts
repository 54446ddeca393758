import * as core from '@actions/core';
import type { StepName } from '../errors';
import type { Log } from '../ports';
import { inert } from '../report/inert';
import type { Warning } from '../report/report';
import type { Secrets } from './secrets';

/** GitHub shows ten warnings of a step and drops the others (docs.github.com, limits of annotations); the tenth says how many more there are. */
const MOST_ANNOTATIONS = 9;

/** The log of a run, each line with the step's name, since steps run side by side. Keeps the warnings for the report. */
export class RunLog {
  readonly #secrets: Secrets;
  readonly #warnings: Warning[] = [];

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /** What was warned of so far, each once. */
  get warnings(): readonly Warning[] {
    return [...this.#warnings];
  }

  /** Gives the log of a step. */
  of(step: StepName): Log {
    const safe = (line: string): string => inert(this.#secrets.redact(line));
    const info = (line: string): void => core.info(`${step.padEnd(9)} │ ${line}`);
    return {
      info: (line) => (line.trim() === '' ? undefined : info(safe(line))),
      warning: (line) => this.#warn({ step, text: safe(line) }, info),
      group: (title, lines) => {
        core.startGroup(`${step}: ${safe(title)}`);
        for (const line of lines) core.info(safe(line));
        core.endGroup();
      },
    };
  }

  /** Ends the run: says how many warnings are no annotations. */
  end(): void {
    const left = this.#warnings.length - MOST_ANNOTATIONS;
    if (left > 0) core.warning(`${left} more warnings are in the log and in the job summary`);
  }

  #warn(warning: Warning, info: (line: string) => void): void {
    const { step, text } = warning;
    if (this.#warnings.some((other) => other.step === step && other.text === text)) return;
    this.#warnings.push(warning);
    if (this.#warnings.length <= MOST_ANNOTATIONS) core.warning(`${step}: ${text}`);
    else info(`warning: ${text}`);
  }
}
