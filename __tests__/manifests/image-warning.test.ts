import { describe, expect, test } from '@jest/globals';
import { withImage } from '../../src/manifests/load';
import { unusedImageWarning } from '../../src/manifests/image-warning';
import type { JsonObject } from '../../src/json';
import { DIGEST, IMAGE } from '../support/settings';

const image = { name: IMAGE, reference: `ghcr.io/acme/wpp-bot@${DIGEST}`, tag: 'v1' };
const workload = (...images: readonly string[]): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'bot' },
  spec: { template: { spec: { containers: images.map((each) => ({ name: 'one', image: each })) } } },
});
const warned = (...objects: readonly JsonObject[]): string | undefined =>
  unusedImageWarning(
    withImage(
      objects.map((object) => ({ source: 'app.yaml', object })),
      image,
    ),
    IMAGE,
  );

test('a built image that no manifest runs is warned of, with what they run and what helps', () => {
  const warning = warned(workload('ghcr.io/acme/bot:latest'), workload('postgres:17', 'postgres:17'));
  expect(warning).toContain('No manifest runs the image that is built, ghcr.io/acme/wpp-bot');
  expect(warning).toContain('they run ghcr.io/acme/bot:latest, postgres:17. Write');
  expect(warning).toContain('ghcr.io/acme/wpp-bot:latest');
});

test('of many images some are named', () => {
  const warning = warned(workload(...'abcdefg'.split('').map((name) => `${name}:1`)));
  expect(warning).toContain('they run a:1, b:1, c:1, d:1, e:1 and others.');
});

describe('nothing is said', () => {
  test.each<[string, readonly JsonObject[]]>([
    ['where one of several runs it', [workload('postgres:17'), workload('ghcr.io/acme/wpp-bot:latest')]],
    [
      'where a volume is made of it',
      [
        {
          kind: 'Pod',
          metadata: { name: 'pod' },
          spec: {
            containers: [{ name: 'a', image: 'busybox:1' }],
            volumes: [{ name: 'v', image: { reference: 'ghcr.io/acme/wpp-bot:1' } }],
          },
        },
      ],
    ],
    [
      'where a kind of others names it',
      [
        workload('postgres:17'),
        {
          apiVersion: 'acme.example/v1',
          kind: 'Bot',
          metadata: { name: 'bot' },
          spec: { image: 'ghcr.io/acme/wpp-bot:1' },
        },
      ],
    ],
    ['where there are no pods', [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } }]],
  ])('%s', (_, objects) => {
    expect(warned(...objects)).toBeUndefined();
  });
});
