import { setTimeout as delay } from 'node:timers/promises';
import { DeployError } from '../errors';
import { describeLock, isOwn, unlockAdvice, type StateLock } from '../infra/state-lock';
import { mayBeShown } from '../infra/terraform-output';
import { tookTooLong, type TerraformCommand, type TimeLimits } from '../infra/time-limits';
import type { Log } from '../ports';
import type { InfraSettings } from '../settings/settings';
import { run, type Exit, type RunRequest } from './process';
import type { Scratch } from './scratch';
import { ignoredVariables, terraformEnvironment } from './terraform-environment';
import { findTerraform } from './terraform-find';
import { leaveTrace, lockOwner, noteInterrupt, outputFile, removeTrace } from './terraform-trace';

const ACQUIRING = /^Acquiring state lock/;
const LOOK_MS = 2000;

export interface RunnerSetup {
  readonly settings: InfraSettings;
  readonly scratch: Scratch;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly limits: TimeLimits;
  /** Gives the lock that lies beside the state, or undefined where none does or nobody can tell. */
  readonly readLock: () => Promise<StateLock | undefined>;
}

/** Runs commands of the terraform program, each with its time limit. */
export class TerraformRunner {
  readonly #setup: RunnerSetup;
  readonly #folder: string;
  readonly #data: string;
  #program: Promise<string> | undefined;

  /** `folder` is that of the configuration, `data` that for what `init` makes. */
  constructor(setup: RunnerSetup, folder: string, data: string) {
    this.#setup = setup;
    this.#folder = folder;
    this.#data = data;
  }

  /** Runs a command whose output is logged, as far as people may see it, to its end even where this process is killed. */
  async run(
    command: TerraformCommand,
    args: readonly string[],
    onLine?: (line: string) => void,
  ): Promise<Exit> {
    const { log, scratch, settings } = this.#setup;
    const { backend } = settings;
    const start = Date.now();
    const waiting = new LockWatch(this.#setup, start);
    try {
      return await this.#start(command, args, {
        output: outputFile(scratch.folder),
        onStart: (pid) => leaveTrace(scratch.folder, { pid, command, folder: this.#folder, backend, start }),
        onLine: (line) => {
          if (mayBeShown(command, line)) log.info(line);
          waiting.see(line);
          onLine?.(line);
        },
      });
    } catch (error) {
      throw await this.#withLock(error, start);
    } finally {
      waiting.end();
      removeTrace(scratch.folder);
    }
  }

  /** Runs a command whose output is for the caller alone: JSON of plans and outputs holds secrets. */
  read(command: TerraformCommand, args: readonly string[]): Promise<Exit> {
    return this.#start(command, args, {});
  }

  async #start(
    command: TerraformCommand,
    args: readonly string[],
    more: Pick<RunRequest, 'output' | 'onStart' | 'onLine'>,
  ): Promise<Exit> {
    const { settings, scratch, log, limits } = this.#setup;
    this.#program ??= this.#find();
    const file = await this.#program;
    const late = new AbortController();
    const seconds = limits.seconds[command];
    const timer = setTimeout(() => late.abort(tookTooLong(command, seconds)), seconds * 1000);
    const signal = AbortSignal.any([this.#setup.signal, late.signal]);
    const interrupted = (): void => {
      noteInterrupt(scratch.folder);
      log.info(
        `Interrupting terraform ${command}: it stops what it can, saves the state and gives the lock back.`,
      );
    };
    signal.addEventListener('abort', interrupted, { once: true });
    try {
      return await run({
        file,
        args: [`-chdir=${this.#folder}`, ...command.split(' '), ...args],
        env: terraformEnvironment(settings, this.#data, this.#folder),
        signal,
        graceMs: limits.grace * 1000,
        ...more,
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupted);
    }
  }

  #find(): Promise<string> {
    const { settings, log, signal } = this.#setup;
    for (const name of ignoredVariables())
      log.warning(
        `${name} of the workflow is not handed on to Terraform: give what it says by this action’s inputs`,
      );
    return findTerraform(settings.terraform, log, signal);
  }

  /** What was interrupted and gave its lock not back was killed: nobody but a person can tell that the lock holds no more. */
  async #withLock(error: unknown, start: number): Promise<unknown> {
    if (!(error instanceof DeployError)) return error;
    const lock = await this.#setup.readLock();
    if (lock === undefined || !isOwn(lock, lockOwner(), start)) return error;
    const { details } = error;
    const advice = `${details.advice} The lock was not given back: ${describeLock(lock)}; ${unlockAdvice(lock)}.`;
    return new DeployError({ ...details, advice }, { cause: error });
  }
}

/** Says whose lock a command waits for, once for each owner. */
class LockWatch {
  readonly #setup: RunnerSetup;
  readonly #start: number;
  #waiting: AbortController | undefined;

  constructor(setup: RunnerSetup, start: number) {
    this.#setup = setup;
    this.#start = start;
  }

  /** Is told each line: the wait begins with one of Terraform's, and ends with the next. */
  see(line: string): void {
    this.end();
    if (!ACQUIRING.test(line)) return;
    this.#waiting = new AbortController();
    void this.#look(this.#waiting.signal);
  }

  end(): void {
    this.#waiting?.abort();
    this.#waiting = undefined;
  }

  async #look(over: AbortSignal): Promise<void> {
    const { readLock, log, limits } = this.#setup;
    let told = '';
    while (!over.aborted) {
      const lock = await readLock();
      if (lock !== undefined && lock.id !== told && !over.aborted && !isOwn(lock, lockOwner(), this.#start)) {
        told = lock.id;
        log.info(`Waiting up to ${limits.lock} s: ${describeLock(lock)}.`);
      }
      await delay(LOOK_MS, undefined, { signal: over }).catch(() => undefined);
    }
  }
}
