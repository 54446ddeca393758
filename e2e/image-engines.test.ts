import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../sandbox/cluster-api.ts';
import { hosts } from '../sandbox/hosts.ts';
import { textAt } from '../src/json.ts';
import { printed } from './support/bundle.ts';
import { BASE, prepareBase, startRemoteBuilder, withoutDocker } from './support/engines.ts';
import {
  fromRegistry,
  NAMESPACE,
  startImageRun,
  withRegistryProxy,
  type ImageRun,
} from './support/image-run.ts';
import { secretsIn } from './support/scenario.ts';

const REPOSITORY = 'org/image-engines';
const image = `${hosts.registry.name}/${REPOSITORY}`;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const SECRET = 'hunter2-of-another-engine';

let folder: string;
let config: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engines-'));
  config = await prepareBase(folder);
  await call('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE },
  });
});
afterAll(async () => {
  await call('DELETE', `/api/v1/namespaces/${NAMESPACE}`);
  await rm(folder, { recursive: true });
});

/** Deploys an application of this Dockerfile and one file of new content. */
async function deploy(
  dockerfile: string,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<ImageRun> {
  const files = { Dockerfile: dockerfile, a: `${Date.now()}`, left: 'out', '.dockerignore': 'left\n' };
  const { ended } = await startImageRun(files, { image, ...inputs }, env);
  return ended;
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
        const there = { image: `${new URL(proxy.url).host}/${REPOSITORY}` };
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
      const there = { image: `${new URL(proxy.url).host}/${REPOSITORY}` };
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

  it('a cancelled build leaves no process and no login', async () => {
    const files = { Dockerfile: `FROM ${BASE}\nRUN echo begun && sleep 4321\n` };
    const { run, ended } = await startImageRun(files, { image, command: 'preview' }, podman);
    await printed(run, 'RUN echo begun');
    const left = (): readonly string[] =>
      readdirSync(run.temporary).filter((name) => name.startsWith('wpp-deploy-'));
    expect(left()).toHaveLength(1);
    run.process.kill('SIGINT');
    const { code } = await ended;
    expect(code).not.toBe(0);
    expect(processes()).not.toContain('sleep\x004321');
  });
});

/** Gives a token such as GitHub's runner has for its cache, with this header. */
function token(header: object): string {
  const scopes = JSON.stringify([{ Scope: 'refs/heads/main', Permission: 3 }]);
  const parts = [header, { ac: scopes, exp: Math.floor(Date.now() / 1000) + 3600 }];
  return [...parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')), 'c2ln'].join('.');
}

/** Gives the arguments of every process of the machine. */
function processes(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return ''; // It has ended.
      }
    })
    .join('\n');
}

describe('a builder of the driver remote', () => {
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const root = join(folder, 'remote');
    await mkdir(root);
    stop = await startRemoteBuilder(config, root);
  });
  afterAll(() => stop());

  it('builds an index of platforms, with provenance, and keeps the layers in the registry', async () => {
    const given = {
      platforms: 'linux/amd64,linux/arm64',
      provenance: 'true',
      cache: 'registry',
      tags: 'index',
    };
    const dockerfile = 'FROM scratch\nARG API_TOKEN\nCOPY a /\n';
    const {
      code,
      report,
      printed: log,
    } = await deploy(
      dockerfile,
      { ...given, 'build-args': `API_TOKEN=${SECRET}` },
      { DOCKER_CONFIG: config },
    );
    expect([code, report.failures]).toEqual([0, []]);
    expect(log).toContain('using remote driver');
    const index = (await fromRegistry(REPOSITORY, 'manifests/index')) as {
      readonly annotations: object;
      readonly manifests: readonly {
        readonly platform: { readonly architecture: string };
        readonly digest: string;
      }[];
    };
    expect(index.manifests.map(({ platform }) => platform.architecture)).toEqual([
      'amd64',
      'arm64',
      'unknown',
      'unknown',
    ]);
    expect(Object.keys(index.annotations)).toContain('org.opencontainers.image.source');
    const attested = await fromRegistry(REPOSITORY, `manifests/${index.manifests[2]?.digest}`);
    const [layer] = (attested as { readonly layers: readonly { readonly digest: string }[] }).layers;
    const provenance = JSON.stringify(await fromRegistry(REPOSITORY, `blobs/${layer?.digest}`));
    expect(provenance).toContain('slsa.dev/provenance');
    expect(secretsIn(provenance, [SECRET])).toEqual([]);
    expect(await fromRegistry(REPOSITORY, 'manifests/buildcache')).toBeDefined();
  });

  it.each([
    ['does not answer', token({ alg: 'HS256' }), ''],
    ['takes no such token', token({}), 'cache gha is left out'],
  ])('a cache of GitHub that %s fails no build', async (_, runtimeToken, warning) => {
    const env = {
      DOCKER_CONFIG: config,
      ACTIONS_RUNTIME_TOKEN: runtimeToken,
      ACTIONS_RESULTS_URL: 'https://localhost:1/',
      ACTIONS_CACHE_SERVICE_V2: 'true',
    };
    const { code, report, printed: log } = await deploy('FROM scratch\nCOPY a /\n', { cache: 'gha' }, env);
    expect([code, report.failures]).toEqual([0, []]);
    expect(log).toContain(warning);
    expect(log).toContain('cache');
  });
});

it('a full disk is told in one line', async () => {
  const root = join(folder, 'small');
  const own = join(folder, 'small-config');
  await mkdir(root);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', root]);
  execFileSync('cp', ['-r', config, own]);
  let stop: (() => Promise<void>) | undefined;
  try {
    stop = await startRemoteBuilder(own, root);
    const files = { Dockerfile: 'FROM scratch\nCOPY big /\n', big: 'x'.repeat(40_000_000) };
    const { ended } = await startImageRun(files, { image, command: 'preview' }, { DOCKER_CONFIG: own });
    const { report } = await ended;
    expect(report.failures).toMatchObject([
      {
        code: 'image-build-failed',
        cause: expect.stringMatching(/^the disk [^\n]* is full: [^\n]*no space left on device$/) as unknown,
      },
    ]);
  } finally {
    await stop?.();
    execFileSync('umount', [root]);
  }
});
