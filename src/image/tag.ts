import { sha256 } from '../sha256';
import { isTag, LONGEST_TAG } from './reference';
import type { Recipe } from './recipe';

/** Under tags that begin so the layers are kept that `cache: registry` exports. */
export const CACHE_TAG = 'buildcache';
const CONTENT = 'content-';
const HASH_LENGTH = 8;

/** Gives the tag by which an image is found again that is made from the same content. */
export function contentTag(key: string): string {
  return `${CONTENT}${key.slice(0, 40)}`;
}

/** Whether a tag means something to the action itself, so that no branch and nobody's input may set it. */
export function isReserved(tag: string): boolean {
  return (
    tag.startsWith(CACHE_TAG) ||
    tag.startsWith(CONTENT) ||
    new RegExp(`^[0-9a-f]{40}(-[0-9a-f]{${HASH_LENGTH}})?$`).test(tag)
  );
}

/**
 * Gives the tag for a branch or a tag of git: what a tag of an image cannot have becomes `-`. Where more than slashes was
 * changed, the end is a hash of the name, so that two names do not share a tag. Undefined when nothing usable is left.
 */
export async function nameTag(name: string): Promise<string | undefined> {
  const clean = name.replaceAll(/[^\w.-]+/g, '-').replace(/^[.-]+/, '');
  if (!/\w/.test(clean)) return undefined;
  if (clean === name.replaceAll('/', '-') && isTag(clean) && !isReserved(clean)) return clean;
  return `${clean.slice(0, LONGEST_TAG - 1 - HASH_LENGTH)}-${await shortHash(name)}`;
}

/** Gives a path below the workspace in the one way that all spellings of it have: `./app/` is `app`. */
export function plainPath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/**
 * Gives the tag for a commit. Two images of one repository, by their context, Dockerfile or target, must not pass for each
 * other: what differs from the default ends in the tag.
 */
export async function commitTag(
  sha: string,
  { context, file, target }: Pick<Recipe, 'context' | 'file' | 'target'>,
): Promise<string> {
  const paths = [context, file].map(plainPath);
  if (paths.join() === ',Dockerfile' && target === undefined) return sha;
  const parts = target === undefined ? paths : [...paths, target];
  return `${sha}-${await shortHash(parts.join('\n'))}`;
}

/**
 * Gives the tags for a tag of git: `v1.2.3` is the release 1.2.3 of 1.2 and of 1, a pre-release is itself alone, and 0 promises
 * nothing (https://semver.org, 4 and 9). What is no version is taken as a name.
 */
export async function versionTags(gitTag: string): Promise<readonly string[]> {
  const [, version = '', minor = '', major = '', pre] =
    /^v?(((0|[1-9]\d*)\.(?:0|[1-9]\d*))\.(?:0|[1-9]\d*)(-[0-9A-Za-z.-]+)?)$/.exec(gitTag) ?? [];
  if (version === '' || !isTag(version)) {
    const tag = await nameTag(gitTag);
    return tag === undefined ? [] : [tag];
  }
  if (pre !== undefined) return [version];
  return [version, minor, ...(major === '0' ? [] : [major])];
}

async function shortHash(text: string): Promise<string> {
  return (await sha256(text)).toString('hex').slice(0, HASH_LENGTH);
}
