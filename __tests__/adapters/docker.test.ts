import { existsSync, mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DockerBuilder } from '../../src/adapters/docker';
import { removeOwnBuilder } from '../../src/adapters/own-builder';
import { Scratch } from '../../src/adapters/scratch';
import { buildxCommand } from '../../src/image/build-command';
import { failureOf } from '../support/failure';
import { aRequest } from '../support/image';
import { FakeLog } from '../support/log';
import { FakeProgram } from '../support/program';

const request = aRequest({
  context: 'sandbox/app',
  file: 'sandbox/app/Dockerfile',
  push: 'ghcr.io/acme/bot:1',
});
const login = { registry: 'ghcr.io', username: 'acme', password: 'hunter2-x' };
/** Buildx with the driver docker, unless OLD says that there is none. With TOGETHER a call waits until so many have begun. */
const SCRIPT = `
  const fs = require('fs');
  const begun = () => fs.readFileSync(__dirname + '/calls.jsonl', 'utf8').trim().split('\\n').length;
  for (let tries = 0; begun() < Number(process.env.TOGETHER || 0); tries += 1) {
    if (tries > 400) process.exit(1);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
  if (args[0] === '--version') { console.log(process.env.VERSION || 'Docker version 28.0.4, build b8034c0'); process.exit(); }
  if (args[0] === 'info') { console.log('["28.0.4",[["Backing Filesystem","extfs"]]]'); process.exit(); }
  if (args[0] === 'buildx' && process.env.OLD) process.exit(1);
  if (args[1] === 'inspect' && process.env.DRIVER === '') process.exit(125);
  if (args[1] === 'inspect') { console.log('Driver: ' + (process.env.DRIVER || 'docker')); process.exit(); }
  if (args[1] === 'version' || args[1] === 'rm') process.exit();
  if (args[1] === 'create') {
    if (!process.env.NO_BOOT) process.exit();
    console.error('ERROR: Error response from daemon: no space left on device');
    process.exit(1);
  }
  if (process.env.NO_CACHE && args.includes('--cache-to')) {
    console.error('ERROR: failed to build: failed to solve: failed to configure registry cache exporter: token is unverifiable');
    process.exit(1);
  }
  const [, key] = args.join(' ').match(/--ssh default=(\\S+)/) ?? [];
  if (key) console.log('#2 ' + (fs.statSync(key).mode & 0o777).toString(8) + ' ' + fs.readFileSync(key, 'utf8'));
  console.log('#1 [1/1] RUN x');
  console.log('#1 DONE 0.1s');
  if (process.env.FAIL) { console.error('#2 pushing x\\n#2 ERROR: denied\\nERROR: denied'); process.exit(1); }`;

let docker: FakeProgram;
let podman: FakeProgram | undefined;
let scratch: Scratch;

beforeEach(() => {
  docker = new FakeProgram('docker', SCRIPT);
  process.env['DOCKER_CONFIG'] = docker.folder;
  scratch = new Scratch();
});

afterEach(() => {
  podman?.remove();
  podman = undefined;
  scratch.remove();
  docker.remove();
});

const builder = (log = new FakeLog(), password = login.password): DockerBuilder =>
  new DockerBuilder(scratch, { ...login, password }, log, new AbortController().signal);

/** Gives the calls that build or push. */
const work = (): typeof docker.calls =>
  docker.calls.filter(
    ({ args }) => !/^(--version|info|buildx (inspect|version|create|rm))/.test(args.join(' ')),
  );

function usedConfig(): unknown {
  const folder = work()[0]?.env['DOCKER_CONFIG'] ?? '';
  expect(folder.startsWith(scratch.folder)).toBe(true);
  return JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
}

test('runs the build, with its steps in the log, and all lines where people look for them', async () => {
  const log = new FakeLog();
  await builder(log).build(request);
  expect(work().map(({ args }) => args)).toEqual([buildxCommand(request, { args: [] }).args]);
  expect(log.lines).toEqual(['docker 28.0.4, builder of the driver docker', '[1/1] RUN x (0.1s)']);
  expect(log.groups).toEqual([{ title: 'log of docker buildx', lines: ['#1 [1/1] RUN x', '#1 DONE 0.1s'] }]);
});

test('logs in by a configuration of its own, never by an argument', async () => {
  await builder().build(request);
  const auth = Buffer.from('acme:hunter2-x').toString('base64');
  expect(usedConfig()).toEqual({ auths: { 'ghcr.io': { auth } }, credHelpers: { 'ghcr.io': '' } });
  expect(JSON.stringify(docker.calls.map(({ args }) => args))).not.toContain('hunter2');
});

test.each(['', '{', '[]'])('goes on where the user’s settings are %j', async (text) => {
  writeFileSync(join(docker.folder, 'config.json'), text);
  await builder().build(request);
  expect(usedConfig()).toMatchObject({ auths: { 'ghcr.io': {} } });
});

test('logs in to Docker Hub by the name that docker has for it', async () => {
  const hub = { ...login, registry: 'docker.io' };
  await new DockerBuilder(scratch, hub, new FakeLog(), new AbortController().signal).build(request);
  const auth = Buffer.from('acme:hunter2-x').toString('base64');
  const name = 'https://index.docker.io/v1/';
  expect(usedConfig()).toEqual({ auths: { [name]: { auth } }, credHelpers: { [name]: '' } });
});

test('keeps the user’s settings, other logins and the store of them, which is not asked for ours', async () => {
  const users = {
    auths: { 'quay.io': { auth: 'x' }, 'ghcr.io': { auth: 'old' } },
    credsStore: 'desktop',
    credHelpers: { 'ghcr.io': 'ours', 'gcr.io': 'theirs' },
    proxies: {},
  };
  writeFileSync(join(docker.folder, 'config.json'), JSON.stringify(users));
  for (const name of ['cli-plugins', 'ca.pem']) mkdirSync(join(docker.folder, name));
  await builder().build(request);
  expect(usedConfig()).toEqual({
    auths: {
      'quay.io': { auth: 'x' },
      'ghcr.io': { auth: Buffer.from('acme:hunter2-x').toString('base64') },
    },
    credsStore: 'desktop',
    credHelpers: { 'ghcr.io': '', 'gcr.io': 'theirs' },
    proxies: {},
  });
  for (const name of ['cli-plugins', 'ca.pem'])
    expect(readlinkSync(join(scratch.folder, 'docker', name))).toBe(join(docker.folder, name));
  expect(JSON.parse(readFileSync(join(docker.folder, 'config.json'), 'utf8'))).toEqual(users);
});

test('without a password it takes the user’s own login', async () => {
  const auths = { 'ghcr.io': { auth: 'own' } };
  const users = { auths, credsStore: 'desktop', credHelpers: { 'ghcr.io': 'own' } };
  writeFileSync(join(docker.folder, 'config.json'), JSON.stringify(users));
  await builder(new FakeLog(), '').build(request);
  expect(usedConfig()).toEqual(users);
});

test('gives a key by a file for its owner alone while it builds, never by an argument', async () => {
  const log = new FakeLog();
  await builder(log).build({ ...request, ssh: { forwards: [], key: 'hunter2-key\n' } });
  const { args = [] } = work()[0] ?? {};
  const [, file = ''] = /^default=(.*)$/.exec(args[args.indexOf('--ssh') + 1] ?? '') ?? [];
  expect(file.startsWith(scratch.folder)).toBe(true);
  expect(log.groups[0]?.lines).toContain('#2 600 hunter2-key');
  expect(existsSync(file)).toBe(false);
  expect(JSON.stringify(docker.calls)).not.toContain('hunter2-key');
});

test('a build that fails is explained by what it wrote, and its log is there all the same', async () => {
  process.env['FAIL'] = '1';
  const log = new FakeLog();
  const failure = await failureOf(builder(log).build(request));
  expect(failure.code).toBe('image-push-denied');
  expect(log.groups[0]?.lines.at(-1)).toBe('ERROR: denied');
});

test('without buildx it builds and pushes by docker itself', async () => {
  process.env['OLD'] = '1';
  await builder().build(request);
  expect(work().map(({ args }) => args[0])).toEqual(['build', 'push']);
  expect(work()[0]?.env['DOCKER_BUILDKIT']).toBe('0');
});

test('docker is asked all that is to know of it at once', async () => {
  process.env['TOGETHER'] = '2';
  await builder().build(request);
  expect(work()).toHaveLength(1);
  expect(docker.calls).toHaveLength(3);
}, 60_000);

test('what the engine cannot do is refused before anything is built', async () => {
  process.env['OLD'] = '1';
  const failure = await failureOf(builder().build({ ...request, sbom: true }));
  expect(failure.code).toBe('image-engine-unfit');
  expect(work()).toEqual([]);
});

test('what docker without buildx would send, though it is left out, is refused', async () => {
  process.env['OLD'] = '1';
  const context = join(scratch.folder, 'app');
  mkdirSync(context);
  for (const name of ['Dockerfile', 'Dockerfile.dockerignore']) writeFileSync(join(context, name), '');
  const failure = await failureOf(builder().build({ ...request, context, file: `${context}/Dockerfile` }));
  expect(failure).toMatchObject({ code: 'image-engine-unfit' });
  expect(failure.cause).toContain(`does not read ${context}/Dockerfile.dockerignore`);
  expect(work()).toEqual([]);
});

describe('what docker’s builder cannot do', () => {
  const asked = { ...request, sbom: true };
  const ofBuildx = (command: string): typeof docker.calls =>
    docker.calls.filter(({ args }) => args[1] === command);

  test('a builder of the run’s own does, which is made once and removed at the end', async () => {
    const log = new FakeLog();
    const one = builder(log);
    await one.build(asked);
    await one.build(asked);
    await removeOwnBuilder(scratch.folder, log);
    const name = basename(scratch.folder).toLowerCase();
    expect(ofBuildx('create').map(({ args }) => args.includes(name))).toEqual([true]);
    expect(ofBuildx('rm').map(({ args }) => args)).toEqual([['buildx', 'rm', name]]);
    const store = join(scratch.folder, 'buildx');
    for (const { env } of [...ofBuildx('create'), ...ofBuildx('build'), ...ofBuildx('rm')])
      expect(env).toMatchObject({ BUILDX_BUILDER: name, BUILDX_CONFIG: store });
    expect([ofBuildx('build').length, ofBuildx('inspect').length]).toEqual([2, 1]);
    expect(log.lines[1]).toBe('A builder is made for sbom; it is removed at the end.');
    expect(log.lines.filter((line) => line.startsWith('warning'))).toEqual([]);
  });

  test('is refused where none can be made, and why is told', async () => {
    process.env['NO_BOOT'] = '1';
    const log = new FakeLog();
    const failure = await failureOf(builder(log).build(asked));
    expect(failure.code).toBe('image-engine-unfit');
    expect(log.lines.at(-1)).toBe(
      'warning: no builder could be made: ERROR: Error response from daemon: no space left on device',
    );
    expect(work()).toEqual([]);
  });

  test('is left out with a warning where it is a cache', async () => {
    process.env['NO_BOOT'] = '1';
    const log = new FakeLog();
    await builder(log).build({ ...request, cache: 'registry' });
    expect(log.lines[3]).toMatch(/^warning: cache registry is left out/);
    expect(work()[0]?.args.join(' ')).not.toContain('--cache');
    expect(work()[0]?.env).not.toHaveProperty('BUILDX_BUILDER');
  });

  test('mirrors and certificates that builders have by default are kept', async () => {
    mkdirSync(join(docker.folder, 'buildx'));
    writeFileSync(join(docker.folder, 'buildx/buildkitd.default.toml'), 'debug = true\n');
    await builder().build(asked);
    expect(readFileSync(join(scratch.folder, 'buildx/buildkitd.default.toml'), 'utf8')).toBe(
      'debug = true\n',
    );
  });

  test('a builder that cannot be removed is named, with what removes it', async () => {
    const log = new FakeLog();
    await builder(log).build(asked);
    process.env['PATH'] = scratch.folder;
    await removeOwnBuilder(scratch.folder, log);
    const name = basename(scratch.folder).toLowerCase();
    expect(log.lines.at(-1)).toContain(
      `the builder ${name} is left (\`docker rm --force buildx_buildkit_${name}0\`)`,
    );
  });

  test('without such a builder nothing is removed', async () => {
    await builder().build(request);
    await removeOwnBuilder(scratch.folder, new FakeLog());
    expect(ofBuildx('rm')).toEqual([]);
  });
});

test('GitHub’s cache is used where the engine can, and only docker gets to know its token', async () => {
  Object.assign(process.env, {
    DRIVER: 'docker-container',
    ACTIONS_RUNTIME_TOKEN: 't0ken',
    ACTIONS_ID_TOKEN: 'other',
  });
  await builder().build(request);
  const [{ args = [], env = {} } = {}] = work();
  expect(args.join(' ')).toContain('--cache-to type=gha,');
  expect(args.join(' ')).not.toContain('t0ken');
  expect(env).toMatchObject({ ACTIONS_RUNTIME_TOKEN: 't0ken' });
  expect(env).not.toHaveProperty('ACTIONS_ID_TOKEN');
});

describe('without docker', () => {
  /** Leaves nothing on PATH but Node, and a program of this name. */
  function only(name: string): FakeProgram {
    process.env['PATH'] = scratch.folder;
    podman = new FakeProgram(name, SCRIPT);
    return podman;
  }

  test.each(['podman', 'buildah'])(
    '%s builds and pushes, with a login that no argument tells',
    async (name) => {
      const program = only(name);
      const log = new FakeLog();
      await builder(log).build({ ...request, secrets: { npm: 'hunter2-secret' } });
      const [version, build, push, ...rest] = program.calls;
      expect([version?.args, build?.args[0], push?.args, rest]).toEqual([
        ['--version'],
        'build',
        ['push', '--', 'ghcr.io/acme/bot:1'],
        [],
      ]);
      expect(docker.calls).toEqual([]);
      const file = push?.env['REGISTRY_AUTH_FILE'] ?? '';
      expect(file.startsWith(scratch.folder)).toBe(true);
      const auth = Buffer.from('acme:hunter2-x').toString('base64');
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
        auths: { 'ghcr.io': { auth } },
        credHelpers: {},
      });
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(JSON.stringify(program.calls.map(({ args }) => args))).not.toContain('hunter2');
      expect(log.groups.map(({ title }) => title)).toEqual([`log of ${name} build`, `log of ${name} push`]);
    },
  );

  test('podman is taken before buildah', async () => {
    const program = only('podman');
    const buildah = new FakeProgram('buildah', SCRIPT);
    try {
      await builder().build(request);
      expect([program.calls.length, buildah.calls]).toEqual([3, []]);
    } finally {
      buildah.remove();
    }
  });

  test('podman keeps its own logins and those of docker', async () => {
    const program = only('podman');
    const own = join(scratch.folder, 'own.json');
    process.env['REGISTRY_AUTH_FILE'] = own;
    writeFileSync(
      own,
      JSON.stringify({ auths: { 'quay.io': { auth: 'podman' }, 'ghcr.io': { auth: 'old' } } }),
    );
    const auths = { 'quay.io': { auth: 'docker' }, 'gcr.io': { auth: 'docker' } };
    writeFileSync(join(docker.folder, 'config.json'), JSON.stringify({ auths }));
    await builder().build(request);
    const file = program.calls.at(-1)?.env['REGISTRY_AUTH_FILE'] ?? '';
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      auths: {
        'quay.io': { auth: 'podman' },
        'gcr.io': { auth: 'docker' },
        'ghcr.io': { auth: Buffer.from('acme:hunter2-x').toString('base64') },
      },
    });
  });
});

test.each([
  ['4.3.1', ''],
  ['5.4.2', 'podman'],
])('podman %s that answers to the name of docker is taken for what it is', async (version, driver) => {
  Object.assign(process.env, { VERSION: `podman version ${version}`, DRIVER: driver });
  await builder().build(request);
  expect(work().map(({ args }) => args[0])).toEqual(['build', 'push']);
  expect(work()[0]?.args).toContain('--layers');
});

test('a cache that breaks the build is left out', async () => {
  process.env['DRIVER'] = 'docker-container';
  process.env['NO_CACHE'] = '1';
  const log = new FakeLog();
  await builder(log).build({ ...request, cache: 'registry' });
  expect(work().map(({ args }) => args.includes('--cache-to'))).toEqual([true, false]);
  expect(log.lines[1]).toMatch(/^warning: cache registry is left out: .*token is unverifiable/);
});

test('no docker at all is told as such, whatever is asked for', async () => {
  process.env['PATH'] = scratch.folder;
  const failure = await failureOf(builder().build({ ...request, secrets: { a: 'b' } }));
  expect(failure.code).toBe('image-engine-missing');
});
