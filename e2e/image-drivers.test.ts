import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { architecture } from '../sandbox/toolchain/go-programs.ts';
import { at } from '../src/json.ts';
import { furnishMirror, makeBuilder } from './support/drivers.ts';
import { dockerConfig } from './support/engines.ts';
import { useImageNamespace } from './support/image-namespace.ts';
import { deployImage, fromRegistry, startImageRun } from './support/image-run.ts';
import { OWN_REGISTRY, startOwnRegistry, type OwnRegistry } from './support/own-registry.ts';
import { everyArgument } from './support/processes.ts';
import { secretsIn } from './support/scenario.ts';

const REPOSITORY = 'org/image-drivers';
const image = `${OWN_REGISTRY}/${REPOSITORY}`;
const SECRET = 'hunter2-of-a-driver';
const TOKEN = 'hunter3-in-a-build-argument';

let folder: string;
let config: string;
let registry: OwnRegistry;

useImageNamespace();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivers-'));
  config = await dockerConfig(folder, OWN_REGISTRY);
  registry = await startOwnRegistry(folder);
  await furnishMirror(config, folder);
});
afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
});

interface Attestation {
  readonly digest: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Gives the statements on the image of a tag by the kind of what they say. */
async function attestationsOf(tag: string): Promise<Readonly<Record<string, unknown>>> {
  const index = await fromRegistry(REPOSITORY, `manifests/${tag}`, OWN_REGISTRY);
  const children = at(index, 'manifests') as readonly {
    digest: string;
    platform: { architecture: string };
  }[];
  expect(children.map(({ platform }) => platform.architecture)).toEqual([architecture, 'unknown']);
  const manifest = await fromRegistry(REPOSITORY, `manifests/${children[1]?.digest}`, OWN_REGISTRY);
  const found = (at(manifest, 'layers') as readonly Attestation[]).map(async ({ digest, annotations }) => {
    const statement = await fromRegistry(REPOSITORY, `blobs/${digest}`, OWN_REGISTRY);
    return [annotations['in-toto.io/predicate-type'] ?? '', statement] as const;
  });
  return Object.fromEntries<unknown>(await Promise.all(found));
}

/** Pushes more than the disk of the registry has room for, and again when it has more. */
async function fillsTheDisk(): Promise<void> {
  const files = {
    Dockerfile: 'FROM scratch\nCOPY big /\n',
    big: randomBytes(9_000_000).toString('base64'),
  };
  const deploy = async () => (await startImageRun(files, { image }, { DOCKER_CONFIG: config })).ended;
  registry.leave(4);
  try {
    const { report } = await deploy();
    expect(report.failures).toEqual([
      expect.objectContaining({
        code: 'image-push-denied',
        cause: expect.stringMatching(/^the registry refused the push of \S+: its disk is full$/) as unknown,
        advice: expect.stringContaining('the disk of the registry, not of the runner') as unknown,
      }),
    ]);
  } finally {
    registry.leave(100);
  }
  const again = await deploy();
  expect([again.code, again.report.failures]).toEqual([0, []]);
}

describe.each(['docker-container', 'kubernetes'] as const)('a builder of the driver %s', (driver) => {
  let remove: () => Promise<void>;
  beforeAll(async () => {
    remove = await makeBuilder(driver, config);
  });
  afterAll(() => remove());

  it('builds on a private base from a mirror, with provenance and SBOM, and keeps the layers', async () => {
    const { code, report, printed } = await deployImage(
      {
        Dockerfile: `FROM org/engines-base:1
ARG API_TOKEN
COPY a /made-by-${driver}
RUN --mount=type=secret,id=npm test -s /run/secrets/npm
`,
      },
      {
        image,
        tags: driver,
        cache: 'registry',
        provenance: 'true',
        sbom: 'true',
        'build-secrets': `npm=${SECRET}`,
        'build-args': `API_TOKEN=${TOKEN}`,
      },
      { DOCKER_CONFIG: config },
    );
    expect([code, report.failures]).toEqual([0, []]);
    expect(printed).toContain(`using ${driver} driver`);
    const attestations = await attestationsOf(driver);
    expect(Object.keys(attestations).sort()).toEqual([
      expect.stringContaining('https://slsa.dev/provenance/'),
      'https://spdx.dev/Document',
    ]);
    expect(JSON.stringify(attestations['https://spdx.dev/Document'])).toContain(`made-by-${driver}`);
    expect(secretsIn(JSON.stringify(attestations), [SECRET, TOKEN])).toEqual([]);
    expect(await fromRegistry(REPOSITORY, 'manifests/buildcache', OWN_REGISTRY)).toBeDefined();
  });

  const SLEEP = 'sleep\x004321';

  it('a cancelled build leaves no process and no login', async () => {
    const files = { Dockerfile: 'FROM org/engines-base:1\nRUN sleep 4321 && true\n' };
    const env = { DOCKER_CONFIG: config };
    const { run, ended } = await startImageRun(files, { image, command: 'preview' }, env);
    const isThere = async (wanted: boolean): Promise<boolean> => {
      for (let tries = 0; everyArgument().includes(SLEEP) !== wanted && tries < 300; tries += 1)
        await sleep(100);
      return everyArgument().includes(SLEEP);
    };
    expect(await isThere(true)).toBe(true);
    run.process.kill('SIGINT');
    expect(await run.ended).not.toBe(0);
    expect(readdirSync(run.temporary).filter((name) => /^wpp-deploy-\w{6}$/.test(name))).toEqual([]);
    // The builder ends it when it hears that nobody waits any more.
    expect(await isThere(false)).toBe(false);
    await ended;
  });

  it('tells that the disk of the registry is full, and pushes when it has room', fillsTheDisk);
});

describe('the builder of docker itself', () => {
  it('tells that the disk of the registry is full, and pushes when it has room', fillsTheDisk);
});
