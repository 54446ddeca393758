import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LinodeStorage } from '../../src/adapters/linode-storage';
import { failureOf } from '../support/failure';
import { LocalServer } from '../support/http';
import { redirect } from '../support/redirect';

const TOKEN = 'linode-0123456789abcdef';
const BUCKET = { label: 'state', region: 'us-east', host: 'us-east-1.linodeobjects.com' };

let server: LocalServer;
let undo: () => void;
/** The answers in order; the last one stays. */
let answers: (readonly [number, unknown] | 'cut')[];
let methods: string[];

beforeEach(async () => {
  [answers, methods] = [[], []];
  server = await LocalServer.answering((request: IncomingMessage, response: ServerResponse) => {
    methods.push(request.method ?? '');
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 'cut';
    if (answer === 'cut') request.socket.destroy();
    else response.writeHead(answer[0]).end(JSON.stringify(answer[1]));
  });
  undo = redirect('https://api.linode.com', server.address);
});

afterEach(async () => {
  undo();
  await server.close();
});

const account = (): LinodeStorage => new LinodeStorage(TOKEN, new AbortController().signal);
const page = (...data: readonly object[]): readonly [number, unknown] => [200, { data, page: 1, pages: 1 }];
const refusal = (status: number, reason: string): readonly [number, unknown] => [
  status,
  { errors: [{ reason }] },
];

describe('what is there', () => {
  test('stores', async () => {
    answers = [page({ region: 'us-east', s3_endpoint: 'us-east-1.linodeobjects.com', endpoint_type: 'E1' })];
    expect(await account().stores()).toEqual([{ region: 'us-east', host: 'us-east-1.linodeobjects.com' }]);
    expect(server.asked).toEqual(['/v4/object-storage/endpoints?page=1&page_size=500']);
    expect(server.headers[0]).toMatchObject({ authorization: `Bearer ${TOKEN}` });
  });

  test('buckets, of all pages', async () => {
    const entry = { label: 'state', region: 'us-east', s3_endpoint: BUCKET.host };
    answers = [
      [200, { data: [entry], pages: 2 }],
      [200, { data: [{ ...entry, label: 'more' }], pages: 2 }],
    ];
    expect(await account().buckets()).toEqual([BUCKET, { ...BUCKET, label: 'more' }]);
    expect(server.asked).toHaveLength(2);
  });

  test('keys, with what they open', async () => {
    const access = [{ region: 'us-east', bucket_name: 'state', permissions: 'read_write' }];
    answers = [
      page({ id: 7, label: 'a', bucket_access: access }, { id: 8, label: 'b', bucket_access: null }),
    ];
    expect(await account().keys()).toEqual([
      { id: 7, label: 'a', buckets: [{ region: 'us-east', name: 'state' }] },
      { id: 8, label: 'b', buckets: [] },
    ]);
  });
});

describe('what is made', () => {
  test('a private bucket', async () => {
    answers = [[200, { label: 'state', region: 'us-east', s3_endpoint: BUCKET.host }]];
    expect(await account().makeBucket('state', 'us-east')).toEqual(BUCKET);
    expect(server.bodies.map((body) => JSON.parse(body) as unknown)).toEqual([
      { label: 'state', region: 'us-east', acl: 'private' },
    ]);
  });

  test('a key for one bucket alone', async () => {
    answers = [[200, { id: 7, access_key: 'ACCESS', secret_key: 'SECRET' }]];
    expect(await account().makeKey('ours', BUCKET)).toEqual({
      id: 7,
      accessKey: 'ACCESS',
      secretKey: 'SECRET',
    });
    expect(server.bodies.map((body) => JSON.parse(body) as unknown)).toEqual([
      {
        label: 'ours',
        bucket_access: [{ region: 'us-east', bucket_name: 'state', permissions: 'read_write' }],
      },
    ]);
  });

  test('is made once, although the answer is lost', async () => {
    answers = ['cut'];
    const failure = await failureOf(account().makeKey('ours', BUCKET));
    expect(failure).toMatchObject({ code: 'linode-refused' });
    expect(failure.cause).toMatch(/^Linode did not answer \(.*\) for making Object Storage keys$/);
    expect(methods).toEqual(['POST']);
  });

  test('a key is removed, also after an answer that was lost', async () => {
    answers = ['cut', [200, {}]];
    await account().removeKey(7);
    expect(server.asked).toEqual(['/v4/object-storage/keys/7', '/v4/object-storage/keys/7']);
    expect(methods).toEqual(['DELETE', 'DELETE']);
  });
});

describe('a refusal', () => {
  test.each([
    [401, 'Your OAuth token is not authorized to use this endpoint.'],
    [400, 'Bucket name already exists'],
  ])('%d is told at once, with Linode’s words', async (status, reason) => {
    answers = [refusal(status, reason)];
    const failure = await failureOf(account().makeBucket('state', 'us-east'));
    expect(failure.cause).toBe(`Linode answered ${status} (${reason}) for making Object Storage buckets`);
    expect(failure.advice).toContain('object_storage:read_write');
    expect(methods).toHaveLength(1);
  });

  test.each([429, 503])('%d passes', async (status) => {
    answers = [refusal(status, 'Please try again later.'), page()];
    expect(await account().keys()).toEqual([]);
    expect(methods).toHaveLength(2);
  });

  test('what is no data is none', async () => {
    undo();
    await server.close();
    server = await LocalServer.answering((_, response) => void response.writeHead(200).end('<html>'));
    undo = redirect('https://api.linode.com', server.address);
    const failure = await failureOf(account().makeKey('ours', BUCKET));
    expect(failure.cause).toBe('Linode answered 200 for making Object Storage keys');
  });
});
