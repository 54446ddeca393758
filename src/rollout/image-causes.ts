import type { CauseName } from './causes';

/** What the kubelet and containerd write where an image cannot be pulled, the more special first. */
const PATTERNS: readonly (readonly [RegExp, CauseName])[] = [
  [/InvalidImageName|invalid reference format|couldn't parse image/i, 'imageNameInvalid'],
  // An index without the node's platform ends in "not found" as well.
  [/no match for platform|no matching manifest|exec format error/i, 'architectureWrong'],
  [/toomanyrequests|\b429\b|rate limit/i, 'imageUnavailable'],
  [
    /\b40[13]\b|unauthorized|denied|authorization failed|failed to authorize|authentication required|no basic auth|insufficient_scope/i,
    'imageDenied',
  ],
  [
    /\bnot found|NotFound|manifest unknown|name unknown|\b404\b|does not exist|ErrImageNeverPull/i,
    'imageNotFound',
  ],
];

/** Gives why an image was not pulled, by the reason and message of the container's state. */
export function imageCause(text: string): CauseName {
  return PATTERNS.find(([pattern]) => pattern.test(text))?.[1] ?? 'imageUnavailable';
}
