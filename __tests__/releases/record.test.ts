import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { textAt, type JsonObject } from '../../src/json';
import type { Manifest } from '../../src/manifests/objects';
import {
  completed,
  draftOf,
  isLeftOut,
  keyOf,
  objectsOf,
  readRecord,
  readRecords,
  recordOf,
  type Draft,
} from '../../src/releases/record';
import { nameRelease } from '../../src/releases/result';
import { aConfigMap, aDeployment, aManifest } from '../support/manifests';

const scope = { application: 'wpp-bot', environment: 'staging', namespace: 'bots', name: 'wpp-bot-staging' };
const IMAGE = 'ghcr.io/acme/wpp-bot@sha256:0';

const draft = (objects: readonly Manifest[]): Promise<Draft> =>
  draftOf(objects, { scope, commit: 'c'.repeat(40), image: IMAGE });

/** Gives the record as the API server keeps it. */
async function kept(objects: readonly Manifest[], number = 3): Promise<JsonObject> {
  return recordOf(await draft(objects), keyOf(scope, 'home', number), number, 'pending');
}

describe('a record', () => {
  test('has what it is of as labels and annotations, and no label of the inventory’s members', async () => {
    expect(await kept([aConfigMap('a')])).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'wpp-deploy-action/release',
      metadata: {
        name: 'wpp-bot-staging-release-3',
        namespace: 'home',
        labels: {
          'wpp-deploy-action/application': 'wpp-bot',
          'wpp-deploy-action/environment': 'staging',
          'wpp-deploy-action/namespace': 'bots',
          'wpp-deploy-action/release': '3',
          'wpp-deploy-action/status': 'pending',
        },
        annotations: {
          'wpp-deploy-action/commit': 'c'.repeat(40),
          'wpp-deploy-action/image': IMAGE,
          'wpp-deploy-action/digest': expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
        },
      },
      data: { objects: expect.any(String) as unknown },
    });
  });

  test('gives back the very objects, whatever is in them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 5 }),
        async (data) => {
          const objects = data.map((each, index) =>
            aManifest('v1', 'ConfigMap', `c${index}`, { data: each }),
          );
          const release = readRecord(await kept(objects));
          const back = await objectsOf(release);
          expect(back?.map(({ object }) => object)).toEqual(
            JSON.parse(JSON.stringify(objects.map(({ object }) => object))),
          );
          expect(back?.every(({ source }) => source === 'release 3')).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('of the same objects has the same digest, of others another one', async () => {
    const [one, same, other] = await Promise.all([
      draft([aConfigMap('a')]),
      draft([aConfigMap('a')]),
      draft([aConfigMap('a', 'y')]),
    ]);
    expect(one.digest).toBe(same.digest);
    expect(one.digest).not.toBe(other.digest);
  });

  test('of the same image from another commit has the same digest, and the tag of its own', async () => {
    const tagged = (tag: string): Manifest =>
      aManifest('apps/v1', 'Deployment', 'bot', {
        metadata: { name: 'bot', annotations: { 'wpp-deploy-action/image-tag': tag, own: 'x' } },
      });
    const [one, other] = await Promise.all([draft([tagged('a')]), draft([tagged('b')])]);
    expect(one.digest).toBe(other.digest);
    expect(one.packed).not.toBe(other.packed);
  });

  test('of more than fits into a Secret has no objects, and says so by having none', async () => {
    // 64 KiB is the most that is given at once.
    const noise = Array.from({ length: 20 }, () => crypto.getRandomValues(new Uint8Array(65_536)));
    const record = await kept([aConfigMap('a', Buffer.concat(noise).toString('base64'))]);
    expect('data' in record).toBe(false);
    expect(await objectsOf(readRecord(record))).toBeUndefined();
  });

  test.each(['', 'bm8gZ3ppcA==', 'H4sIAAAAAAAAA'])(
    'that was spoilt (%j) gives no objects',
    async (packed) => {
      expect(await objectsOf({ ...readRecord(await kept([aConfigMap('a')])), packed })).toBeUndefined();
    },
  );

  test('is marked as complete only as the one that it was', async () => {
    const secret = await kept([]);
    const release = readRecord({
      ...secret,
      metadata: { ...(secret['metadata'] as JsonObject), uid: 'u-1' },
    });
    expect(completed(release)).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'wpp-bot-staging-release-3',
        namespace: 'home',
        uid: 'u-1',
        labels: { 'wpp-deploy-action/status': 'complete' },
      },
    });
  });
});

test('records are read newest first by number, and what is none is left out', async () => {
  const secrets = [await kept([], 9), await kept([], 10), aManifest('v1', 'Secret', 'other').object];
  expect(readRecords(secrets).map(({ number }) => number)).toEqual([10, 9]);
});

test('what would run again, has a new name each time, or holds the pull token is left out', async () => {
  const objects = [
    aDeployment('bot'),
    aManifest('batch/v1', 'CronJob', 'nightly'),
    aManifest('v1', 'Secret', 'env'),
    aManifest('batch/v1', 'Job', 'migrate'),
    aManifest('v1', 'Secret', 'wpp-deploy-pull'),
    { source: 'a', object: { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'test-' } } },
  ];
  const left = objects.filter(({ object }) => isLeftOut(object));
  expect(left).toEqual(objects.slice(3));
  const names = (await draft(objects)).objects.map((object) => textAt(object, 'metadata', 'name'));
  expect(names).toEqual(['bot', 'nightly', 'env']);
});

test('a release in words', () => {
  expect(nameRelease({ number: 3, commit: 'c'.repeat(40), image: IMAGE })).toBe(
    `release 3 (commit cccccccccccc, image ${IMAGE})`,
  );
});
