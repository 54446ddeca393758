import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { architecture } from '../sandbox/toolchain/go-programs.ts';
import { at } from '../src/json.ts';
import { repository } from '../sandbox/paths.ts';
import { savedState, startStep } from './support/bundle.ts';
import { furnishMirror, makeBuilder, ownBuilders, withoutBuilders } from './support/drivers.ts';
import { dockerConfig } from './support/engines.ts';
import { useImageNamespace } from './support/image-namespace.ts';
import { deployImage, fromRegistry, startImageRun } from './support/image-run.ts';
import { MANIFESTS_ONLY } from './support/manifests-only.ts';
import { OWN_REGISTRY, startOwnRegistry, type OwnRegistry } from './support/own-registry.ts';
import { everyArgument } from './support/processes.ts';
import { secretsIn } from './support/scenario.ts';

const REPOSITORY = 'org/image-drivers';
const image = `${OWN_REGISTRY}/${REPOSITORY}`;
const SECRET = 'hunter2-of-a-driver';
const TOKEN = 'hunter3-in-a-build-argument';

const SLEEP = 'sleep\x004321';
/** A build that goes on until it is ended. */
const ENDLESS = { Dockerfile: 'FROM org/engines-base:1\nRUN sleep 4321 && true\n' };

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

/** Gives the names by which an SBOM calls the packages that it knows (https://github.com/package-url/purl-spec). */
function packagesIn(sbom: unknown): readonly string[] {
  const packages = at(sbom, 'predicate', 'packages') as readonly {
    externalRefs?: readonly { referenceType: string; referenceLocator: string }[];
  }[];
  return packages.flatMap(({ externalRefs = [] }) =>
    externalRefs.flatMap(({ referenceType, referenceLocator }) =>
      referenceType === 'purl' ? [referenceLocator] : [],
    ),
  );
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

/** Builds with all that only such a builder can do. */
async function buildsAttested(driver: string, config: string, tag: string = driver): Promise<void> {
  const { code, report, printed } = await deployImage(
    {
      Dockerfile: `FROM org/engines-base:1
ARG API_TOKEN
COPY a /
COPY package.json /app/node_modules/${tag}/
RUN --mount=type=secret,id=npm test -s /run/secrets/npm
`,
      'package.json': JSON.stringify({ name: tag, version: '1.2.3' }),
    },
    {
      image,
      tags: tag,
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
  const attestations = await attestationsOf(tag);
  expect(Object.keys(attestations).sort()).toEqual([
    expect.stringContaining('https://slsa.dev/provenance/'),
    'https://spdx.dev/Document',
  ]);
  expect(packagesIn(attestations['https://spdx.dev/Document'])).toEqual(
    expect.arrayContaining([`pkg:npm/${tag}@1.2.3`, expect.stringMatching(/^pkg:generic\/node@24\./)]),
  );
  expect(secretsIn(JSON.stringify(attestations), [SECRET, TOKEN])).toEqual([]);
  expect(await fromRegistry(REPOSITORY, 'manifests/buildcache-app-Dockerfile', OWN_REGISTRY)).toBeDefined();
}

/** Waits until the build sleeps, or does so no more; gives whether it does in the end. */
async function sleeps(wanted: boolean): Promise<boolean> {
  for (let tries = 0; everyArgument().includes(SLEEP) !== wanted && tries < 300; tries += 1) await sleep(100);
  return everyArgument().includes(SLEEP);
}

describe.each(['docker-container', 'kubernetes'] as const)('a builder of the driver %s', (driver) => {
  let remove: () => Promise<void>;
  beforeAll(async () => {
    remove = await makeBuilder(driver, config);
  });
  afterAll(() => remove());

  it('builds on a private base from a mirror, with provenance and SBOM, and keeps the layers', () =>
    buildsAttested(driver, config));

  it('a cancelled build leaves no process and no login', async () => {
    const env = { DOCKER_CONFIG: config };
    const { run, ended } = await startImageRun(ENDLESS, { image, command: 'preview' }, env);
    expect(await sleeps(true)).toBe(true);
    run.process.kill('SIGINT');
    expect(await run.ended).not.toBe(0);
    expect(readdirSync(run.temporary).filter((name) => /^wpp-deploy-\w{6}$/.test(name))).toEqual([]);
    // The builder ends it when it hears that nobody waits any more.
    expect(await sleeps(false)).toBe(false);
    await ended;
  });

  it('tells that the disk of the registry is full, and pushes when it has room', fillsTheDisk);
});

describe('a builder of the run’s own', () => {
  let bare: string;
  beforeAll(async () => {
    bare = await withoutBuilders(config);
  });

  it('does what the one of docker cannot, and is removed', async () => {
    await buildsAttested('docker-container', bare, 'own');
    expect(await ownBuilders()).toEqual([]);
  });

  it('is removed when the run is cancelled', async () => {
    const inputs = { image, command: 'preview', cache: 'registry' };
    const { run, ended } = await startImageRun(ENDLESS, inputs, { DOCKER_CONFIG: bare });
    expect(await sleeps(true)).toBe(true);
    expect(await ownBuilders()).toHaveLength(2);
    run.process.kill('SIGINT');
    expect(await run.ended).not.toBe(0);
    expect([await ownBuilders(), await sleeps(false)]).toEqual([[], false]);
    await ended;
  });

  it('is removed by the post step when the run was killed', async () => {
    const inputs = { image, command: 'preview', cache: 'registry' };
    const { run, folder: place, ended } = await startImageRun(ENDLESS, inputs, { DOCKER_CONFIG: bare });
    ended.catch(() => undefined);
    expect(await sleeps(true)).toBe(true);
    run.process.kill('SIGKILL');
    await run.ended;
    const post = await startStep({
      bundle: join(repository, 'dist/post/index.js'),
      workspace: place,
      ...MANIFESTS_ONLY,
      folder: place,
      env: await savedState(place),
    });
    expect([await post.ended, await ownBuilders(), await sleeps(false)]).toEqual([0, [], false]);
    expect(readdirSync(run.temporary).filter((name) => /^wpp-deploy-\w{6}$/.test(name))).toEqual([]);
    await rm(place, { recursive: true });
  });
});

describe('the builder of docker itself', () => {
  it('tells that the disk of the registry is full, and pushes when it has room', fillsTheDisk);
});
