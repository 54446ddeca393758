import { expect, test } from '@jest/globals';
import { CAUSES, type Cause } from '../../src/rollout/causes';
import { imageCause } from '../../src/rollout/image-causes';
import { Patience } from '../../src/rollout/patience';
import type { Finding } from '../../src/rollout/finding';

const rows = Object.entries(CAUSES) as readonly (readonly [string, Cause])[];

test.each(rows)('%s has a code, a patience and an advice', (_, { code, patience, advice }) => {
  expect(code).toMatch(/^(rollout-|namespace-terminating$|webhook-unavailable$)/);
  expect(patience).toBeGreaterThanOrEqual(0);
  expect(advice).toMatch(/^[A-Z].*\.$/);
});

test('no more than 20 s but for what is known to take longer', () => {
  const longer = rows
    .filter(([, { patience }]) => patience > 20 && patience < Infinity)
    .map(([name]) => name);
  expect(longer).toEqual(['volumeAttaching', 'volumeHeld', 'nodesToCome', 'nodeNotReady']);
});

test.each([
  [
    'ErrImagePull rpc error: code = NotFound desc = failed to pull and unpack image "a/b:1": a/b:1: not found',
    'imageNotFound',
  ],
  ['ErrImagePull manifest unknown', 'imageNotFound'],
  ['ErrImageNeverPull Container image "a/b:1" is not present with pull policy of Never', 'imageNotFound'],
  [
    'ImagePullBackOff pulling from host ghcr.io failed with status code [manifests 1]: 401 Unauthorized',
    'imageDenied',
  ],
  ['ErrImagePull failed to authorize: failed to fetch anonymous token: 403 Forbidden', 'imageDenied'],
  ['ErrImagePull pull access denied, repository does not exist or may require authorization', 'imageDenied'],
  ['ErrImagePull no basic auth credentials', 'imageDenied'],
  ['ErrImagePull no match for platform in manifest sha256:40139: not found', 'architectureWrong'],
  ['ErrImagePull no matching manifest for linux/arm64 in the manifest list entries', 'architectureWrong'],
  ['ErrImagePull toomanyrequests: You have reached your unauthenticated pull rate limit', 'imageUnavailable'],
  ['ErrImagePull dial tcp: lookup registry.invalid: no such host', 'imageUnavailable'],
  ['ErrImagePull failed to pull sha256:a401b403c404: unexpected EOF', 'imageUnavailable'],
  ['ImagePullBackOff Back-off pulling image "a/b:1"', 'imageUnavailable'],
  ['InvalidImageName couldn\'t parse image name "A/B": invalid reference format', 'imageNameInvalid'],
])('%s', (text, cause) => expect(imageCause(text)).toBe(cause));

/** Runs looks at the seconds at which `causes` were seen, and gives the second at which one was over. */
function overAt(
  looks: readonly (readonly [number, Finding['cause'] | undefined])[],
  options = { leaving: false, least: 0 },
): number | undefined {
  const patience = new Patience();
  return looks.find(([second, cause]) => {
    const findings = cause === undefined ? [] : [{ cause, text: '' }];
    return patience.over(findings, second * 1000, options) !== undefined;
  })?.[0];
}

test('a cause without patience is over at once', () => expect(overAt([[3, 'crashing']])).toBe(3));

test('a cause is over when it was there for its patience', () => {
  expect(
    overAt([
      [0, 'configMissing'],
      [10, 'configMissing'],
      [17, 'configMissing'],
      [18, 'configMissing'],
    ]),
  ).toBe(18);
});

test('one that goes away starts anew', () => {
  const looks = [0, 17, 20, 21, 38, 39].map(
    (second) => [second, second === 20 ? undefined : 'configMissing'] as const,
  );
  expect(overAt(looks)).toBe(39);
});

test('each cause has a patience of its own', () => {
  expect(
    overAt([
      [0, 'configMissing'],
      [15, 'imageNotFound'],
      [16, 'configMissing'],
      [20, 'configMissing'],
    ]),
  ).toBeUndefined();
});

test('with others on their way out that of a quota does not run, that of a missing Secret does', () => {
  const options = { leaving: true, least: 0 };
  expect(
    overAt(
      [
        [0, 'quotaExceeded'],
        [60, 'quotaExceeded'],
      ],
      options,
    ),
  ).toBeUndefined();
  expect(
    overAt(
      [
        [0, 'configMissing'],
        [60, 'configMissing'],
      ],
      options,
    ),
  ).toBe(60);
});

test('a workload may ask for more', () => {
  const options = { leaving: false, least: 30 };
  expect(
    overAt(
      [
        [0, 'imageNotFound'],
        [29, 'imageNotFound'],
        [30, 'imageNotFound'],
      ],
      options,
    ),
  ).toBe(30);
  expect(
    overAt(
      [
        [0, 'notReady'],
        [9999, 'notReady'],
      ],
      options,
    ),
  ).toBeUndefined();
});

test('while the kubelet is at its next try it is not judged, and right after that it is', () => {
  const patience = new Patience();
  const options = { leaving: false, least: 0 };
  const overAfter = (second: number, trying?: boolean): boolean =>
    patience.over(
      [{ cause: 'imageDenied', text: '', ...(trying === undefined ? {} : { trying }) }],
      second * 1000,
      options,
    ) !== undefined;
  expect([
    overAfter(0),
    overAfter(12, true),
    overAfter(16, true),
    overAfter(300, true),
    overAfter(301),
  ]).toEqual([false, false, false, false, true]);
});

test('where nothing could be seen for a while, all start anew', () => {
  const patience = new Patience();
  const findings = [{ cause: 'configMissing', text: '' }] as const;
  const options = { leaving: false, least: 0 };
  patience.over(findings, 0, options);
  patience.forget();
  expect(patience.over(findings, 25_000, options)).toBeUndefined();
  expect(patience.over(findings, 45_000, options)).toBeDefined();
});
