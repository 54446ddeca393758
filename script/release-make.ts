import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultsOfRelease } from './release-checks.ts';
import { git, gitOrNone, isBundleStale, root, tagsOfOrigin } from './release-git.ts';
import { withRelease, withVersion } from './release-text.ts';

/**
 * Releases a version: one commit on main with version and changelog, and its tag, pushed together. Gives the reasons why it does
 * not. Until the push nothing but a tag is written here, and after it a second run finds the release there: so it can be
 * killed at any point, and run again.
 */
export async function makeRelease(version: string): Promise<readonly string[]> {
  const tag = `v${version}`;
  await git(['fetch', '--quiet', 'origin', 'main']);
  const tags = await tagsOfOrigin(`${tag}*`);
  const there = tags.get(`${tag}^{}`) ?? tags.get(tag);
  if (there !== undefined && (await isMadeFromHead(there))) return ended(tag, there);
  const taken = there === undefined ? [] : [`${tag}: is taken already, by ${there}`];
  const faults = [...taken, ...(await faultsOfRelease(version))];
  if (faults.length > 0) return faults;
  console.log('building dist/ …');
  if (await isBundleStale())
    return ['dist/ was not what the source gives, but is now: commit and push it, and let CI see it'];
  const commit = await commitRelease(version);
  // One that is here alone was left by a run that was killed before its push.
  await git(['tag', '--annotate', '--force', '--message', tag, tag, commit]);
  await git(['push', '--quiet', '--atomic', 'origin', `${commit}:refs/heads/main`, `refs/tags/${tag}`]);
  return ended(tag, commit);
}

async function isMadeFromHead(commit: string): Promise<boolean> {
  const head = await git(['rev-parse', 'HEAD']);
  return commit === head || (await gitOrNone('rev-parse', '--verify', '--quiet', `${commit}^`)) === head;
}

async function ended(tag: string, commit: string): Promise<readonly []> {
  await git(['merge', '--quiet', '--ff-only', commit]);
  console.log(`${tag} is pushed: the workflow Release verifies it, publishes it and moves its major tag`);
  return [];
}

/** Commits beside the checkout, by an index of its own, so that a run that is killed leaves nothing half done. */
async function commitRelease(version: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'release-'));
  const env = { ...process.env, GIT_INDEX_FILE: join(folder, 'index') };
  try {
    await git(['read-tree', 'HEAD'], { env });
    for (const [path, text] of await filesOf(version)) {
      const blob = await git(['hash-object', '-w', '--stdin'], { input: text });
      await git(['update-index', '--cacheinfo', `100644,${blob},${path}`], { env });
    }
    const tree = await git(['write-tree'], { env });
    return await git(['commit-tree', tree, '-p', 'HEAD', '-m', `Release ${version}`]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function filesOf(version: string): Promise<readonly (readonly [string, string])[]> {
  const changes = {
    'package.json': (text: string) => withVersion(text, version),
    'package-lock.json': (text: string) => withVersion(text, version),
    'CHANGELOG.md': (text: string) => withRelease(text, version, new Date()),
  };
  return Promise.all(
    Object.entries(changes).map(
      async ([path, change]) => [path, change(await readFile(join(root, path), 'utf8'))] as const,
    ),
  );
}
