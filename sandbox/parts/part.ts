import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from '../command.ts';
import { createGroup, endGroup, memberFiles, processesOf, removeGroup } from '../control-group.ts';
import { logFile } from '../paths.ts';
import { elapsed, say } from '../progress.ts';

/** One service of the sandbox: one process, one log, one control group. All of this file runs inside the sandbox. */
export interface Part {
  readonly name: string;
  /** Where it answers, for people. */
  readonly address: string;
  /** Names of the parts that must be healthy before it starts. */
  readonly after: readonly string[];
  /** Seconds that it may take to become healthy. */
  readonly patience: number;
  /** Control groups that it fills with processes of others' images, and that end with it. */
  readonly fills?: readonly string[];
  /** Writes what the process reads, and gives its command line and what its environment has beyond the caller's. */
  prepare(): Promise<Launch>;
  /** Ends without an error when the part does its work. */
  check(): Promise<void>;
  /** Done once after each start, when it is healthy. */
  furnish?(): Promise<void>;
}

export interface Launch {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface PartStatus {
  readonly running: boolean;
  /** Undefined when healthy. */
  readonly complaint: string | undefined;
  /** When its process was started. */
  readonly since: Date | undefined;
}

const group = (part: Part): string => `parts/${part.name}`;

/** Starts a part unless it runs and is healthy, and waits until it is; says so in one line. */
export async function startPart(part: Part): Promise<void> {
  const since = Date.now();
  if ((await partStatus(part)).complaint === undefined) return say(`${part.name.padEnd(24)} already running`);
  await stopPart(part);
  await untilHealthy(part, await launch(part));
  await part.furnish?.();
  say(`${part.name.padEnd(24)} ready after ${elapsed(since)}`);
}

async function launch(part: Part): Promise<ChildProcess> {
  const { argv, env } = await part.prepare();
  await createGroup(group(part));
  const log = openSync(logFile(part.name), 'a');
  // The process joins its group before it becomes the part, so that none of its children is missed.
  const join = `for procs; do [ "$procs" = -- ] && break; shift; echo $$ >"$procs"; done; shift; exec "$@"`;
  const child = spawn('sh', ['-c', join, 'sh', ...memberFiles(group(part)), '--', ...argv], {
    detached: true,
    cwd: '/',
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log],
  });
  child.unref();
  closeSync(log);
  return child;
}

async function untilHealthy(part: Part, child: ChildProcess): Promise<void> {
  const until = Date.now() + part.patience * 1000;
  for (;;) {
    await sleep(100);
    const { complaint } = await partStatus(part);
    if (complaint === undefined) return;
    const ended = child.exitCode ?? child.signalCode;
    if (ended === null && Date.now() < until) continue;
    const end =
      ended === null ? `is not healthy after ${part.patience}s: ${complaint}` : `ended by itself (${ended})`;
    throw new Error(`${part.name} ${end}; the end of ${logFile(part.name)}:\n${lastLog(part)}`);
  }
}

function lastLog(part: Part): string {
  return lastLines(readFileSync(logFile(part.name), 'utf8'));
}

/** Stops a part: asks, kills after 5 seconds, and ends what it ran. */
export async function stopPart(part: Part): Promise<void> {
  await endGroup(group(part), 5_000);
  for (const filled of part.fills ?? []) await endGroup(filled);
  await removeGroup(group(part));
}

/** Lets a part stand still until it is resumed: its connections stay, and nobody answers. */
export function pausePart(part: Part): void {
  for (const pid of processesOf(group(part))) process.kill(pid, 'SIGSTOP');
}

/** Lets a part that was paused go on; one that was not does so anyhow. */
export function resumePart(part: Part): void {
  for (const pid of processesOf(group(part))) process.kill(pid, 'SIGCONT');
}

/** Says whether a part runs, and whether it does its work. */
export async function partStatus(part: Part): Promise<PartStatus> {
  const [first] = processesOf(group(part));
  if (first === undefined) return { running: false, complaint: 'stopped', since: undefined };
  const since = startOf(first);
  try {
    await part.check();
    return { running: true, complaint: undefined, since };
  } catch (error) {
    return { running: true, complaint: (error as Error).message, since };
  }
}

/** When a process was started: field 22 of its stat file counts hundredths of a second since the boot (proc(5)). */
function startOf(pid: number): Date | undefined {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '';
    const [uptime = ''] = readFileSync('/proc/uptime', 'utf8').split(' ');
    return new Date(Date.now() - (Number(uptime) - Number(afterName.split(' ')[19]) / 100) * 1000);
  } catch {
    return undefined;
  }
}

/** Gives the answer to a GET, as a check: an error unless the status is 200. */
export async function answers(url: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(5_000) });
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${body.slice(0, 200)}`);
  return body;
}

/** Makes a folder with all above it and gives its name. */
export function folder(name: string, mode = 0o755): string {
  mkdirSync(name, { recursive: true, mode });
  return name;
}
