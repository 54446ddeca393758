import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import sodium from 'libsodium-wrappers';
import { GitHubApi } from '../../src/adapters/github-api';
import { GitHubSecrets } from '../../src/adapters/github-secrets';
import { textAt } from '../../src/json';
import { ManualClock } from '../support/clock';
import { failureOf } from '../support/failure';
import { LocalServer } from '../support/http';
import { redirect } from '../support/redirect';

const SECRETS = '/repos/acme/bot/actions/secrets';
const TOKEN = 'github_pat_0123456789';

let server: LocalServer;
let undo: () => void;
let keys: { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array };
/** Statuses by which calls are refused, in order, or connections that are cut; then all work. */
let faults: (number | 'cut')[];

beforeEach(async () => {
  await sodium.ready;
  [keys, faults] = [sodium.crypto_box_keypair(), []];
  server = await LocalServer.answering(answer);
  undo = redirect('https://api.github.com', server.address);
});

afterEach(async () => {
  undo();
  await server.close();
});

function answer(request: IncomingMessage, response: ServerResponse): void {
  const send = (status: number, body?: unknown, headers = {}): void =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(body === undefined ? undefined : JSON.stringify(body));
  const fault = faults.shift();
  if (fault === 'cut') return void request.socket.destroy();
  if (fault !== undefined) return send(fault, { message: `refused with ${fault}` });
  const { pathname, searchParams } = new URL(request.url ?? '', server.address);
  if (request.method === 'PUT') return send(204);
  if (pathname === `${SECRETS}/public-key`)
    return send(200, { key_id: 'id-1', key: Buffer.from(keys.publicKey).toString('base64') });
  const second = searchParams.get('page') === '2';
  const link = `<${server.address}${SECRETS}?page=2>; rel="next"`.replace(
    server.address,
    'https://api.github.com',
  );
  send(200, { total_count: 2, secrets: [{ name: second ? 'TWO' : 'ONE' }] }, second ? {} : { link });
}

const secrets = (): GitHubSecrets =>
  new GitHubSecrets(
    new GitHubApi({
      ...{ token: TOKEN, owner: 'acme', repository: 'bot', clock: new ManualClock() },
      signal: new AbortController().signal,
    }),
  );

test('the names of all pages are given', async () => {
  expect(await secrets().names()).toEqual(['ONE', 'TWO']);
  expect(server.headers[0]).toMatchObject({ authorization: `token ${TOKEN}` });
});

test('a value is sent sealed with the key of the repository', async () => {
  await secrets().write('KUBE_CONFIG', 'hunter2');
  expect(server.asked).toEqual([`${SECRETS}/public-key`, `${SECRETS}/KUBE_CONFIG`]);
  const body: unknown = JSON.parse(server.bodies[0] ?? '');
  expect(textAt(body, 'key_id')).toBe('id-1');
  const sealed = Buffer.from(textAt(body, 'encrypted_value'), 'base64');
  const opened = sodium.crypto_box_seal_open(sealed, keys.publicKey, keys.privateKey);
  expect(Buffer.from(opened).toString()).toBe('hunter2');
  expect(server.bodies.join()).not.toContain('hunter2');
});

test.each([[500], ['cut']] as const)('a call is tried again after %s', async (fault) => {
  faults = [fault];
  expect(await secrets().names()).toEqual(['ONE', 'TWO']);
});

describe('a refusal', () => {
  test.each([401, 403, 404])('with %d names the secret and what the token needs, at once', async (status) => {
    faults = [status];
    const failure = await failureOf(secrets().write('KUBE_CONFIG', 'hunter2'));
    expect(failure.code).toBe('secrets-refused');
    expect(failure.cause).toContain(
      `GitHub answered ${status} for writing the secret KUBE_CONFIG of acme/bot: refused with ${status}`,
    );
    expect(failure.advice).toContain('“Secrets: read and write”');
    expect(server.asked).toHaveLength(1);
  });

  test('of a server that is down says so', async () => {
    faults = ['cut', 'cut', 'cut'];
    const failure = await failureOf(secrets().names());
    expect(failure.cause).toMatch(
      /^GitHub (did not answer|answered 5\d\d) for listing the secrets of acme\/bot/,
    );
  });
});
