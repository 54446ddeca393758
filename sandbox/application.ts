import { existsSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  mergeGroupEvent,
  pullRequestEvent,
  pushEvent,
  releaseEvent,
  scheduleEvent,
  workflowDispatchEvent,
} from './events/events.ts';
import { run } from './command.ts';
import { repository } from './paths.ts';
import { runWorkflow, type WorkflowResult } from './runner.ts';
import { readSecrets } from './secrets.ts';

const author = ['-c', 'user.name=octocat', '-c', 'user.email=octocat@users.noreply.github.com'];

/** A checkout of the example application `org/wpp-bot`, to which commits are made as its owner would. */
export interface Application {
  readonly directory: string;
  /** Gives the commit that is checked out. */
  head(): Promise<string>;
  /** Writes files by path (undefined deletes one) and commits them; gives the new commit. */
  commit(message: string, files: Readonly<Record<string, string | undefined>>): Promise<string>;
}

/** Opens the checkout in `directory`: made from `sandbox/app` where there is none, and brought up to it where it changed. */
export async function openApplication(directory: string): Promise<Application> {
  const git = async (...args: readonly string[]): Promise<string> =>
    (await run(['git', '-C', directory, ...author, ...args])).trim();
  const commitAll = async (message: string): Promise<void> => {
    await git('add', '--all');
    if ((await git('status', '--porcelain')) !== '') await git('commit', '--quiet', '--message', message);
  };
  if (!existsSync(join(directory, '.git'))) {
    await mkdir(directory, { recursive: true });
    await git('init', '--quiet', '--initial-branch=main');
    await git('remote', 'add', 'origin', 'https://github.com/org/wpp-bot');
  }
  await cp(join(repository, 'sandbox/app'), directory, { recursive: true });
  await commitAll('The application');
  return {
    directory,
    head: () => git('rev-parse', 'HEAD'),
    async commit(message, files) {
      for (const [path, content] of Object.entries(files)) {
        const file = join(directory, path);
        if (content === undefined) await rm(file, { recursive: true });
        else await mkdir(dirname(file), { recursive: true }).then(() => writeFile(file, content));
      }
      await commitAll(message);
      return git('rev-parse', 'HEAD');
    },
  };
}

/** The secrets that the owner of the application has set in the repository's settings. */
export function repositorySecrets(): Readonly<Record<string, string>> {
  const { linodeToken, s3AccessKey, s3SecretKey, githubToken } = readSecrets();
  return {
    LINODE_TOKEN: linodeToken,
    STATE_ACCESS_KEY: s3AccessKey,
    STATE_SECRET_KEY: s3SecretKey,
    PULL_TOKEN: githubToken,
  };
}

/** What happens on GitHub: each runs the application's own workflow for the commit that is checked out. */
export type Happening =
  | { readonly event: 'push' }
  | { readonly event: 'pull_request'; readonly number: number; readonly fork?: string }
  | { readonly event: 'workflow_dispatch'; readonly command: string }
  | { readonly event: 'release'; readonly tag: string }
  | { readonly event: 'merge_group' | 'schedule' };

/** Runs the application's workflow for what happens; `secrets` replaces those of the repository. */
export async function happen(
  application: Application,
  happening: Happening,
  secrets: Readonly<Record<string, string>> = repositorySecrets(),
): Promise<WorkflowResult> {
  const sha = await application.head();
  const { directory } = application;
  return runWorkflow({ event: happening.event, payload: payloadOf(happening, sha), directory, secrets });
}

function payloadOf(happening: Happening, sha: string): Parameters<typeof runWorkflow>[0]['payload'] {
  switch (happening.event) {
    case 'push':
      return pushEvent({ sha });
    case 'pull_request':
      return pullRequestEvent({ ...happening, sha, before: '0'.repeat(40) });
    case 'workflow_dispatch':
      return workflowDispatchEvent({ inputs: { command: happening.command } });
    case 'release':
      return releaseEvent(happening);
    case 'merge_group':
      return mergeGroupEvent({ sha });
    case 'schedule':
      return scheduleEvent();
  }
}
