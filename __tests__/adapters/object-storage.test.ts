import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ObjectStorage, storeEndpoint } from '../../src/adapters/object-storage';
import { failureOf } from '../support/failure';
import { LocalServer } from '../support/http';
import { redirect } from '../support/redirect';
import { anInfra } from '../support/settings';

const PATH = '/wpp-bot-terraform-state/production/terraform.tfstate.applied.json';
const RECORD = { fingerprint: 'f', commit: 'c', clusterId: 7 };
const before = process.env['AWS_ENDPOINT_URL_S3'];
let server: LocalServer;

beforeEach(() => {
  delete process.env['AWS_ENDPOINT_URL_S3'];
});

afterEach(() => {
  delete process.env['AWS_ENDPOINT_URL_S3'];
  if (before !== undefined) process.env['AWS_ENDPOINT_URL_S3'] = before;
});

test('the endpoint is Linode’s of the region, unless Terraform’s variable names one', () => {
  expect(storeEndpoint(anInfra())).toBe('https://us-east-1.linodeobjects.com');
  process.env['AWS_ENDPOINT_URL_S3'] = 'https://s3.example.com';
  expect(storeEndpoint(anInfra())).toBe('https://s3.example.com');
});

describe('against a server', () => {
  const statuses = new Map<string, readonly [number, string]>();
  const store = (): ObjectStorage => new ObjectStorage(anInfra(), new AbortController().signal);

  beforeEach(async () => {
    statuses.clear();
    server = await LocalServer.answering((request, response) => {
      const [status, body] = statuses.get(request.method ?? '') ?? [404, '<Code>NoSuchKey</Code>'];
      response.writeHead(status).end(body);
    });
    process.env['AWS_ENDPOINT_URL_S3'] = server.address;
  });

  afterEach(() => server.close());

  test('reads the record beside the state, with a signed request', async () => {
    statuses.set('GET', [200, JSON.stringify(RECORD)]);
    expect(await store().readRecord()).toEqual(RECORD);
    expect(server.asked).toEqual([PATH]);
    expect(server.headers[0]?.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=ACCESS0123456789\//);
    expect(JSON.stringify(server.headers)).not.toContain(anInfra().stateSecretKey);
  });

  test('there is none before the first apply', async () => {
    expect(await store().readRecord()).toBeUndefined();
  });

  test('a record of another shape gives no cluster', async () => {
    statuses.set('GET', [200, '{"fingerprint": 1, "clusterId": "7"}']);
    expect(await store().readRecord()).toEqual({ fingerprint: '', commit: '', clusterId: undefined });
  });

  test.each(['', '{"fingerprint": "f', '<html>Sign in</html>'])(
    '%j is no record, and not taken for none',
    async (text) => {
      statuses.set('GET', [200, text]);
      const failure = await failureOf(store().readRecord());
      expect(failure).toMatchObject({ code: 'state-store-failed' });
      expect(failure.cause).toMatch(
        /\/production\/terraform\.tfstate\.applied\.json is no record of an apply$/,
      );
    },
  );

  test('writes the record', async () => {
    statuses.set('PUT', [200, '']);
    await store().writeRecord(RECORD);
    expect(server.bodies.map((body) => JSON.parse(body) as unknown)).toEqual([RECORD]);
  });

  test.each([
    [200, true],
    [404, false],
  ])('there is a state: HEAD answers %s', async (status, there) => {
    statuses.set('HEAD', [status, '']);
    expect(await store().hasState()).toBe(there);
    expect(server.asked).toEqual([PATH.replace('.applied.json', '')]);
  });

  test('a state that cannot be looked for is not taken for none', async () => {
    statuses.set('HEAD', [403, '']);
    expect(await failureOf(store().hasState())).toMatchObject({ code: 'state-store-failed' });
  });

  test.each([
    [
      'a bucket that is not there',
      [404, '<Code>NoSuchBucket</Code>'],
      /answered 404: NoSuchBucket/,
      /Make the bucket/,
    ],
    [
      'a key that may not',
      [403, '<Code>AccessDenied</Code>'],
      /answered 403: AccessDenied/,
      /state-access-key/,
    ],
  ] as const)('%s is told', async (_, [status, body], cause, advice) => {
    statuses.set('GET', [status, body]);
    statuses.set('PUT', [status, body]);
    for (const work of [() => store().readRecord(), () => store().writeRecord(RECORD)]) {
      const failure = await failureOf(work());
      expect(failure).toMatchObject({ code: 'state-store-failed' });
      expect(failure.cause).toMatch(cause);
      expect(failure.advice).toMatch(advice);
    }
  });
});

/** What an S3 store answers to Terraform 1.11.4, recorded; only what the trial of the lock is about is kept here. */
interface Recorded {
  readonly scenario: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
}

describe('the trial of the lock', () => {
  const recorded = readFileSync('__tests__/fixtures/s3-backend.jsonl', 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded);
  /** Gives how the store of a scenario answered to the lock. */
  const locked = (scenario: string): Recorded => {
    const found = recorded.find(
      (call) => call.scenario === scenario && call.method === 'PUT' && call.headers['If-None-Match'] === '*',
    );
    if (found === undefined) throw new Error(`${scenario} takes no lock`);
    return found;
  };
  const objects = new Set<string>();
  let keepsCondition: boolean;
  let knowsCondition: boolean;
  let mayWrite: boolean;
  const store = (): ObjectStorage => new ObjectStorage(anInfra(), new AbortController().signal);

  beforeEach(async () => {
    objects.clear();
    [keepsCondition, knowsCondition, mayWrite] = [true, true, true];
    server = await LocalServer.answering(({ method, url = '', headers }, response) => {
      const conditional = headers['if-none-match'] === '*';
      const chunked = headers['content-encoding'] === 'aws-chunked';
      if (!mayWrite) return response.writeHead(403).end('<Code>AccessDenied</Code>');
      if (method === 'DELETE') return response.writeHead(objects.delete(url) ? 204 : 404).end();
      if (chunked) return response.writeHead(400).end('<Code>XAmzContentSHA256Mismatch</Code>');
      if (conditional && !knowsCondition) return response.writeHead(501).end('<Code>NotImplemented</Code>');
      if (conditional && keepsCondition && objects.has(url))
        return response.writeHead(412).end('<Code>PreconditionFailed</Code>');
      objects.add(url);
      return response.writeHead(200).end();
    });
    process.env['AWS_ENDPOINT_URL_S3'] = server.address;
  });

  afterEach(() => server.close());

  test('is written as Terraform writes its lock, which the store takes', async () => {
    await store().tryLock();
    const { headers, status } = locked('B-https-with-env');
    expect(status).toBe(200);
    for (const name of ['If-None-Match', 'X-Amz-Content-Sha256', 'Content-Encoding', 'X-Amz-Trailer'])
      expect(server.headers[0]?.[name.toLowerCase()]).toBe(headers[name]);
    // The other way, which the store refuses, is that of newer clients by themselves.
    expect(locked('A-https-skip_checksum-no-env')).toMatchObject({
      status: 400,
      headers: { 'Content-Encoding': 'aws-chunked' },
    });
  });

  test('tells a store that keeps the condition, as recorded, and leaves nothing there', async () => {
    const { status } = locked('C-stale-lock-honoured');
    expect(await store().tryLock()).toEqual({
      taken: { status: 200, code: '' },
      again: { status, code: 'PreconditionFailed' },
      released: { status: 204, code: '' },
    });
    expect([...objects]).toEqual([]);
    expect(new Set(server.asked).size).toBe(1);
    expect(server.asked[0]).toMatch(
      /^\/wpp-bot-terraform-state\/production\/terraform\.tfstate\.trial-[0-9a-f-]+$/,
    );
  });

  test('tells a store that ignores the condition, as recorded', async () => {
    keepsCondition = false;
    const { status } = locked('D-lock-ignored-by-server');
    expect(await store().tryLock()).toMatchObject({ taken: { status: 200 }, again: { status } });
    expect([...objects]).toEqual([]);
  });

  test('tells a store that does not know the condition from one that takes no writes', async () => {
    knowsCondition = false;
    expect(await store().tryLock()).toEqual({
      taken: { status: 501, code: 'NotImplemented' },
      plain: { status: 200, code: '' },
      released: { status: 204, code: '' },
    });
    mayWrite = false;
    expect(await store().tryLock()).toEqual({ taken: { status: 403, code: 'AccessDenied' } });
    expect([...objects]).toEqual([]);
  });
});

test('a store that is not there is asked four times, and told', async () => {
  const undo = redirect('https://s3.example.com', '');
  server = await LocalServer.answering((request) => void request.socket.destroy());
  process.env['AWS_ENDPOINT_URL_S3'] = server.address;
  const store = new ObjectStorage(anInfra(), new AbortController().signal);
  const failure = await failureOf(store.readRecord()).finally(() => {
    undo();
    return server.close();
  });
  expect(failure).toMatchObject({ code: 'state-store-failed' });
  expect(failure.cause).toMatch(/did not answer/);
  expect(server.asked).toHaveLength(4);
});
