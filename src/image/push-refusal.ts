import type { ImageName } from './reference';

const FULL_DISK = /no space left on device|insufficient storage|^507\b|"Err":28\b/i;

/** What registries say when they refuse to take an image, and what helps; the first that fits counts. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [
    /write_package/,
    'Give the job `permissions: packages: write`; where the package was first pushed by hand or by another repository, add this one under Package settings → Manage Actions access, with the role Write.',
  ],
  [
    /installation not allowed to \w+ organization package/i,
    'Give the job `permissions: packages: write`; where it has that, an owner of the organization must allow it under Settings → Packages and Settings → Actions → Workflow permissions.',
  ],
  [
    /requested installation does not exist/i,
    'The job’s own token pushes only below ghcr.io/<owner of this repository>: correct the input image, or give registry-username and registry-password.',
  ],
  [
    /not match expected scopes/i,
    'The token in registry-password lacks the scope write:packages: make one that has it.',
  ],
  [
    /quota|storage limit|spending limit|payment required/i,
    'The registry has no room left for this owner: delete old versions of packages, or raise the limit under Settings → Billing.',
  ],
  [
    /immutable/i,
    'The registry moves no tags: delete that one there, or let build be auto, which takes the image that has it.',
  ],
  [
    FULL_DISK,
    'It is the disk of the registry, not of the runner: who runs the registry must delete old images there and collect its garbage, or give it a larger disk.',
  ],
  [
    /requested access to the resource is denied|insufficient_scope|name unknown|name_unknown/i,
    'The credentials may not push to this name: check the owner in the input image and that the repository exists there, and registry-username.',
  ],
  [
    /unauthenticated|cannot be authenticated|authentication required|no basic auth|incorrect username or password|\bunauthorized\b|\b401\b/i,
    'The registry does not know these credentials: check registry-username and registry-password; the job’s own token is for ghcr.io alone.',
  ],
];

/** Whether a registry says that it cannot keep what is pushed: in words, by HTTP's 507, or by Linux's number ENOSPC, as distribution gives it. */
export function isFullDisk(said: string): boolean {
  return FULL_DISK.test(said);
}

/**
 * Gives what a registry says without the names in it: `acme/quotation-403` is neither a quota nor a status.
 */
export function withoutNames(said: string, { repository }: ImageName): string {
  const name = repository.includes('/') ? repository : `/${repository}`;
  return said
    .split(' ')
    .map((word) => (word.includes('://') || word.includes(name) ? '…' : word))
    .join(' ');
}

/** Gives what to do when a registry refuses a push with these words. */
export function pushAdvice(said: string): string {
  const [, advice] = REFUSALS.find(([words]) => words.test(said)) ?? [];
  return (
    advice ??
    'Give the job `permissions: packages: write`; for another registry than ghcr.io check registry-username and registry-password.'
  );
}
