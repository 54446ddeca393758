import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../sandbox/command.ts';
import { git, gitOrNone, isBundleStale, root, tagsOfOrigin } from './release-git.ts';
import { changesOf, compareVersions, versionOf } from './release-text.ts';

const textOf = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

/** Gives every reason why the tag that is checked out is not a release of its version from main, as its sources give it. */
export async function faultsOfTag(tag: string): Promise<readonly string[]> {
  const version = versionOf(tag);
  if (version === undefined) return [`${tag}: must be such as v1.2.3`];
  const head = await git(['rev-parse', 'HEAD']);
  const isTagged = (await gitOrNone('rev-parse', '--verify', '--quiet', `${tag}^{commit}`)) === head;
  const isOnMain = (await gitOrNone('merge-base', '--is-ancestor', head, 'origin/main')) !== undefined;
  const faults = [
    ...(isTagged ? [] : [`${tag}: is not the commit that is checked out, ${head}`]),
    ...(isOnMain ? [] : [`${tag}: is not in main`]),
    ...(changesOf(await textOf('CHANGELOG.md'), version) === '' ? [`CHANGELOG.md: has no ${version}`] : []),
  ];
  for (const path of ['package.json', 'package-lock.json']) {
    const { version: own } = JSON.parse(await textOf(path)) as { readonly version: string };
    if (own !== version) faults.push(`${path}: has the version ${own}, but the tag is ${tag}`);
  }
  if (await isBundleStale()) faults.push('dist/: is not what the source gives');
  return faults;
}

/** Makes GitHub's release of the tag that is checked out, where there is none, and moves the tag of its major version to it. */
export async function publish(tag: string): Promise<void> {
  const notes = changesOf(await textOf('CHANGELOG.md'), versionOf(tag));
  const isThere = await run(['gh', 'release', 'view', tag], { cwd: root }).then(
    () => true,
    () => false,
  );
  const create = ['gh', 'release', 'create', tag, '--verify-tag', '--title', tag, '--notes-file', '-'];
  if (!isThere) await run(create, { cwd: root, input: notes });
  await moveMajor(tag);
}

/** Never backwards: the major tag moves to the newest of its versions alone. */
async function moveMajor(tag: string): Promise<void> {
  const [major = ''] = tag.split('.');
  const newest = [...(await tagsOfOrigin(`${major}.*`)).keys()]
    .flatMap((each) => versionOf(each) ?? [])
    .sort(compareVersions)
    .at(-1);
  if (`v${newest}` !== tag) {
    console.log(`${major} stays where it is: v${newest} is newer than ${tag}`);
    return;
  }
  // Moved meanwhile by somebody else, it is left alone.
  const lease = `refs/tags/${major}:${(await tagsOfOrigin(major)).get(major) ?? ''}`;
  await git(['push', '--quiet', `--force-with-lease=${lease}`, 'origin', `HEAD:refs/tags/${major}`]);
  console.log(`${major} is at ${tag}`);
}
