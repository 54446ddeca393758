import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repositorySecrets, type Application } from '../../sandbox/application.ts';
import { pushEvent } from '../../sandbox/events/events.ts';
import { environment } from '../../sandbox/environment.ts';
import { publishedAction } from '../../sandbox/published-action.ts';
import { readSecrets } from '../../sandbox/secrets.ts';

/** A run of the bundle as GitHub's runner starts it, without act: its process can be signalled and its files read. */
export interface BundleRun {
  readonly process: ChildProcess;
  /** The runner's temporary folder. */
  readonly temporary: string;
  /** Gives all that was printed so far. */
  readonly printed: () => string;
  /** Gives the exit code when the step has ended. */
  readonly ended: Promise<number>;
  /** Gives a file that the step wrote for the runner, or an empty text. */
  readonly written: (name: 'output' | 'state' | 'summary') => Promise<string>;
}

/** Starts the main step for a push of the commit that is checked out, or another event; `given` are inputs beside and in place of the usual ones. `folder` receives what the runner keeps. */
export async function startBundle(
  application: Application,
  folder: string,
  given: Readonly<Record<string, string>> = {},
  event?: StepEvent,
): Promise<BundleRun> {
  const secrets = repositorySecrets();
  const inputs = {
    command: 'deploy',
    'github-token': readSecrets().githubToken,
    'linode-token': secrets['LINODE_TOKEN'],
    'state-access-key': secrets['STATE_ACCESS_KEY'],
    'state-secret-key': secrets['STATE_SECRET_KEY'],
    'pull-token': secrets['PULL_TOKEN'],
    ...given,
  };
  const env = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  return start(application, folder, 'main', env, event);
}

/** Starts the post step, with the state that the main step saved. */
export async function startPost(application: Application, folder: string): Promise<BundleRun> {
  return start(application, folder, 'post', await savedState(folder));
}

/** Gives what the main step saved for the post step, as the runner hands it on. */
export async function savedState(folder: string): Promise<Readonly<Record<string, string>>> {
  const state = await readFile(join(folder, 'state'), 'utf8');
  // The runner reads `name<<delimiter`, value, `delimiter` from the file.
  return Object.fromEntries(
    [...state.matchAll(/^(\S+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(([, name, , value = '']) => [
      `STATE_${name}`,
      value,
    ]),
  );
}

async function start(
  application: Application,
  folder: string,
  step: 'main' | 'post',
  own: Readonly<Record<string, string | undefined>>,
  event?: StepEvent,
): Promise<BundleRun> {
  return startStep({
    bundle: join(await publishedAction(), 'dist', step, 'index.js'),
    workspace: application.directory,
    repository: 'org/wpp-bot',
    sha: await application.head(),
    folder,
    env: own,
    ...(event === undefined ? {} : { event }),
  });
}

/** What happened on GitHub. */
export interface StepEvent {
  readonly name: string;
  readonly payload: object;
}

export interface Step {
  /** Path of the program. */
  readonly bundle: string;
  readonly workspace: string;
  /** `owner/name` */
  readonly repository: string;
  readonly sha: string;
  /** Receives what the runner keeps. */
  readonly folder: string;
  /** The inputs as `INPUT_NAME`, and what else is to differ from the sandbox's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A push to the default branch, where it is not given. */
  readonly event?: StepEvent;
}

/** Starts a program of the action. */
export async function startStep({
  bundle,
  workspace,
  repository,
  sha,
  folder,
  env,
  event = { name: 'push', payload: pushEvent({ sha }) },
}: Step): Promise<BundleRun> {
  const temporary = join(folder, 'temporary');
  await mkdir(temporary, { recursive: true });
  await writeFile(join(folder, 'event.json'), JSON.stringify(event.payload));
  const files = {
    output: join(folder, 'output'),
    state: join(folder, 'state'),
    summary: join(folder, 'summary'),
  };
  for (const file of Object.values(files)) await writeFile(file, '', { flag: 'a' });
  const child = spawn(process.execPath, [bundle], {
    cwd: workspace,
    env: {
      ...environment(),
      KUBECONFIG: undefined,
      ...env,
      GITHUB_EVENT_NAME: event.name,
      GITHUB_EVENT_PATH: join(folder, 'event.json'),
      GITHUB_SHA: sha,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_REPOSITORY: repository,
      GITHUB_RUN_ID: '42',
      GITHUB_OUTPUT: files.output,
      GITHUB_STATE: files.state,
      GITHUB_STEP_SUMMARY: files.summary,
      RUNNER_TEMP: temporary,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => chunks.push(data));
  return {
    process: child,
    temporary,
    printed: () => Buffer.concat(chunks).toString(),
    ended: new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1))),
    written: (name) => readFile(files[name], 'utf8'),
  };
}

/** Waits until the step has printed a text; fails when it ends without, or after a minute. */
export async function printed(run: BundleRun, text: string): Promise<void> {
  for (let waited = 0; !run.printed().includes(text); waited += 50) {
    if (waited > 60_000 || run.process.exitCode !== null) {
      throw new Error(`the step never says "${text}":\n${run.printed()}`);
    }
    await sleep(50);
  }
}
