import { describe, expect, test } from '@jest/globals';
import { runImage, type ImagePorts } from '../../src/image/image';
import { commitTag } from '../../src/image/tag';
import { ManualClock } from '../support/clock';
import { aFailure, failureOf } from '../support/failure';
import { FakeBuilder, FakeRegistry } from '../support/image';
import { FakeLog } from '../support/log';
import { anEvent, anImage, DIGEST, IMAGE, SHA } from '../support/settings';

interface World extends ImagePorts {
  readonly builder: FakeBuilder;
  readonly registry: FakeRegistry;
  readonly clock: ManualClock;
  readonly log: FakeLog;
  readonly done: string[];
}

function world(registry: FakeRegistry, builder = new FakeBuilder()): World {
  const done: string[] = [];
  const did = (line: string): void => void done.push(line);
  return { builder, registry, clock: new ManualClock(), log: new FakeLog(), did, done };
}

const deployment = { preview: false };

describe('auto', () => {
  test('takes the image that is there', async () => {
    const ports = world(new FakeRegistry(DIGEST));
    const result = await runImage(anImage(), anEvent(), deployment, ports);
    expect(result).toEqual({ kind: 'available', name: IMAGE, tag: SHA, digest: DIGEST, built: false });
    expect(ports.builder.requests).toEqual([]);
    expect(ports.done).toEqual([]);
    expect(ports.log.lines).toEqual([
      `ghcr.io/acme/wpp-bot:${SHA} is in the registry: it is not built again.`,
    ]);
  });

  test('builds what is not there, and gives the digest that the registry shows', async () => {
    const ports = world(new FakeRegistry(undefined, DIGEST));
    const result = await runImage(anImage(), anEvent({ branch: 'feature/x' }), deployment, ports);
    expect(result).toEqual({ kind: 'available', name: IMAGE, tag: SHA, digest: DIGEST, built: true });
    expect(ports.builder.requests).toEqual([
      expect.objectContaining({
        context: '.',
        file: './Dockerfile',
        labels: { 'org.opencontainers.image.source': 'https://github.com/acme/wpp-bot' },
        push: `ghcr.io/acme/wpp-bot:${SHA}`,
      }),
    ]);
    expect(ports.registry.asked).toEqual([SHA, SHA]);
    expect(ports.registry.added).toEqual([`${SHA} → feature-x`]);
    expect(ports.done).toEqual([
      `pushed ghcr.io/acme/wpp-bot:${SHA}`,
      'tagged ghcr.io/acme/wpp-bot as feature-x',
    ]);
  });

  test('pushes the tag of the commit alone where the event has no branch', async () => {
    const ports = world(new FakeRegistry(undefined, DIGEST));
    await runImage(anImage(), anEvent({ branch: undefined }), deployment, ports);
    expect(ports.builder.requests[0]?.push).toBe(`ghcr.io/acme/wpp-bot:${SHA}`);
    expect(ports.registry.added).toEqual([]);
  });
});

test('no label names the commit, which would give each commit another digest', async () => {
  const ports = world(new FakeRegistry(undefined, DIGEST));
  await runImage(anImage(), anEvent(), deployment, ports);
  expect(JSON.stringify(ports.builder.requests[0]?.labels)).not.toContain(SHA);
});

test('always builds what is there already', async () => {
  const ports = world(new FakeRegistry(DIGEST));
  const result = await runImage(anImage({ build: 'always' }), anEvent(), deployment, ports);
  expect(result).toMatchObject({ built: true });
  expect(ports.builder.requests).toHaveLength(1);
});

describe('never', () => {
  test('takes the image that is there', async () => {
    const ports = world(new FakeRegistry(DIGEST));
    const result = await runImage(anImage({ build: 'never' }), anEvent(), deployment, ports);
    expect(result).toMatchObject({ digest: DIGEST, built: false });
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
    expect(ports.done).toEqual([`pushed ghcr.io/acme/wpp-bot:${SHA}`]);
  });
});

test('a failed build is handed on, and nothing was pushed', async () => {
  const error = aFailure('image-build-failed');
  const ports = world(new FakeRegistry(undefined), new FakeBuilder(error));
  expect(await failureOf(runImage(anImage(), anEvent(), deployment, ports))).toBe(error.details);
  expect(ports.done).toEqual([]);
});

test('a build argument that looks like a secret is warned of, by its name alone', async () => {
  const ports = world(new FakeRegistry(DIGEST));
  await runImage(anImage({ args: { NPM_TOKEN: 'hunter2' } }), anEvent(), deployment, ports);
  expect(ports.log.lines[0]).toMatch(/^warning: build-args: NPM_TOKEN looks like a secret/);
  expect(ports.log.lines.join()).not.toContain('hunter2');
});

test('a preview builds without pushing and does not ask the registry', async () => {
  const ports = world(new FakeRegistry(DIGEST));
  const result = await runImage(anImage(), anEvent(), { preview: true }, ports);
  expect(result).toEqual({ kind: 'checked', name: IMAGE });
  expect(ports.builder.requests.map((request) => request.push)).toEqual([undefined]);
  expect(ports.registry.asked).toEqual([]);
  expect(ports.done).toEqual([]);
});

test('an image of another context has a tag of its own, by which it is looked for and pushed', async () => {
  const ports = world(new FakeRegistry(undefined, DIGEST));
  const settings = anImage({ context: 'app', file: 'app/Dockerfile' });
  const result = await runImage(settings, anEvent({ branch: undefined }), deployment, ports);
  const tag = await commitTag(SHA, anImage({ context: 'app', file: 'app/Dockerfile' }));
  expect(result).toMatchObject({ tag, built: true });
  expect(ports.registry.asked).toEqual([tag, tag]);
  expect(ports.builder.requests[0]?.push).toBe(`ghcr.io/acme/wpp-bot:${tag}`);
});
