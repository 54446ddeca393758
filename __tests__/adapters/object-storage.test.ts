import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ObjectStorage, storeEndpoint } from '../../src/adapters/object-storage';
import { failureOf } from '../support/failure';
import { LocalServer } from '../support/http';
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

  test('writes the record', async () => {
    statuses.set('PUT', [200, '']);
    await store().writeRecord(RECORD);
    expect(server.bodies.map((body) => JSON.parse(body) as unknown)).toEqual([RECORD]);
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
