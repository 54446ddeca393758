import { describe, expect, test } from '@jest/globals';
import { buildxCommand, legacyCommands, podmanCommands } from '../../src/image/build-command';
import { aRequest } from '../support/image';

const none = { args: [] };
const built = aRequest({
  context: 'app',
  file: 'app/Dockerfile',
  labels: { a: 'b', c: 'd=e' },
  push: undefined,
});

/** Gives the value after each occurrence of an option. */
const valuesOf = (args: readonly string[], option: string): readonly (string | undefined)[] =>
  args.flatMap((each, index) => (each === option ? [args[index + 1]] : []));

test('without a reference the image is built and dropped', () => {
  expect(buildxCommand(built, none).args).toEqual([
    ...['buildx', 'build', '--progress=plain'],
    ...['--file', 'app/Dockerfile', '--label', 'a=b', '--label', 'c=d=e'],
    ...['--output', 'type=cacheonly', '--', 'app'],
  ]);
});

test('with a reference it is pushed under it', () => {
  const { args } = buildxCommand(aRequest({ push: 'r/a:1' }), none);
  expect(args.slice(3)).toEqual(['--file', 'Dockerfile', '--tag', 'r/a:1', '--push', '--', '.']);
});

test('a context that looks like an option stays an argument', () => {
  const { args } = buildxCommand({ ...built, context: '--push' }, none);
  expect(args.slice(-2)).toEqual(['--', '--push']);
  expect(args.slice(0, -2)).not.toContain('--push');
});

test('stage, platforms and cache are asked for', () => {
  const request = aRequest({ target: 'web', platforms: ['linux/amd64', 'linux/arm64'] });
  const { args } = buildxCommand(request, { args: ['--cache-from', 'x'] });
  expect(valuesOf(args, '--target')).toEqual(['web']);
  expect(valuesOf(args, '--platform')).toEqual(['linux/amd64,linux/arm64']);
  expect(valuesOf(args, '--cache-from')).toEqual(['x']);
});

describe('an index carries the labels as annotations', () => {
  const labels = { source: 'here' };
  test.each([
    ['of platforms', { platforms: ['linux/amd64', 'linux/arm64'] }],
    ['with its provenance', { provenance: true }],
    ['with its list of content', { sbom: true }],
  ])('%s', (_, given) => {
    const { args } = buildxCommand(aRequest({ labels, ...given }), none);
    expect(valuesOf(args, '--annotation')).toEqual(['index:source=here']);
  });

  test('an image of one platform is none, nor is what is not pushed', () => {
    const one = buildxCommand(aRequest({ labels, platforms: ['linux/amd64'] }), none);
    const dropped = buildxCommand(aRequest({ labels, sbom: true, push: undefined }), none);
    expect([...one.args, ...dropped.args]).not.toContain('--annotation');
  });
});

test('the provenance never tells build arguments', () => {
  expect(buildxCommand(aRequest({ provenance: true }), none).args).toContain('--provenance=mode=min');
});

describe('what stands in the environment is in no argument', () => {
  const request = aRequest({
    args: { VERSION: 'one' },
    secrets: { 'npm.token': 'hunter2', other: 'hunter3' },
  });

  test('the values of build arguments and secrets', () => {
    const { args, env } = buildxCommand(request, none);
    expect(valuesOf(args, '--build-arg')).toEqual(['VERSION']);
    const [first = '', second = ''] = valuesOf(args, '--secret') as readonly string[];
    expect(first).toMatch(/^id=npm\.token,env=/);
    expect(env[first.split('env=')[1] ?? '']).toBe('hunter2');
    expect(env[second.split('env=')[1] ?? '']).toBe('hunter3');
    expect(env['VERSION']).toBe('one');
    expect(JSON.stringify(args)).not.toMatch(/hunter|one/);
  });

  test('docker without buildx gets build arguments so too', () => {
    const [build] = legacyCommands(request);
    expect(build?.args).toContain('VERSION');
    expect(build?.env).toEqual({ VERSION: 'one', DOCKER_BUILDKIT: '0' });
  });
});

test.each([
  'PATH',
  'HOME',
  'HTTP_PROXY',
  'https_proxy',
  'DOCKER_HOST',
  'BUILDX_BUILDER',
  'SOURCE_DATE_EPOCH',
])('a build argument %s does not change docker itself', (name) => {
  const { args, env } = buildxCommand(aRequest({ args: { [name]: 'theirs' } }), none);
  expect(valuesOf(args, '--build-arg')).toEqual([`${name}=theirs`]);
  expect(env).toEqual({});
});

describe('docker without buildx', () => {
  test('builds, then pushes', () => {
    const [build, push, ...rest] = legacyCommands(
      aRequest({ target: 'web', labels: { a: 'b' }, push: 'r/a:1' }),
    );
    expect(build?.args).toEqual([
      ...['build', '--file', 'Dockerfile', '--target', 'web', '--label', 'a=b', '--tag', 'r/a:1', '--', '.'],
    ]);
    expect(push?.args).toEqual(['push', '--', 'r/a:1']);
    expect(rest).toEqual([]);
  });

  test('only builds what is not pushed', () => {
    expect(legacyCommands(built).map(({ args }) => args[0])).toEqual(['build']);
  });
});

test('no layer of before is taken where all is to be made anew', () => {
  const request = aRequest({ fresh: true });
  const calls = [
    buildxCommand(request, none),
    legacyCommands(request)[0],
    podmanCommands(request, undefined)[0],
  ];
  for (const call of calls) expect(call?.args).toContain('--no-cache');
});

test('SSH is given as docker takes it, to podman too', () => {
  const request = aRequest({ ssh: { forwards: ['default', 'git=keys/one'], key: undefined } });
  for (const { args } of [
    buildxCommand(request, none),
    podmanCommands(request, undefined)[0] ?? { args: [] },
  ])
    expect(valuesOf(args, '--ssh')).toEqual(['default', 'git=keys/one']);
});

describe('podman', () => {
  const request = aRequest({
    ...{ context: 'app', target: 'web', platforms: ['linux/arm64'], labels: { a: 'b' }, push: 'r/a:1' },
    ...{ args: { VERSION: 'one' }, secrets: { npm: 'hunter2' } },
  });

  test('builds with the .dockerignore that counts, then pushes', () => {
    const [build, push, ...rest] = podmanCommands(request, 'app/.dockerignore');
    expect(build?.args).toEqual([
      ...['build', '--layers', '--format', 'docker', '--ignorefile', 'app/.dockerignore'],
      ...['--platform', 'linux/arm64', '--secret', 'id=npm,env=WPP_BUILD_SECRET_0'],
      ...['--file', 'Dockerfile', '--target', 'web', '--build-arg', 'VERSION', '--label', 'a=b'],
      ...['--tag', 'r/a:1', '--', 'app'],
    ]);
    expect(build?.env).toEqual({ VERSION: 'one', WPP_BUILD_SECRET_0: 'hunter2' });
    expect(push).toEqual({ args: ['push', '--', 'r/a:1'], env: {} });
    expect(rest).toEqual([]);
  });

  test('only builds what is not pushed', () => {
    const commands = podmanCommands(built, undefined);
    expect(commands.map(({ args }) => args[0])).toEqual(['build']);
    expect(commands[0]?.args).not.toContain('--ignorefile');
  });

  test.each(['STORAGE_DRIVER', 'CONTAINERS_CONF', 'BUILDAH_ISOLATION', 'REGISTRY_AUTH_FILE'])(
    'a build argument %s does not change podman itself',
    (name) => {
      const [build] = podmanCommands(aRequest({ args: { [name]: 'theirs' } }), undefined);
      expect(build?.env).toEqual({});
      expect(valuesOf(build?.args ?? [], '--build-arg')).toEqual([`${name}=theirs`]);
    },
  );
});
