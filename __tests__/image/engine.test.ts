import { describe, expect, test } from '@jest/globals';
import { builderInputs, buildxEngine, driverOf, isPodman, unfit } from '../../src/image/engine';
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
  ['the driver docker with the older store', inspect('docker'), CLASSIC, false],
  ['the driver docker with containerd', inspect('docker'), CONTAINERD, true],
  ['a container', inspect('docker-container'), CLASSIC, true],
  ['a remote one', inspect('remote'), null, true],
  ['a cluster', inspect('kubernetes'), undefined, true],
  ['a builder that does not answer', 'ERROR: no builder "mine" found', CLASSIC, true],
])('%s', (_, text, status, full) =>
  expect(buildxEngine(driverOf(text), status)).toEqual({ kind: 'buildx', full }),
);

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
    ['an SSH key', { ssh: { forwards: [], key: 'hunter2' } }, legacy, 'build-ssh'],
    ['an SSH agent', { ssh: { forwards: ['default'], key: undefined } }, legacy, 'build-ssh'],
    ['an SSH key', { ssh: { forwards: [], key: 'hunter2' } }, older, undefined],
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
    expect(details?.advice).toContain(
      'a runner that has docker with buildx and can start a builder, or leave out sbom.',
    );
  });

  test('everything can be done by an engine that is full', () => {
    const request = aRequest({ platforms: [amd, arm], provenance: true, sbom: true, secrets: { a: 'b' } });
    expect(unfit(request, { kind: 'buildx', full: true })).toBeUndefined();
  });
});

describe('a builder of the run’s own is made for', () => {
  const older = { kind: 'buildx', full: false } as const;
  const two = ['linux/amd64', 'linux/arm64'];

  test.each([
    ['nothing, where no input asks for one', {}, true, []],
    ['nothing that docker’s does too', { platforms: ['linux/arm64'], secrets: { a: 'b' } }, true, []],
    ['nothing on auto', { cache: 'auto' }, true, []],
    ['layers in GitHub’s cache', { cache: 'gha' }, true, ['cache']],
    ['no layers in a cache that is not there', { cache: 'gha' }, false, []],
    ['layers in the registry', { cache: 'registry' }, false, ['cache']],
    [
      'all of them',
      { platforms: two, provenance: true, sbom: true, cache: 'gha' },
      true,
      ['platforms', 'provenance', 'sbom', 'cache'],
    ],
  ] as const)('%s', (_, given, atGitHub, inputs) => {
    expect(builderInputs(aRequest({ cache: 'none', ...given }), older, atGitHub)).toEqual(inputs);
  });

  test.each([
    { kind: 'legacy' } as const,
    { kind: 'podman', program: 'podman' } as const,
    { kind: 'buildx', full: true } as const,
  ])('nothing where it cannot be made, or need not: %j', (engine) => {
    const request = aRequest({ platforms: two, provenance: true, cache: 'registry' });
    expect(builderInputs(request, engine, true)).toEqual([]);
  });
});
