import { closeSync, openSync } from 'node:fs';
import { execa } from 'execa';
import { inert } from '../report/inert';
import { descendants } from './descendants';
import { followFile } from './follow-file';

/** How many lines of output are kept to show when a program fails. */
const TAIL_LINES = 40;
/** A plan of ten thousand changes is some hundred megabytes of JSON; a string of Node's ends at 512 million characters. */
const LONGEST_OUTPUT = 500_000_000;

/** Variables of the runner and of this action that no child needs; some carry tokens, some let a child speak for us. */
const WITHHELD = /^(INPUT_|STATE_|ACTIONS_|GITHUB_(TOKEN|ENV|PATH|OUTPUT|STATE|STEP_SUMMARY)$)/;

export interface RunRequest {
  readonly file: string;
  readonly args: readonly string[];
  /** Added to the environment; undefined takes a variable out. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Called with each line of both streams, made inert. */
  readonly onLine?: (line: string) => void;
  /**
   * A file that both streams are written to in place of pipes. When this process is killed, its pipes break, and a program dies
   * at its next line; one that writes to a file goes on.
   */
  readonly output?: string;
  /** Told the id of the process when it runs. */
  readonly onStart?: (pid: number) => void;
  /** How long an interrupted program may take to end, before it is killed with its children; where not given, for ever. */
  readonly graceMs?: number;
  /** Whether what the program has started is ended with it when it was interrupted: podman leaves the program of a RUN behind. */
  readonly leavesNothing?: boolean;
}

export interface Exit {
  /** 127 where the program could not be started, 128 where a signal ended it. */
  readonly code: number;
  /** Empty where the output went to a file. */
  readonly stdout: string;
  readonly stderr: string;
  /** The last lines of stderr, and of stdout where somebody listens to its lines; made inert. */
  readonly tail: readonly string[];
}

/**
 * Runs a program to its end. On cancellation it gets one SIGINT and is waited for; then this throws the reason.
 * The child has a process group of its own, so that a Ctrl-C at a terminal does not reach it a second time.
 */
export async function run(request: RunRequest): Promise<Exit> {
  const { signal, output, onLine } = request;
  signal.throwIfAborted();
  const child = start(request);
  if (child.pid !== undefined) request.onStart?.(child.pid);
  const forget = interruptOnAbort(child, request);
  const tail: string[] = [];
  const take = (line: string): void => {
    const safe = inert(line);
    onLine?.(safe);
    tail.push(safe);
    if (tail.length > TAIL_LINES) tail.shift();
  };
  const read = async (from: 'stdout' | 'stderr'): Promise<void> => {
    for await (const line of child.iterable({ from })) take(String(line));
  };
  // Each stream by itself, so that a line of one never ends in the middle of a line of the other. A program that fails
  // ends its streams with an error; the exit code below tells it better.
  if (output !== undefined) await followFile(output, child, take);
  else await Promise.allSettled([read('stderr'), ...(onLine === undefined ? [] : [read('stdout')])]);
  const result = await child;
  forget();
  signal.throwIfAborted();
  return {
    code: result.exitCode ?? (result.isTerminated ? 128 : 127),
    stdout: output === undefined ? result.stdout : '',
    stderr: output === undefined ? result.stderr : '',
    tail,
  };
}

type Child = ReturnType<typeof start>;

function start({ file, args, env, output }: RunRequest) {
  const descriptor = output === undefined ? undefined : openSync(output, 'w', 0o600);
  // Its types know the lowest descriptors only.
  const to = (descriptor ?? 'pipe') as 'pipe';
  try {
    return execa(file, [...args], {
      env: childEnvironment(env),
      extendEnv: false,
      detached: true,
      stdin: 'ignore',
      stdout: to,
      stderr: to,
      reject: false,
      maxBuffer: LONGEST_OUTPUT,
    });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Gives what takes this back. */
function interruptOnAbort(child: Child, { signal, graceMs, leavesNothing }: RunRequest): () => void {
  let killer: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    if (leavesNothing === true && child.pid !== undefined) {
      // Once it has ended, nobody knows whose they are.
      const started = descendants(child.pid);
      child.once('exit', () => started.forEach(kill));
    }
    child.kill('SIGINT');
    if (graceMs !== undefined) killer = setTimeout(() => killGroup(child.pid), graceMs);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  return () => {
    signal.removeEventListener('abort', interrupt);
    clearTimeout(killer);
  };
}

/** Ends a program and what it has started, at once. */
function killGroup(pid: number | undefined): void {
  if (pid !== undefined) kill(-pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in this very moment.
  }
}

function childEnvironment(own: RunRequest['env']): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !WITHHELD.test(name));
  const entries = Object.entries({ ...Object.fromEntries(inherited), ...own });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
