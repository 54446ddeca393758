import * as core from '@actions/core';
import type { StepName } from '../errors';
import type { Log, Progress } from '../ports';
import { inert } from '../report/inert';
import type { Warning } from '../report/report';
import type { Secrets } from './secrets';

/** GitHub shows ten warnings of a step and drops the others (docs.github.com, limits of annotations); the tenth says how many more there are. */
const MOST_ANNOTATIONS = 9;

/**
 * The log of a run. What steps that run at the same time say is one group, each line with the step's name; how a step ended stands
 * below it. Keeps the warnings for the report.
 */
export class RunLog implements Progress {
  readonly #secrets: Secrets;
  readonly #warnings: Warning[] = [];
  #running: readonly StepName[] = [];
  /** Title of the group that is open, or ''. */
  #open = '';

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
    const info = (line: string): void => {
      this.#enter(this.#running.join(' and '));
      core.info(`${step.padEnd(9)} │ ${line}`);
    };
    return {
      info: (line) => (line.trim() === '' ? undefined : info(safe(line))),
      warning: (line) => this.#warn({ step, text: safe(line) }, info),
      group: (title, lines) => {
        this.#enter(`${step}: ${safe(title)}`);
        for (const line of lines) core.info(safe(line));
        this.#enter('');
      },
    };
  }

  begin(step: StepName): void {
    this.#running = [...this.#running, step];
  }

  end(step: StepName, verdict: string): void {
    this.#running = this.#running.filter((other) => other !== step);
    this.#enter('');
    core.info(verdict);
  }

  /** Ends the run: says how many warnings are no annotations. */
  close(): void {
    const left = this.#warnings.length - MOST_ANNOTATIONS;
    if (left > 0) core.warning(`${left} more warnings are in the log and in the job summary`);
  }

  /** Groups do not nest: one ends where another begins. */
  #enter(title: string): void {
    if (title === this.#open) return;
    if (this.#open !== '') core.endGroup();
    if (title !== '') core.startGroup(title);
    this.#open = title;
  }

  #warn(warning: Warning, info: (line: string) => void): void {
    const { step, text } = warning;
    if (this.#warnings.some((other) => other.step === step && other.text === text)) return;
    this.#warnings.push(warning);
    if (this.#warnings.length > MOST_ANNOTATIONS) return info(`warning: ${text}`);
    this.#enter('');
    core.warning(`${step}: ${text}`);
  }
}
