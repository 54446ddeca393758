import { describe, expect, test } from '@jest/globals';
import { runImage, type ImagePorts } from '../../src/image/image';
import { commitTag } from '../../src/image/tag';
import { ManualClock } from '../support/clock';
import { aFailure, failureOf } from '../support/failure';
import { fakeFiles } from '../support/files';
import { FakeBuilder, fakeHash, FakeRegistry } from '../support/image';
import { FakeLog } from '../support/log';
import { anEvent, anImage, DIGEST, IMAGE, SHA } from '../support/settings';

interface World extends ImagePorts {
  readonly builder: FakeBuilder;
  readonly registry: FakeRegistry;
  readonly clock: ManualClock;
  readonly log: FakeLog;
  readonly done: string[];
}

const FILES = { Dockerfile: 'FROM x\nCOPY . .\n', 'app/Dockerfile': 'FROM x\n' };

function world(
  registry: FakeRegistry,
  builder = new FakeBuilder(),
  files: Readonly<Record<string, string>> = FILES,
): World {
  const done: string[] = [];
  const did = (line: string): void => void done.push(line);
  return {
    builder,
    registry,
    clock: new ManualClock(),
    log: new FakeLog(),
    files: fakeFiles(files),
    hash: fakeHash(),
    did,
    done,
  };
}

const deployment = { preview: false };
const preview = { preview: true };
const CONTENT = /^content-[0-9a-f]{40}$/;

describe('auto', () => {
  test('takes the image of the same content, and only gives it the tags of the event', async () => {
    const ports = world(new FakeRegistry(DIGEST));
    const result = await runImage(anImage(), anEvent(), deployment, ports);
    expect(result).toEqual({ kind: 'available', name: IMAGE, tag: SHA, digest: DIGEST, built: false });
    expect(ports.builder.requests).toEqual([]);
    expect(ports.registry.added).toEqual([SHA, 'main']);
    expect(ports.done).toEqual([
      `tagged ghcr.io/acme/wpp-bot as ${SHA}`,
      'tagged ghcr.io/acme/wpp-bot as main',
    ]);
    expect(ports.log.lines).toEqual([
      expect.stringMatching(
        /^ghcr.io\/acme\/wpp-bot:content-\w+ is in the registry: it is not built again\.$/,
      ),
    ]);
  });

  test('writes nothing where the tags are there too', async () => {
    const ports = world(new FakeRegistry(DIGEST));
    await runImage(anImage(), anEvent(), deployment, ports);
    const before = ports.done.length;
    await runImage(anImage(), anEvent(), deployment, ports);
    expect(ports.done).toHaveLength(before);
  });

  test('builds what is not there, and gives the digest that the registry shows', async () => {
    const ports = world(new FakeRegistry(undefined, DIGEST));
    const result = await runImage(anImage(), anEvent({ branch: 'feature/x' }), deployment, ports);
    expect(result).toEqual({ kind: 'available', name: IMAGE, tag: SHA, digest: DIGEST, built: true });
    const [content = '', again, ...rest] = ports.registry.asked;
    expect(content).toMatch(CONTENT);
    expect([again, rest]).toEqual([content, []]);
    expect(ports.builder.requests).toEqual([
      expect.objectContaining({
        context: '.',
        file: './Dockerfile',
        labels: { 'org.opencontainers.image.source': 'https://github.com/acme/wpp-bot' },
        push: `ghcr.io/acme/wpp-bot:${content}`,
      }),
    ]);
    expect(ports.registry.added).toEqual([SHA, 'feature-x']);
    expect(ports.done[0]).toBe(`pushed ghcr.io/acme/wpp-bot:${content}`);
  });

  test('builds where the registry cannot say what it has', async () => {
    const ports = world(new FakeRegistry(aFailure('registry-unreachable'), DIGEST));
    expect(await runImage(anImage(), anEvent(), deployment, ports)).toMatchObject({ built: true });
    expect(ports.log.lines[0]).toContain('so it is built');
  });
});

test('no label names the commit, which would give each commit another digest', async () => {
  const ports = world(new FakeRegistry(undefined, DIGEST));
  await runImage(anImage(), anEvent(), deployment, ports);
  expect(JSON.stringify(ports.builder.requests[0]?.labels)).not.toContain(SHA);
});

test('a tag that the registry does not move is told, and no reason to stop', async () => {
  const registry = new FakeRegistry(undefined, DIGEST);
  registry.immovable = ['main'];
  const ports = world(registry);
  const result = await runImage(
    anImage({ tags: ['stable'] }),
    anEvent({ branch: 'main' }),
    deployment,
    ports,
  );
  expect(result).toMatchObject({ digest: DIGEST });
  expect(registry.added).toEqual([SHA, 'stable']);
  expect(ports.done).not.toContain('tagged ghcr.io/acme/wpp-bot as main');
  expect(ports.log.lines).toContain(
    'warning: ghcr.io/acme/wpp-bot:main stays as it is, since the registry moves no tags: 400 tag is immutable',
  );
});

test('the same content is another image for another processor, unless platforms say which', async () => {
  const tagOf = async (architecture: string, platforms: readonly string[] = []): Promise<unknown> => {
    const ports = world(new FakeRegistry(undefined, DIGEST), new FakeBuilder(undefined, 0, architecture));
    await runImage(anImage({ platforms }), anEvent(), deployment, ports);
    return ports.builder.requests[0]?.push;
  };
  expect(await tagOf('x64')).not.toBe(await tagOf('arm64'));
  const platforms = ['linux/amd64'];
  expect(await tagOf('x64', platforms)).toBe(await tagOf('arm64', platforms));
});

test('always builds what is there already, and takes no layer of before, until only the push is tried again', async () => {
  const ports = world(new FakeRegistry(DIGEST), new FakeBuilder(aFailure('image-push-failed'), 1));
  await runImage(anImage({ build: 'always' }), anEvent(), deployment, ports);
  expect(ports.builder.requests.map(({ fresh }) => fresh)).toEqual([true, false]);
});

test('always builds what is there already', async () => {
  const ports = world(new FakeRegistry(DIGEST));
  const result = await runImage(anImage({ build: 'always' }), anEvent(), deployment, ports);
  expect(result).toMatchObject({ built: true });
  expect(ports.builder.requests).toHaveLength(1);
});

describe('never', () => {
  test('takes the image of the commit, and changes nothing', async () => {
    const ports = world(new FakeRegistry(DIGEST));
    const result = await runImage(anImage({ build: 'never' }), anEvent(), deployment, ports);
    expect(result).toMatchObject({ digest: DIGEST, built: false });
    expect(ports.registry.asked).toEqual([SHA]);
    expect(ports.done).toEqual([]);
  });

  test('adds the tags that are asked for by name', async () => {
    const ports = world(new FakeRegistry(DIGEST));
    await runImage(
      anImage({ build: 'never', tags: ['production'] }),
      anEvent({ gitTag: 'v1.2.3' }),
      deployment,
      ports,
    );
    expect(ports.registry.added).toEqual(['production']);
  });

  test('adds none in a preview', async () => {
    const ports = world(new FakeRegistry(DIGEST));
    await runImage(anImage({ build: 'never', tags: ['production'] }), anEvent(), { preview: true }, ports);
    expect(ports.registry.added).toEqual([]);
  });

  test('of another context or target has a tag of its own', async () => {
    const settings = anImage({ build: 'never', context: 'app', file: 'app/Dockerfile', target: 'web' });
    const ports = world(new FakeRegistry(DIGEST));
    const result = await runImage(settings, anEvent(), deployment, ports);
    const tag = await commitTag(SHA, settings);
    expect(result).toMatchObject({ tag });
    expect(ports.registry.asked).toEqual([tag]);
  });

  test('fails where there is none, and builds nothing', async () => {
    const ports = world(new FakeRegistry(undefined));
    const failure = await failureOf(runImage(anImage({ build: 'never' }), anEvent(), deployment, ports));
    expect(failure).toMatchObject({ code: 'image-digest-missing' });
    expect(failure.cause).toContain(`ghcr.io/acme/wpp-bot:${SHA}: build is never`);
    expect(ports.builder.requests).toEqual([]);
  });
});

describe('read back', () => {
  test('late: asks again a second later', async () => {
    const ports = world(new FakeRegistry(undefined, undefined, undefined, DIGEST));
    const start = ports.clock.now();
    const result = await runImage(anImage(), anEvent(), deployment, ports);
    expect(result).toMatchObject({ digest: DIGEST, built: true });
    expect(ports.clock.now() - start).toBe(2_000);
  });

  test('not at all: fails, and tells what was pushed', async () => {
    const ports = world(new FakeRegistry(undefined));
    const failure = await failureOf(runImage(anImage(), anEvent(), deployment, ports));
    expect(failure.code).toBe('image-digest-missing');
    expect(failure.cause).toContain('it was pushed, but the registry does not show it');
    expect(ports.registry.asked).toHaveLength(6);
    expect(ports.done).toEqual([expect.stringContaining('pushed ghcr.io/acme/wpp-bot:content-')]);
  });
});

describe('a push that fails', () => {
  test.each([1, 2, 3])('%d times by the registry is tried again', async (times) => {
    const builder = new FakeBuilder(aFailure('image-push-failed'), times);
    const ports = world(new FakeRegistry(undefined, DIGEST), builder);
    expect(await runImage(anImage(), anEvent(), deployment, ports)).toMatchObject({ digest: DIGEST });
    expect(ports.builder.requests).toHaveLength(times + 1);
    expect(ports.log.lines.filter((line) => line.includes('is pushed again'))).toHaveLength(times);
  });

  // A full disk can have room for the little that an upload begins with, when another one has just ended.
  test.each([0, 1, 2, 3])(
    'because a disk is full is told once the registry says so, the %dth time too',
    async (times) => {
      const registry = new FakeRegistry(undefined);
      registry.refusals = [...Array<undefined>(times), '507 Insufficient Storage'];
      const ports = world(registry, new FakeBuilder(aFailure('image-push-failed')));
      const failure = await failureOf(runImage(anImage(), anEvent(), deployment, ports));
      expect(failure.code).toBe('image-push-denied');
      expect(failure.cause).toMatch(/^the registry refused the push of ghcr\.io\/\S+: its disk is full$/);
      expect(failure.evidence).toContain('507 Insufficient Storage');
      expect([ports.builder.requests.length, registry.uploads]).toEqual([times + 1, times + 1]);
      expect(ports.log.lines.filter((line) => line.includes('is pushed again'))).toHaveLength(times);
    },
  );

  test('while the registry takes uploads again is tried again', async () => {
    const registry = new FakeRegistry(undefined, DIGEST);
    registry.refusals = ['429 too many requests'];
    const ports = world(registry, new FakeBuilder(aFailure('image-push-failed'), 1));
    expect(await runImage(anImage(), anEvent(), deployment, ports)).toMatchObject({ digest: DIGEST });
    expect(registry.uploads).toBe(1);
  });

  test('again and again is given up', async () => {
    const error = aFailure('image-push-failed');
    const ports = world(new FakeRegistry(undefined), new FakeBuilder(error));
    expect(await failureOf(runImage(anImage(), anEvent(), deployment, ports))).toBe(error.details);
    expect(ports.builder.requests).toHaveLength(4);
  });

  test.each(['image-push-denied', 'image-build-failed', 'image-engine-missing'] as const)(
    'by %s is not tried again, and nothing was pushed',
    async (code) => {
      const error = aFailure(code);
      const ports = world(new FakeRegistry(undefined), new FakeBuilder(error));
      expect(await failureOf(runImage(anImage(), anEvent(), deployment, ports))).toBe(error.details);
      expect(ports.builder.requests).toHaveLength(1);
      expect(ports.done).toEqual([]);
    },
  );
});

describe('a preview', () => {
  test('builds without pushing what is not there', async () => {
    const ports = world(new FakeRegistry(undefined));
    const result = await runImage(anImage(), anEvent(), preview, ports);
    expect(result).toEqual({ kind: 'checked', name: IMAGE });
    expect(ports.builder.requests.map((request) => request.push)).toEqual([undefined]);
    expect(ports.done).toEqual([]);
  });

  test('gives the digest of what is there, and sets no tag', async () => {
    const ports = world(new FakeRegistry(DIGEST));
    const result = await runImage(anImage(), anEvent(), preview, ports);
    expect(result).toMatchObject({ kind: 'available', digest: DIGEST, built: false });
    expect([ports.builder.requests, ports.registry.added, ports.done]).toEqual([[], [], []]);
  });
});

describe('a warning', () => {
  test('of a build argument that looks like a secret has its name alone', async () => {
    const ports = world(new FakeRegistry(DIGEST));
    await runImage(anImage({ args: { NPM_TOKEN: 'hunter2' } }), anEvent(), deployment, ports);
    expect(ports.log.lines[0]).toMatch(/^warning: build-args: NPM_TOKEN looks like a secret/);
    expect(ports.log.lines.join()).not.toContain('hunter2');
  });

  test('of a token in .git that would be copied', async () => {
    const ports = world(new FakeRegistry(DIGEST), new FakeBuilder(), { ...FILES, '.git/config': 'x' });
    await runImage(anImage(), anEvent(), deployment, ports);
    expect(ports.log.lines[0]).toMatch(/^warning: .git may be copied into the image/);
  });
});

test('a .dockerignore that docker refuses is told before anything is asked or built', async () => {
  const ports = world(new FakeRegistry(DIGEST), new FakeBuilder(), { ...FILES, '.dockerignore': '[a' });
  const failure = await failureOf(runImage(anImage(), anEvent(), deployment, ports));
  expect(failure.code).toBe('image-build-failed');
  expect(failure.cause).toContain('the pattern [a has a [ without ]');
  expect([ports.registry.asked, ports.builder.requests]).toEqual([[], []]);
});
