/** An image without tag and digest: `registry/repository`. */
export interface ImageName {
  readonly registry: string;
  readonly repository: string;
}

/** An image reference in its parts; `docker.io` and `library/` are spelled out. */
export interface ImageReference extends ImageName {
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

// The grammar of github.com/distribution/reference.
const PATH = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
export const LONGEST_TAG = 128;
const DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;

/** Gives the parts of an image reference, or undefined when it is none. */
export function parseReference(text: string): ImageReference | undefined {
  const [beforeDigest = '', digest, ...rest] = text.split('@');
  if (rest.length > 0 || (digest !== undefined && !DIGEST.test(digest))) return undefined;
  const colon = beforeDigest.lastIndexOf(':');
  const hasTag = colon > beforeDigest.lastIndexOf('/');
  const tag = hasTag ? beforeDigest.slice(colon + 1) : undefined;
  if (tag !== undefined && !isTag(tag)) return undefined;
  const name = hasTag ? beforeDigest.slice(0, colon) : beforeDigest;
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const hasRegistry = slash > 0 && (/[.:]/.test(first) || first === 'localhost');
  const registry = hasRegistry ? first : 'docker.io';
  const path = hasRegistry ? name.slice(slash + 1) : name;
  if (!path.split('/').every((part) => PATH.test(part))) return undefined;
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  return { registry, repository, tag, digest };
}

/** Whether a registry takes this as a tag. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Gives `registry/repository:tag`. */
export function tagged(name: ImageName, tag: string): string {
  return `${formatName(name)}:${tag}`;
}

/** Gives `registry/repository`. */
export function formatName(name: ImageName): string {
  return `${name.registry}/${name.repository}`;
}

/** Gives the reference that always means the same bytes: `registry/repository@digest`. */
export function pinned(name: ImageName, digest: string): string {
  return `${formatName(name)}@${digest}`;
}

/** Whether both name the same repository in the same registry. */
export function sameName(one: ImageName, other: ImageName): boolean {
  return one.registry === other.registry && one.repository === other.repository;
}
