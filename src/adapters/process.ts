import { execa } from 'execa';
import { inert } from '../report/inert';

/** How many lines of output are kept to show when a program fails. */
const TAIL_LINES = 40;

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
}

export interface Exit {
  /** 127 where the program could not be started, 128 where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The last lines of both streams, made inert. */
  readonly tail: readonly string[];
}

/**
 * Runs a program to its end. On cancellation it gets one SIGINT and is waited for; then this throws the reason.
 * The child has a process group of its own, so that a Ctrl-C at a terminal does not reach it a second time.
 */
export async function run(request: RunRequest): Promise<Exit> {
  request.signal.throwIfAborted();
  const child = execa(request.file, [...request.args], {
    env: childEnvironment(request.env),
    extendEnv: false,
    detached: true,
    stdin: 'ignore',
    reject: false,
  });
  const interrupt = (): void => void child.kill('SIGINT');
  request.signal.addEventListener('abort', interrupt, { once: true });
  const tail: string[] = [];
  const read = async (from: 'stdout' | 'stderr'): Promise<void> => {
    for await (const line of child.iterable({ from })) {
      const safe = inert(String(line));
      request.onLine?.(safe);
      tail.push(safe);
      if (tail.length > TAIL_LINES) tail.shift();
    }
  };
  // Each stream by itself, so that a line of one never ends in the middle of a line of the other. A program that fails
  // ends its streams with an error; the exit code below tells it better.
  await Promise.allSettled([read('stdout'), read('stderr')]);
  request.signal.removeEventListener('abort', interrupt);
  const result = await child;
  request.signal.throwIfAborted();
  return {
    code: result.exitCode ?? (result.isTerminated ? 128 : 127),
    stdout: result.stdout,
    stderr: result.stderr,
    tail,
  };
}

function childEnvironment(own: RunRequest['env']): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !WITHHELD.test(name));
  const entries = Object.entries({ ...Object.fromEntries(inherited), ...own });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
