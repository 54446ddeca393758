import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hosts } from '../sandbox/hosts.ts';
import { textAt } from '../src/json.ts';
import { printed } from './support/bundle.ts';
import { BASE, prepareBase, withoutDocker } from './support/engines.ts';
import { useImageNamespace } from './support/image-namespace.ts';
import {
  deployImage,
  fromRegistry,
  imageAt,
  startImageRun,
  withRegistryProxy,
  type ImageRun,
} from './support/image-run.ts';
import { everyArgument } from './support/processes.ts';
import { secretsIn } from './support/scenario.ts';

const REPOSITORY = 'org/image-podman';
const image = `${hosts.registry.name}/${REPOSITORY}`;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const SECRET = 'hunter2-of-another-engine';

let folder: string;
let config: string;

useImageNamespace();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podman-'));
  config = await prepareBase(folder);
});
afterAll(() => rm(folder, { recursive: true }));

/** Deploys an application of this Dockerfile, one file of new content, and one that is left out. */
function deploy(
  dockerfile: string,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<ImageRun> {
  const files = { Dockerfile: dockerfile, left: 'out', '.dockerignore': 'left\n' };
  return deployImage(files, { image, ...inputs }, env);
}

/** Gives the configuration of the image of a tag. */
async function configOf(tag: string): Promise<unknown> {
  const manifest = await fromRegistry(REPOSITORY, `manifests/${tag}`);
  return fromRegistry(REPOSITORY, `blobs/${textAt(manifest, 'config', 'digest')}`);
}

describe('a machine without docker', () => {
  let podman: Readonly<Record<string, string>>;
  let buildah: Readonly<Record<string, string>>;
  beforeAll(async () => {
    [podman, buildah] = await Promise.all([
      withoutDocker(folder, 'podman'),
      withoutDocker(folder, 'buildah'),
    ]);
  });
  afterAll(() => {
    // Its overlay is mounted there.
    execFileSync('podman', ['system', 'reset', '--force'], {
      env: { ...process.env, ...podman, PATH: process.env['PATH'] },
    });
  });

  const DOCKERFILE = `FROM ${BASE}
ARG VERSION
COPY . /app
RUN --mount=type=secret,id=npm test -s /run/secrets/npm && test ! -e /app/left && echo "::error::version $VERSION"
`;

  it.each(['podman', 'buildah'] as const)(
    '%s builds and pushes, also what the registry broke off',
    async (program) => {
      await withRegistryProxy(async (proxy) => {
        proxy.faults.add({ method: 'PUT', path: '/manifests/content-', status: 502 });
        const given = { 'build-secrets': `npm=${SECRET}`, 'build-args': `VERSION=${program}`, tags: program };
        const there = { image: imageAt(proxy, REPOSITORY) };
        const env = { ...(program === 'podman' ? podman : buildah), DOCKER_CONFIG: config };
        const { code, report, printed: log } = await deploy(DOCKERFILE, { ...given, ...there }, env);
        expect([code, report.failures]).toEqual([0, []]);
        expect(report.outputs).toMatchObject({
          'image-built': 'true',
          digest: expect.stringMatching(DIGEST) as unknown,
        });
        expect(proxy.calls.some(({ faulty }) => faulty)).toBe(true);
        expect(log).toContain(`log of ${program} build`);
        expect(log).toContain(`version ${program}`);
        expect(log.split('\n').filter((line) => line.startsWith('::error::'))).toEqual([]);
        const described = JSON.stringify(await configOf(program));
        expect(described).toContain('org.opencontainers.image.source');
        expect(secretsIn(described + log.replaceAll(`::add-mask::${SECRET}`, ''), [SECRET])).toEqual([]);
      });
    },
  );

  it('explains what the registry refuses, once', async () => {
    await withRegistryProxy(async (proxy) => {
      const body = { errors: [{ code: 'DENIED', message: 'permission_denied: write_package' }] };
      proxy.faults.add({ method: 'POST', path: '/blobs/uploads/', times: 99, status: 403, body });
      const there = { image: imageAt(proxy, REPOSITORY) };
      const run = await deploy('FROM scratch\nCOPY a /\n', there, podman);
      expect(run.report.failures).toMatchObject([
        { code: 'image-push-denied', advice: expect.stringContaining('Manage Actions access') as unknown },
      ]);
      expect(run.printed).not.toContain('is pushed again');
    });
  });

  it.each([
    ['COPY left /', 3, 'left is there, but .dockerignore leaves it out'],
    ['COPY none /', 3, 'none is not in the context'],
    ['COPIE a /', 3, 'Unknown instruction'],
    ['RUN echo no >&2 && exit 3', 3, 'exit status 3'],
  ])('explains %s, at its line', async (line, number, cause) => {
    const dockerfile = `FROM ${BASE}\nCOPY a /\n${line}\n`;
    const { report } = await deploy(dockerfile, { command: 'preview' }, podman);
    expect(report.failures).toMatchObject([
      {
        code: 'image-build-failed',
        cause: expect.stringContaining(cause) as unknown,
        place: { file: 'app/Dockerfile', line: number },
      },
    ]);
  });

  it('refuses what podman cannot do', async () => {
    const given = { platforms: 'linux/amd64,linux/arm64', provenance: 'true' };
    const { report } = await deploy('FROM scratch\nCOPY a /\n', given, podman);
    expect(report.failures).toMatchObject([
      { code: 'image-engine-unfit', cause: 'platforms, provenance cannot be done by podman' },
    ]);
  });

  const SLEEP = 'sleep\x004321';

  it('a cancelled build leaves no process and no login', async () => {
    const files = { Dockerfile: `FROM ${BASE}\nRUN sleep 4321 && true\n` };
    const { run, ended } = await startImageRun(files, { image, command: 'preview' }, podman);
    await printed(run, 'RUN sleep');
    for (let tries = 0; !everyArgument().includes(SLEEP) && tries < 100; tries += 1) await sleep(50);
    expect(everyArgument()).toContain(SLEEP);
    const left = (): readonly string[] =>
      readdirSync(run.temporary).filter((name) => /^wpp-deploy-\w{6}$/.test(name));
    expect(left()).toHaveLength(1);
    run.process.kill('SIGINT');
    expect(await run.ended).not.toBe(0);
    expect(left()).toEqual([]);
    expect(everyArgument()).not.toContain(SLEEP);
    await ended;
  });
});
