import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Milliseconds after which the command is killed. */
  readonly timeout?: number;
}

/** Gives the last `count` lines of a text. */
export function lastLines(text: string, count = 20): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/** Runs a command to its end and gives its standard output; a failure carries the last lines that it wrote. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      timeout: options.timeout,
      killSignal: 'SIGKILL',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    const everything: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => (output.push(data), everything.push(data)));
    child.stderr.on('data', (data: Buffer) => everything.push(data));
    child.on('error', (cause) =>
      reject(new Error(`${program} cannot be started: ${cause.message}`, { cause })),
    );
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(output).toString());
      else reject(new Error(failure(argv, code ?? signal, Buffer.concat(everything).toString())));
    });
    child.stdin.on('error', () => undefined); // a command that ends without reading its input is no failure
    child.stdin.end(options.input ?? '');
  });
}

function failure(argv: readonly string[], end: number | string | null, output: string): string {
  return `${argv.slice(0, 4).join(' ')} ended with ${end ?? 'no status'}:\n${lastLines(output)}`;
}
