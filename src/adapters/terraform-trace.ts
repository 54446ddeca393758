import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { InfraSettings } from '../settings/settings';

/** What is known of a command of Terraform while it runs, for the step that cleans up after a run that was killed. */
export interface TerraformTrace {
  readonly pid: number;
  readonly command: string;
  /** The folder of the configuration, in which a state that cannot be saved is left. */
  readonly folder: string;
  /** Where the state is. */
  readonly backend: InfraSettings['backend'];
  /** Milliseconds since the epoch. */
  readonly start: number;
}

const traceFile = (scratch: string): string => join(scratch, 'terraform-runs.json');
const interruptFile = (scratch: string): string => join(scratch, 'terraform-interrupted');

/** Gives the file that takes what Terraform prints. */
export function outputFile(scratch: string): string {
  return join(scratch, 'terraform-output.log');
}

export function leaveTrace(scratch: string, trace: TerraformTrace): void {
  writeFileSync(traceFile(scratch), JSON.stringify(trace), { mode: 0o600 });
}

/** Notes that the command was interrupted: a second interrupt would make it stop without saving. */
export function noteInterrupt(scratch: string): void {
  writeFileSync(interruptFile(scratch), '');
}

export function wasInterrupted(scratch: string): boolean {
  return existsSync(interruptFile(scratch));
}

/** Says that the command has ended. */
export function removeTrace(scratch: string): void {
  for (const file of [traceFile(scratch), interruptFile(scratch)]) rmSync(file, { force: true });
}

/** Gives the trace of a command that was not seen to end. */
export function readTrace(scratch: string): TerraformTrace | undefined {
  if (!existsSync(traceFile(scratch))) return undefined;
  // It is ours, written in one go.
  return JSON.parse(readFileSync(traceFile(scratch), 'utf8')) as TerraformTrace;
}

/** Gives `user@host`, by which Terraform names the owner of a lock. */
export function lockOwner(): string {
  return `${userInfo().username}@${hostname()}`;
}
