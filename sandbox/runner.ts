import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environment } from './environment.ts';
import { home } from './paths.ts';
import { publishedAction } from './published-action.ts';
import { type RunRecord, readRecords } from './run-record.ts';
import { readSecrets } from './secrets.ts';
import { programs } from './toolchain/toolchain.ts';
import { enter } from './world.ts';

export interface WorkflowRun {
  /** Name of the event, as in `on:`. */
  readonly event: string;
  /** The webhook's payload; its repository and sender are those of the run. */
  readonly payload: EventPayload;
  /** The checkout of the application, with its workflows in .github/workflows; a git repository with a commit. */
  readonly directory: string;
  /** What the job may read as `secrets`; GITHUB_TOKEN is added. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** What the job may read as `vars`. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Environment variables of every step. */
  readonly env?: Readonly<Record<string, string>>;
  /** The file of one workflow; without it all run that the event triggers. */
  readonly workflow?: string;
  /** The checkout that stands for org/wpp-deploy-action@v1; this one by default. */
  readonly action?: string;
}

interface EventPayload {
  readonly repository?: { readonly full_name?: string };
  readonly sender?: { readonly login?: string };
}

export interface WorkflowResult extends RunRecord {
  readonly code: number;
  readonly seconds: number;
}

/**
 * Runs the workflows of a checkout for one event, steps as plain processes inside the sandbox, and gives what came of it.
 * The runner, act, heeds no permissions, concurrency groups or environments, and skips actions/checkout: it copies the
 * checkout as it lies there. It kills a cancelled step at once, so cancelling cannot be tried with it.
 */
export async function runWorkflow(run: WorkflowRun): Promise<WorkflowResult> {
  await mkdir(join(home, 'runs'), { recursive: true });
  const folder = await mkdtemp(join(home, 'runs/run-'));
  const since = Date.now();
  try {
    const argv = enter(await commandLine(run, folder), run.directory);
    const { code, output } = await collect(argv, folder);
    return { ...readRecords(output), code, seconds: (Date.now() - since) / 1000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * act gives its steps a terminal, which a real runner does not, and forgets the end of what a failing step writes to it.
 * Where none can be opened it falls back to a pipe.
 */
const withoutTerminals = [
  ...['unshare', '--mount', 'sh', '-c'],
  'mount --bind /dev/null /dev/ptmx && exec "$@"',
  'sh',
];

async function commandLine(run: WorkflowRun, folder: string): Promise<readonly string[]> {
  const files = { event: run.payload, secrets: { GITHUB_TOKEN: readSecrets().githubToken, ...run.secrets } };
  for (const [name, content] of Object.entries(files)) {
    // JSON is YAML, which act takes by the suffix: dotenv could not hold every secret.
    await writeFile(join(folder, `${name}.yml`), JSON.stringify(content), { mode: 0o600 });
  }
  await mkdir(join(folder, 'home'));
  const { repository: from, sender } = run.payload;
  const env = { GITHUB_REPOSITORY: from?.full_name ?? 'octocat/hello-world', ...run.env };
  return [
    ...withoutTerminals,
    ...[programs.act, run.event, '--json', '--no-cache-server'],
    ...['--platform', 'ubuntu-latest=-self-hosted'],
    ...['--local-repository', `org/wpp-deploy-action@v1=${run.action ?? (await publishedAction())}`],
    ...['--eventpath', join(folder, 'event.yml'), '--secret-file', join(folder, 'secrets.yml')],
    ...['--actor', sender?.login ?? 'octocat'],
    ...Object.entries(run.variables ?? {}).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...(run.workflow ? ['--workflows', run.workflow] : []),
  ];
}

interface Collected {
  readonly code: number;
  readonly output: string;
}

function collect([program = '', ...args]: readonly string[], folder: string): Promise<Collected> {
  // A runner has no cluster at hand: what the action knows of it must come through its inputs.
  const { KUBECONFIG: _, ...env } = environment();
  const child = spawn(program, args, {
    env: { ...env, HOME: join(folder, 'home') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => output.push(data));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(output).toString() }));
  });
}
