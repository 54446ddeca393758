import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bootstrap, KEY_SECRETS, type BootstrapPorts } from '../../src/infra/bootstrap';
import type { StorageKey } from '../../src/ports';
import type { BootstrapSettings } from '../../src/settings/bootstrap-settings';
import { FakeAccount } from '../support/account';
import { aFailure, failureOf } from '../support/failure';
import { FakeLog } from '../support/log';
import { FakeSecrets } from '../support/secrets';

const BUCKET = 'bot-terraform-state';
const [ACCESS, SECRET] = KEY_SECRETS;

function aBootstrap(given: Partial<BootstrapSettings> = {}): BootstrapSettings {
  return {
    ...{ owner: 'Acme', repository: 'bot', bucket: BUCKET, storeRegion: 'us-east-1' },
    ...{ hasKey: false, linodeToken: 'linode-0123456789abcdef' },
    ...given,
  };
}

interface World extends BootstrapPorts {
  readonly account: FakeAccount;
  readonly secrets: FakeSecrets;
  readonly log: FakeLog;
  readonly masked: string[];
  readonly done: string[];
}

function world(): World {
  const [masked, done]: [string[], string[]] = [[], []];
  return {
    ...{ account: new FakeAccount(), secrets: new FakeSecrets(), log: new FakeLog(), masked, done },
    mask: (secret) => void masked.push(secret),
    did: (line) => void done.push(line),
  };
}

/** The label of the key, as the step makes it. */
async function labelFor(settings: BootstrapSettings): Promise<string> {
  const ports = world();
  await bootstrap(settings, ports);
  return ports.account.known[0]?.label ?? '';
}

describe('the first time', () => {
  test('bucket and key are made, and the secrets written', async () => {
    const ports = world();
    expect(await bootstrap(aBootstrap(), ports)).toEqual({
      ...{ bucket: BUCKET, region: 'us-east', madeBucket: true, madeKey: true },
    });
    expect(ports.account.changed).toEqual([`bucket ${BUCKET}`, 'key 101']);
    expect(ports.account.known).toMatchObject([{ buckets: [{ region: 'us-east', name: BUCKET }] }]);
    expect([...ports.secrets.values]).toEqual([
      [ACCESS, 'ACCESS-101'],
      [SECRET, 'SECRET-101'],
    ]);
    expect(ports.done).toEqual([
      `made the bucket ${BUCKET} in us-east`,
      expect.stringMatching(/^made the access key wpp-state-acme-bot-[0-9a-f]{8} \(id 101\)$/),
      'wrote the secrets STATE_ACCESS_KEY and STATE_SECRET_KEY of the repository',
    ]);
  });

  test('both halves of the key are masked, and told nowhere', async () => {
    const ports = world();
    await bootstrap(aBootstrap(), ports);
    expect(ports.masked).toEqual(['ACCESS-101', 'SECRET-101']);
    expect([...ports.done, ...ports.log.lines].join()).not.toMatch(/ACCESS-|SECRET-/);
  });
});

describe('once more', () => {
  test('nothing is made', async () => {
    const ports = world();
    await bootstrap(aBootstrap(), ports);
    ports.account.changed.length = 0;
    expect(await bootstrap(aBootstrap(), ports)).toMatchObject({ madeBucket: false, madeKey: false });
    expect(ports.account.changed).toEqual([]);
    expect(ports.secrets.written).toHaveLength(2);
  });

  test('no key is made where the job has one from elsewhere', async () => {
    const ports = world();
    const result = await bootstrap(aBootstrap({ hasKey: true }), ports);
    expect(result).toMatchObject({ madeBucket: true, madeKey: false });
    expect(ports.account.changed).toEqual([`bucket ${BUCKET}`]);
  });

  test('a bucket of that name in another store is another one', async () => {
    const ports = world();
    ports.account.there = [{ label: BUCKET, region: 'eu-west', host: 'eu-west-1.linodeobjects.com' }];
    expect(await bootstrap(aBootstrap(), ports)).toMatchObject({ madeBucket: true, region: 'us-east' });
  });
});

describe('after a run that was killed', () => {
  test.each<[string, readonly string[]]>([
    ['before any secret was written', []],
    ['between the secrets', [ACCESS]],
    ['before the other secret', [SECRET]],
  ])('%s, the lost key is removed and another made', async (_, written) => {
    const ports = world();
    await bootstrap(aBootstrap(), ports);
    const lost = ports.account.known[0]?.id;
    for (const name of KEY_SECRETS) if (!written.includes(name)) ports.secrets.values.delete(name);
    expect(await bootstrap(aBootstrap(), ports)).toMatchObject({ madeBucket: false, madeKey: true });
    expect(ports.account.known).toHaveLength(1);
    expect(ports.account.known[0]?.id).not.toBe(lost);
    expect(ports.secrets.values.get(SECRET)).toBe(`SECRET-${ports.account.known[0]?.id}`);
    expect(ports.secrets.values.get(ACCESS)).toBe(`ACCESS-${ports.account.known[0]?.id}`);
    expect(ports.done).toContainEqual(
      expect.stringMatching(/^removed the access key .*, whose secrets were lost$/),
    );
  });

  test.each<[string, (label: string) => Partial<StorageKey>]>([
    ['of another label', () => ({ label: 'mine' })],
    ['that opens another bucket', () => ({ buckets: [{ region: 'us-east', name: 'other' }] })],
    ['that opens this bucket in another region', () => ({ buckets: [{ region: 'eu-west', name: BUCKET }] })],
    ['that opens all buckets', () => ({ buckets: [] })],
    [
      'that opens another bucket too',
      () => ({
        buckets: [
          { region: 'us-east', name: BUCKET },
          { region: 'us-east', name: 'other' },
        ],
      }),
    ],
  ])('a key %s is not touched', async (_, given) => {
    const label = await labelFor(aBootstrap());
    const ports = world();
    const key = { id: 7, label, buckets: [{ region: 'us-east', name: BUCKET }], ...given(label) };
    ports.account.known = [key];
    await bootstrap(aBootstrap(), ports);
    expect(ports.account.known).toContainEqual(key);
    expect(ports.account.known).toHaveLength(2);
  });
});

describe('what cannot be done', () => {
  test('a token that may not list secrets is told before anything is made', async () => {
    const ports = world();
    ports.secrets.errors.names = aFailure('secrets-refused');
    expect(await failureOf(bootstrap(aBootstrap(), ports))).toMatchObject({ code: 'secrets-refused' });
    expect(ports.account.changed).toEqual([]);
  });

  test.each([
    ['is removed again', undefined, 0],
    ['that cannot be removed either is left to the next run', aFailure('linode-refused'), 1],
  ])('a key whose secrets cannot be written %s', async (_, removalError, left) => {
    const ports = world();
    ports.secrets.errors.write = aFailure('secrets-refused');
    ports.account.removalError = removalError;
    expect(await failureOf(bootstrap(aBootstrap(), ports))).toMatchObject({ code: 'secrets-refused' });
    expect(ports.account.known).toHaveLength(left);
    expect(ports.done.filter((line) => line.endsWith('again'))).toHaveLength(1 - left);
  });

  test('a region that Linode does not have names those that it has', async () => {
    const ports = world();
    const failure = await failureOf(bootstrap(aBootstrap({ storeRegion: 'us-esat-1' }), ports));
    expect(failure).toMatchObject({
      cause: 'Linode has no Object Storage at us-esat-1.linodeobjects.com',
      advice: 'Give `region=` in backend-config one of: eu-west-1, us-east-1.',
    });
    expect(ports.account.changed).toEqual([]);
  });

  test('a bucket that came to lie elsewhere is told with its region, and no key is made', async () => {
    const ports = world();
    ports.account.host = 'us-east-9.linodeobjects.com';
    const failure = await failureOf(bootstrap(aBootstrap(), ports));
    expect(failure.advice).toBe('Give backend-config `region=us-east-9` and run this again.');
    expect(ports.account.changed).toEqual([`bucket ${BUCKET}`]);
  });
});

test('each repository has a label of its own that Linode takes', async () => {
  const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,60}$/);
  await fc.assert(
    fc.asyncProperty(name, name, name, async (owner, repository, other) => {
      const label = await labelFor(aBootstrap({ owner, repository }));
      expect(label).toMatch(/^[a-z0-9-]{3,50}$/);
      const isSame = other.toLowerCase() === repository.toLowerCase();
      expect((await labelFor(aBootstrap({ owner, repository: other }))) === label).toBe(isSame);
    }),
  );
  expect(await labelFor(aBootstrap({ owner: 'a', repository: 'b-c' }))).not.toBe(
    await labelFor(aBootstrap({ owner: 'a-b', repository: 'c' })),
  );
});
