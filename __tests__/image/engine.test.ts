import { describe, expect, test } from '@jest/globals';
import { isPodman, readEngine, unfit } from '../../src/image/engine';
import { aRequest } from '../support/image';

/** What `docker buildx inspect` prints of a driver. */
const inspect = (driver: string): string => `Name:          default
Driver:        ${driver}
Last Activity: 2026-11-26 03:46:25 +0000 UTC

Nodes:
Name:             default
Status:           running
`;
const CONTAINERD = [
  ['Backing Filesystem', 'extfs'],
  ['driver-type', 'io.containerd.snapshotter.v1'],
];
const CLASSIC = [
  ['Backing Filesystem', 'extfs'],
  ['Supports d_type', 'true'],
];

test.each([
  ['the driver docker with the older store', inspect('docker'), CLASSIC, { kind: 'buildx', full: false }],
  ['the driver docker with containerd', inspect('docker'), CONTAINERD, { kind: 'buildx', full: true }],
  ['a container', inspect('docker-container'), CLASSIC, { kind: 'buildx', full: true }],
  ['a remote one', inspect('remote'), null, { kind: 'buildx', full: true }],
  ['a cluster', inspect('kubernetes'), undefined, { kind: 'buildx', full: true }],
  ['no buildx', undefined, CLASSIC, { kind: 'legacy' }],
])('%s', (_, text, status, engine) => expect(readEngine(text, status)).toEqual(engine));

test.each([
  ['Docker version 28.0.4, build b8034c0\n', false],
  ['podman version 4.3.1\n', true],
  ['podman version 5.4.2\n', true],
])('a docker that says %j', (version, podman) => expect(isPodman(version)).toBe(podman));

describe('what is asked for', () => {
  const older = { kind: 'buildx', full: false } as const;
  const legacy = { kind: 'legacy' } as const;
  const podman = { kind: 'podman', program: 'podman' } as const;
  const [amd, arm] = ['linux/amd64', 'linux/arm64'];

  test.each([
    ['nothing special', {}, older, undefined],
    ['nothing special', {}, legacy, undefined],
    ['one platform', { platforms: [amd] }, older, undefined],
    ['one platform', { platforms: [amd] }, legacy, 'platforms'],
    ['two platforms', { platforms: [amd, arm] }, older, 'platforms'],
    ['provenance and list', { provenance: true, sbom: true }, older, 'provenance, sbom'],
    ['secrets', { secrets: { a: 'hunter2' } }, older, undefined],
    ['secrets', { secrets: { a: 'hunter2' } }, legacy, 'build-secrets'],
    ['one platform and secrets', { platforms: [amd], secrets: { a: 'hunter2' } }, podman, undefined],
    [
      'two platforms and more',
      { platforms: [amd, arm], provenance: true, sbom: true },
      podman,
      'platforms, provenance, sbom',
    ],
  ])('%s %j of %j', (_, given, engine, refused) => {
    const details = unfit(aRequest(given), engine);
    expect(details?.code).toBe(refused === undefined ? undefined : 'image-engine-unfit');
    if (refused !== undefined) expect(details?.cause.startsWith(`${refused} cannot be done by`)).toBe(true);
  });

  test.each([
    [legacy, 'docker without buildx'],
    [older, 'the builder `docker` with its older image store'],
    [podman, 'podman'],
    [{ kind: 'podman', program: 'docker' } as const, 'podman'],
    [{ kind: 'podman', program: 'buildah' } as const, 'buildah'],
  ])('%j is named, and what can do it', (engine, name) => {
    const details = unfit(aRequest({ sbom: true }), engine);
    expect(details?.cause).toBe(`sbom cannot be done by ${name}`);
    expect(details?.advice).toContain('docker/setup-buildx-action before this step, or leave out sbom.');
  });

  test('everything can be done by an engine that is full', () => {
    const request = aRequest({ platforms: [amd, arm], provenance: true, sbom: true, secrets: { a: 'b' } });
    expect(unfit(request, { kind: 'buildx', full: true })).toBeUndefined();
  });
});
