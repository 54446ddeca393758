import { sha256 } from '../sha256';

/** A tag is at most 128 characters (github.com/distribution/reference). */
const LONGEST_TAG = 128;

/**
 * Gives the tag for a branch: characters that a tag cannot have become `-`. Undefined when nothing usable is
 * left (a branch of only such characters), since the commit's tag stands for it anyway.
 */
export function branchTag(branch: string): string | undefined {
  const tag = branch
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, LONGEST_TAG);
  return /\w/.test(tag) ? tag : undefined;
}

/**
 * Gives the tag for a commit. Two images of one repository, by their context or Dockerfile, must not pass for each other: what
 * differs from the default ends in the tag.
 */
export async function commitTag(sha: string, context: string, file: string): Promise<string> {
  if (context === '.' && file === './Dockerfile') return sha;
  const digest = await sha256(`${context}\n${file}`);
  return `${sha}-${digest.toString('hex').slice(0, 8)}`;
}
