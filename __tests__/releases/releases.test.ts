import { describe, expect, test } from '@jest/globals';
import { textAt, type JsonObject } from '../../src/json';
import { draftOf, type Draft } from '../../src/releases/record';
import {
  abandonRelease,
  completeRelease,
  findReleases,
  isNewRelease,
  openRelease,
  releaseBefore,
  type ReleasePorts,
} from '../../src/releases/releases';
import { FakeCluster, refusal } from '../support/cluster';
import { aFailure } from '../support/failure';
import { FakeLog } from '../support/log';
import { aConfigMap } from '../support/manifests';

const scope = { application: 'bot', environment: 'production', namespace: 'ns', name: 'bot-production' };

function outside(): ReleasePorts & { readonly cluster: FakeCluster; readonly log: FakeLog } {
  return { cluster: new FakeCluster(), log: new FakeLog(), run: '4711.1-0' };
}

const draft = (value: string): Promise<Draft> =>
  draftOf([aConfigMap('a', value)], { scope, commit: value.repeat(40), image: 'ghcr.io/a/b@sha256:0' });

/** Records a release to its end. */
async function deployed(value: string, ports: ReleasePorts): ReturnType<typeof completeRelease> {
  return completeRelease(await openRelease(await draft(value), 'ns', ports), ports);
}

const isRecord = (object: JsonObject): boolean => textAt(object, 'type') === 'wpp-deploy-action/release';
const label = (object: JsonObject, name: string): string =>
  textAt(object, 'metadata', 'labels', `wpp-deploy-action/${name}`);

/** Gives each record as `number status first-letter-of-the-commit`, by number. */
function recorded({ cluster }: { readonly cluster: FakeCluster }): readonly string[] {
  return [...cluster.objects.values()]
    .filter(isRecord)
    .map((object) => {
      const commit = textAt(object, 'metadata', 'annotations', 'wpp-deploy-action/commit');
      return `${label(object, 'release')} ${label(object, 'status')} ${commit.slice(0, 1)}`;
    })
    .sort();
}

describe('a deploy', () => {
  test('is recorded as pending before, as complete after', async () => {
    const ports = outside();
    const open = await openRelease(await draft('a'), 'ns', ports);
    expect(recorded(ports)).toEqual(['1 pending a']);
    expect(await completeRelease(open, ports)).toEqual({
      number: 1,
      commit: 'a'.repeat(40),
      image: 'ghcr.io/a/b@sha256:0',
    });
    expect(recorded(ports)).toEqual(['1 complete a']);
  });

  test('of the same again writes nothing', async () => {
    const ports = outside();
    await deployed('a', ports);
    const written = ports.cluster.written.length;
    expect(await deployed('a', ports)).toMatchObject({ number: 1 });
    expect(ports.cluster.written).toHaveLength(written);
    expect(ports.cluster.removed).toEqual([]);
  });

  test('that was killed and runs again goes on with its record', async () => {
    const ports = outside();
    await deployed('a', ports);
    await openRelease(await draft('b'), 'ns', ports);
    await deployed('b', ports);
    expect(recorded(ports)).toEqual(['1 complete a', '2 complete b']);
  });

  test('that completes forgets those that never did', async () => {
    const ports = outside();
    await deployed('a', ports);
    await openRelease(await draft('b'), 'ns', ports);
    await deployed('c', ports);
    expect(recorded(ports)).toEqual(['1 complete a', '3 complete c']);
  });

  test('of what ran before a failed one forgets the failed one, so that a rollback does not lead to itself', async () => {
    const ports = outside();
    await deployed('a', ports);
    await deployed('b', ports);
    await openRelease(await draft('c'), 'ns', ports);
    await deployed('b', ports);
    expect(recorded(ports)).toEqual(['1 complete a', '2 complete b']);
  });

  test('of what ran two releases ago is a release of its own', async () => {
    const ports = outside();
    for (const value of ['a', 'b', 'a']) await deployed(value, ports);
    expect(recorded(ports)).toEqual(['1 complete a', '2 complete b', '3 complete a']);
  });

  test('keeps the last five', async () => {
    const ports = outside();
    for (const value of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await deployed(value, ports);
    expect(recorded(ports)).toEqual(
      ['c', 'd', 'e', 'f', 'g'].map((value, i) => `${i + 3} complete ${value}`),
    );
  });

  test('that another run takes the number from takes the next one', async () => {
    const ports = outside();
    ports.cluster.refuse('Secret/ns/bot-production-release-1', ({ fieldManager, force }) =>
      fieldManager === 'wpp-deploy-action-4711.1-0' && !force ? refusal(409) : undefined,
    );
    await deployed('a', ports);
    expect(recorded(ports)).toEqual(['2 complete a']);
  });

  test('whose record another run has deleted is recorded anew', async () => {
    const ports = outside();
    const open = await openRelease(await draft('a'), 'ns', ports);
    ports.cluster.objects.clear();
    let asked = 0;
    // The server's answer where the uid that was asked for is gone.
    ports.cluster.refuse('Secret/ns/bot-production-release-1', () =>
      asked++ === 0 ? refusal(409) : undefined,
    );
    expect(await completeRelease(open, ports)).toMatchObject({ number: 1 });
    expect(recorded(ports)).toEqual(['1 complete a']);
  });

  test('into a namespace that it makes itself is recorded once it is there', async () => {
    const ports = outside();
    let there = false;
    ports.cluster.refuse('Secret/ns/bot-production-release-1', () => (there ? undefined : refusal(404)));
    const open = await openRelease(await draft('a'), 'ns', ports);
    expect(recorded(ports)).toEqual([]);
    there = true;
    await completeRelease(open, ports);
    expect(recorded(ports)).toEqual(['1 complete a']);
    expect(ports.log.lines).toEqual([]);
  });

  test.each([
    [
      403,
      { message: 'User "x" cannot patch resource "secrets"' },
      'User "x" cannot patch resource "secrets"',
    ],
    [422, { message: 'Secret is invalid: hunter2', reason: 'Invalid' }, 'Invalid'],
    [413, {}, 'HTTP 413'],
  ])('whose record is refused with %i goes on with a warning', async (code, status, said) => {
    const ports = outside();
    ports.cluster.refuse('Secret/ns/bot-production-release-1', () => refusal(code, status));
    expect(await deployed('a', ports)).toBeUndefined();
    expect(ports.log.lines).toEqual([
      `warning: This release is not recorded, so that rollback will not be possible to it: the cluster refused Secret/ns/bot-production-release-1: ${said}.`,
    ]);
  });

  test('that may not list Secrets goes on with a warning', async () => {
    const ports = outside();
    ports.cluster.list = () => Promise.reject(aFailure('cluster-forbidden', 'may not list'));
    expect(await deployed('a', ports)).toBeUndefined();
    expect(ports.log.lines).toEqual([expect.stringMatching(/^warning: .*rollback.*may not list\.$/)]);
    expect(ports.cluster.written).toEqual([]);
  });

  test('that is cancelled ends', async () => {
    const ports = outside();
    ports.cluster.list = () => Promise.reject(aFailure('cancelled'));
    await expect(deployed('a', ports)).rejects.toMatchObject({ details: { code: 'cancelled' } });
  });

  test('of too much is recorded without its objects, once, with a warning', async () => {
    const ports = outside();
    const large = { ...(await draft('a')), packed: '' };
    for (let run = 0; run < 2; run += 1) await completeRelease(await openRelease(large, 'ns', ports), ports);
    expect(recorded(ports)).toEqual(['1 complete a']);
    expect(ports.log.lines).toEqual(Array(2).fill(expect.stringContaining('more than 1 MiB')));
  });
});

describe('what a failed release goes back to', () => {
  test('is the newest complete one before it', async () => {
    const ports = outside();
    for (const value of ['a', 'b']) await deployed(value, ports);
    await openRelease(await draft('c'), 'ns', ports);
    const open = await openRelease(await draft('d'), 'ns', ports);
    expect(releaseBefore(open)).toMatchObject({ number: 2 });
    expect(isNewRelease(open)).toBe(true);
    await abandonRelease(open, ports);
    expect(recorded(ports)).toEqual(['1 complete a', '2 complete b', '3 pending c']);
  });

  test('is nothing for the first one', async () => {
    expect(releaseBefore(await openRelease(await draft('a'), 'ns', outside()))).toBeUndefined();
  });

  test('is nothing where the same one was complete before, whose record stays', async () => {
    const ports = outside();
    for (const value of ['a', 'b']) await deployed(value, ports);
    const open = await openRelease(await draft('b'), 'ns', ports);
    expect(releaseBefore(open)).toBeUndefined();
    expect(isNewRelease(open)).toBe(false);
    await abandonRelease(open, ports);
    expect(recorded(ports)).toEqual(['1 complete a', '2 complete b']);
  });
});

test('a record that cannot be deleted is a warning', async () => {
  const ports = outside();
  for (const value of ['a', 'b', 'c', 'd', 'e']) await deployed(value, ports);
  ports.cluster.remove = () => Promise.resolve(refusal(403, { message: 'may not delete' }));
  expect(await deployed('f', ports)).toMatchObject({ number: 6 });
  expect(ports.log.lines).toEqual(['warning: The record of release 1 is not deleted: may not delete.']);
});

describe('releases are found', () => {
  async function two(): Promise<ReturnType<typeof outside>> {
    const ports = outside();
    await completeRelease(await openRelease(await draft('a'), 'ns', ports), ports);
    await completeRelease(await openRelease(await draft('b'), 'moved', ports), ports);
    for (const [name, object] of ports.cluster.objects) {
      const creationTimestamp = name.startsWith('Secret/ns')
        ? '2026-01-01T00:00:00Z'
        : '2026-02-01T00:00:00Z';
      ports.cluster.put({
        ...object,
        metadata: { ...(object['metadata'] as JsonObject), creationTimestamp },
      });
    }
    return ports;
  }

  test('in whatever namespace the newest stands', async () => {
    const { cluster } = await two();
    expect(await findReleases(scope, cluster)).toMatchObject([{ number: 1, key: { namespace: 'moved' } }]);
  });

  test('in the default namespace where the account may look into no other', async () => {
    const { cluster } = await two();
    const list = cluster.list.bind(cluster);
    cluster.list = (type, namespace, selector) =>
      namespace === undefined
        ? Promise.reject(aFailure('cluster-forbidden'))
        : list(type, namespace, selector);
    expect(await findReleases(scope, cluster)).toMatchObject([{ number: 1, key: { namespace: 'ns' } }]);
  });

  test.each([{ environment: 'staging' }, { application: 'other' }, { namespace: 'tenant' }])(
    'only those of %j',
    async (other) => {
      const { cluster } = await two();
      expect(await findReleases({ ...scope, ...other }, cluster)).toEqual([]);
    },
  );
});
