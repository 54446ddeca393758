import { run } from '../../sandbox/command.ts';
import type { Application } from '../../sandbox/application.ts';
import type { GitHubState } from '../../sandbox/github/state.ts';
import { hosts } from '../../sandbox/hosts.ts';

const STATE = `https://${hosts.github.name}/_sandbox/state`;

/** Gives what the simulated repository holds. */
export async function repositoryState(): Promise<GitHubState> {
  return (await (await fetch(STATE)).json()) as GitHubState;
}

async function change(edit: (state: GitHubState) => Partial<GitHubState>): Promise<void> {
  const state = await repositoryState();
  const response = await fetch(STATE, { method: 'PUT', body: JSON.stringify({ ...state, ...edit(state) }) });
  if (!response.ok) throw new Error(`the simulator does not take the state: it answered ${response.status}`);
}

/** Lets the commit that is checked out be the newest of `main`. */
export async function pushed(application: Application): Promise<void> {
  const sha = await application.head();
  await change(({ main }) => ({ main: [...main, sha] }));
}

/** Opens a pull request from the commit that is checked out. */
export async function open(application: Application, number: number): Promise<void> {
  const sha = await application.head();
  const pull = { number, sha, before: '0'.repeat(40), ref: `changes-${number}` };
  await change(({ pulls }) => ({ pulls: [...pulls.filter((other) => other.number !== number), pull] }));
}

export type Merge = 'squash' | 'merge' | 'rebase';

/**
 * Merges a pull request whose commit is checked out, so that `main` is at what GitHub would make of it: by a commit on top, or in
 * place of it. A rebase is one whose merging commit GitHub has forgotten.
 */
export async function merge(application: Application, number: number, how: Merge): Promise<void> {
  const head = await application.head();
  const git = (...args: readonly string[]): Promise<string> =>
    run([
      ...['git', '-C', application.directory, '-c', 'user.name=octocat', '-c', 'user.email=o@example.com'],
      ...args,
    ]);
  const message = `Merge pull request ${number} by ${how}`;
  if (how === 'merge') await git('commit', '--quiet', '--allow-empty', '--message', message);
  else await git('commit', '--quiet', '--amend', '--message', message);
  const sha = await application.head();
  const commits = how === 'merge' ? [head] : [];
  const merged = { sha, at: new Date().toISOString(), commits, forgotten: how === 'rebase' };
  await change(({ pulls, main }) => ({
    pulls: pulls.map((pull) => (pull.number === number ? { ...pull, merged } : pull)),
    main: [...main, ...commits, sha],
  }));
}

/** Checks the files of another commit out, as at the start of another branch. */
export async function checkOut(application: Application, commit: string): Promise<void> {
  await run(['git', '-C', application.directory, 'reset', '--quiet', '--hard', commit]);
}
