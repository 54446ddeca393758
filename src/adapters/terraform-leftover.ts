import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorDetails } from '../errors';
import { describeLock, isOwn, unlockAdvice } from '../infra/state-lock';
import { explainLostState } from '../infra/terraform-failure';
import { mayBeShown } from '../infra/terraform-output';
import type { Log } from '../ports';
import { inert } from '../report/inert';
import { readLockFile } from './state-lock';
import { rescueState } from './state-rescue';
import {
  lockOwner,
  noteInterrupt,
  outputFile,
  readTrace,
  wasInterrupted,
  type TerraformTrace,
} from './terraform-trace';

/** The runner gives the steps after a cancelled one five minutes. */
const PATIENCE_MS = 4 * 60_000;
const INTERVAL_MS = 200;
const SHOWN_LINES = 20;

export interface StateKeys {
  readonly stateAccessKey: string;
  readonly stateSecretKey: string;
}

/**
 * Ends what a run that was killed has left of Terraform: it is interrupted once, unless it was already, and waited for, so that it
 * saves its state and gives its lock back. Gives what people must know; undefined where no Terraform ran.
 */
export async function endLeftTerraform(
  scratch: string,
  keys: StateKeys,
  log: Log,
): Promise<ErrorDetails | undefined> {
  const trace = readTrace(scratch);
  if (trace === undefined) return undefined;
  const isAlive = (): boolean => runsFor(scratch, trace.pid);
  if (isAlive()) {
    log.info(`The run was killed, and terraform ${trace.command} goes on: it is ended and waited for.`);
    if (!wasInterrupted(scratch)) process.kill(trace.pid, 'SIGINT');
    noteInterrupt(scratch);
    for (let waited = 0; isAlive() && waited < PATIENCE_MS; waited += INTERVAL_MS) await delay(INTERVAL_MS);
  }
  const output = existsSync(outputFile(scratch)) ? readFileSync(outputFile(scratch), 'utf8') : '';
  const lines = output.split('\n').filter((line) => line.trim() !== '' && mayBeShown(trace.command, line));
  for (const line of lines.slice(-SHOWN_LINES)) log.info(inert(line));
  return explain(trace, isAlive(), keys);
}

async function explain(trace: TerraformTrace, alive: boolean, keys: StateKeys): Promise<ErrorDetails> {
  const { command, folder, backend, start } = trace;
  const killed: ErrorDetails = {
    code: 'cancelled',
    cause: `the run was killed during terraform ${command}, which ${alive ? 'still goes on' : 'has ended since'}`,
    advice: 'Run it again: it goes on from what is there.',
  };
  // Pushing it again is left to people: this step may be killed at any moment too.
  const rescue =
    alive || keys.stateSecretKey === ''
      ? undefined
      : await rescueState(folder, keys.stateSecretKey, () => Promise.resolve(false), AbortSignal.abort());
  if (rescue?.saved === false) return explainLostState(killed, rescue.sealed);
  const lock = await readLockFile({ backend, ...keys });
  if (lock === undefined || !isOwn(lock, lockOwner(), start)) return killed;
  return { ...killed, advice: `${describeLock(lock)}; ${unlockAdvice(lock)}. Then run the job again.` };
}

/** Whether a process runs that was started with this folder; its number alone may be another's by now. */
function runsFor(scratch: string, pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(scratch);
  } catch {
    return false;
  }
}
