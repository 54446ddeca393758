import { join } from 'node:path';
import { run, type RunOptions } from '../sandbox/command.ts';

/** The checkout that this file belongs to. */
export const root = join(import.meta.dirname, '..');

/** Runs git in the checkout and gives what it printed, trimmed. Throws what it said where it fails. */
export async function git(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return (await run(['git', '-C', root, ...args], options)).trim();
}

/** Gives what git printed, or undefined where it fails, as for an object that is not here. */
export function gitOrNone(...args: readonly string[]): Promise<string | undefined> {
  return git(args).catch(() => undefined);
}

/** Gives what `origin` has of tags that match, by name: the commit for a peeled name (`v1.2.3^{}`), else the object. */
export async function tagsOfOrigin(pattern: string): Promise<ReadonlyMap<string, string>> {
  const lines = (await git(['ls-remote', 'origin', `refs/tags/${pattern}`])).split('\n');
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [object = '', name] = line.split('\trefs/tags/');
      return name === undefined ? [] : [[name, object]];
    }),
  );
}

/** Builds dist/ anew and gives whether it differs from what is committed. */
export async function isBundleStale(): Promise<boolean> {
  await run(['npm', 'run', '--silent', 'build'], { cwd: root });
  return (await git(['status', '--porcelain', '--', 'dist'])) !== '';
}
