import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hosts } from '../sandbox/hosts.ts';
import { dockerConfig, startRemoteBuilder } from './support/engines.ts';
import { useImageNamespace } from './support/image-namespace.ts';
import { deployImage, fromRegistry, type ImageRun } from './support/image-run.ts';
import { secretsIn } from './support/scenario.ts';

const REPOSITORY = 'org/image-remote';
const image = `${hosts.registry.name}/${REPOSITORY}`;
/** A workload without pods that has no pull secret. */
const IDLE = `apiVersion: apps/v1
kind: Deployment
metadata: {name: idle}
spec:
  replicas: 0
  selector: {matchLabels: {app: idle}}
  template:
    metadata: {labels: {app: idle}}
    spec: {containers: [{name: idle, image: '${image}'}]}
`;
const SECRET = 'hunter2-of-another-engine';

let folder: string;
let config: string;

useImageNamespace();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'remote-'));
  config = await dockerConfig(folder);
});
afterAll(() => rm(folder, { recursive: true }));

/** Deploys an application of this Dockerfile and one file of new content. */
function deploy(
  dockerfile: string,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<ImageRun> {
  const files = { Dockerfile: dockerfile, '../manifests/idle.yaml': IDLE };
  return deployImage(files, { image, ...inputs }, env);
}

/** Gives a token such as GitHub's runner has for its cache, with this header. */
function token(header: object): string {
  const scopes = JSON.stringify([{ Scope: 'refs/heads/main', Permission: 3 }]);
  const now = Math.floor(Date.now() / 1000);
  const parts = [header, { ac: scopes, nbf: now - 60, exp: now + 3600 }];
  return [...parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')), 'c2ln'].join('.');
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
    expect(log).toContain(`${image} is private, and Deployment/idle names no pull secret`);
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
    // What is deployed is the index, not what one platform has of it.
    expect(await fromRegistry(REPOSITORY, `manifests/${report.outputs['digest']}`)).toEqual(index);
    expect(Object.keys(index.annotations)).toContain('org.opencontainers.image.source');
    const attested = await fromRegistry(REPOSITORY, `manifests/${index.manifests[2]?.digest}`);
    const [layer] = (attested as { readonly layers: readonly { readonly digest: string }[] }).layers;
    const provenance = JSON.stringify(await fromRegistry(REPOSITORY, `blobs/${layer?.digest}`));
    expect(provenance).toContain('slsa.dev/provenance');
    expect(secretsIn(provenance, [SECRET])).toEqual([]);
    expect(await fromRegistry(REPOSITORY, 'manifests/buildcache-app-Dockerfile')).toBeDefined();
  });

  it.each([
    [
      'does not answer',
      token({ alg: 'HS256' }),
      [
        /^image +│ importing cache manifest from gha:\d+ \(not there\)$/m,
        /^image +│ exporting to GitHub Actions Cache \(not there\)$/m,
        /^#\d+ ERROR: Post "https:\/\/localhost:1\/twirp\/\S+": dial tcp \S+ connect: connection refused$/m,
      ],
    ],
    [
      'takes no such token',
      token({}),
      [
        /^::warning::image: cache gha is left out: .* failed to configure gha cache exporter: token is unverifiable: signing method \(alg\) is unspecified$/m,
      ],
    ],
  ])('a cache of GitHub that %s fails no build', async (_, runtimeToken, lines) => {
    const env = {
      DOCKER_CONFIG: config,
      ACTIONS_RUNTIME_TOKEN: runtimeToken,
      ACTIONS_RESULTS_URL: 'https://localhost:1/',
      ACTIONS_CACHE_SERVICE_V2: 'true',
    };
    const { code, report, printed: log } = await deploy('FROM scratch\nCOPY a /\n', { cache: 'gha' }, env);
    expect([code, report.failures]).toEqual([0, []]);
    for (const line of lines) expect(log).toMatch(line);
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
    const { report } = await deployImage(files, { image, command: 'preview' }, { DOCKER_CONFIG: own });
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
