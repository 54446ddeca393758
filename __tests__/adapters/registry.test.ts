import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { RegistryClient } from '../../src/adapters/registry';
import { ManualClock } from '../support/clock';
import { failureOf } from '../support/failure';
import { SecureServer, type Answer } from '../support/https';
import { DIGEST } from '../support/settings';

const MANIFEST = '/v2/acme/bot/manifests/v1';
const BASIC = `Basic ${Buffer.from('acme:hunter2-x').toString('base64')}`;

let server: SecureServer;
let answer: Answer;
let asked: string[] = [];
let clock: ManualClock;

beforeAll(async () => {
  server = await SecureServer.start((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`);
    answer(request, response);
  });
});

afterAll(() => server.close());

beforeEach(() => {
  asked = [];
  clock = new ManualClock();
  answer = manifest;
});

const manifest: Answer = (_, response) => response.writeHead(200, { 'docker-content-digest': DIGEST }).end();
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(code, headers).end();

function client(password = 'hunter2-x', signal = new AbortController().signal): RegistryClient {
  const name = { registry: server.host, repository: 'acme/bot' };
  return new RegistryClient(name, { username: 'acme', password }, clock, signal);
}

/** Answers 401 with this challenge until the request has this authorization. */
const challenge = (wanted: string, header: () => string): Answer => {
  return (request: IncomingMessage, response) => {
    if (request.url?.startsWith('/token') === true) {
      response.writeHead(request.headers.authorization === BASIC ? 200 : 403).end('{"token":"bearer-1"}');
      return;
    }
    const good = request.headers.authorization === wanted;
    (good ? manifest : status(401, { 'www-authenticate': header() }))(request, response);
  };
};

test('gives the digest of a public image without showing the password', async () => {
  expect(await client().digest('v1')).toBe(DIGEST);
  expect(asked).toEqual([`HEAD ${MANIFEST} -`]);
});

test('asks for indexes and manifests of both formats', async () => {
  let accept = '';
  answer = (request, response) => {
    accept = String(request.headers.accept);
    manifest(request, response);
  };
  await client().digest('v1');
  expect(accept.split(', ').sort()).toEqual([
    'application/vnd.docker.distribution.manifest.list.v2+json',
    'application/vnd.docker.distribution.manifest.v2+json',
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.oci.image.manifest.v1+json',
  ]);
});

test('gives undefined where there is no such tag', async () => {
  answer = status(404);
  expect(await client().digest('v1')).toBeUndefined();
});

describe('a registry that wants to know who asks', () => {
  test('by Basic', async () => {
    answer = challenge(BASIC, () => 'Basic realm="x"');
    expect(await client().digest('v1')).toBe(DIGEST);
    expect(asked).toEqual([`HEAD ${MANIFEST} -`, `HEAD ${MANIFEST} ${BASIC}`]);
  });

  test('by a token, which it gives for the password', async () => {
    const scope = 'repository:acme/bot:pull';
    answer = challenge(
      'Bearer bearer-1',
      () => `Bearer realm="https://${server.host}/token",service="s",scope="${scope}"`,
    );
    expect(await client().digest('v1')).toBe(DIGEST);
    expect(asked).toEqual([
      `HEAD ${MANIFEST} -`,
      `GET /token?service=s&scope=${encodeURIComponent(scope)} ${BASIC}`,
      `HEAD ${MANIFEST} Bearer bearer-1`,
    ]);
  });

  test('a realm without https never sees the password', async () => {
    answer = challenge('Bearer bearer-1', () => `Bearer realm="http://${server.host}/token"`);
    expect((await failureOf(client().digest('v1'))).code).toBe('registry-unauthorized');
    expect(asked).toHaveLength(1);
  });

  test('a challenge that names no realm is a refusal, not a fault of ours', async () => {
    answer = status(401, { 'www-authenticate': 'Bearer service="x"' });
    expect((await failureOf(client().digest('v1'))).code).toBe('registry-unauthorized');
  });
});

test('shows what the registry took once in the next call', async () => {
  answer = challenge(BASIC, () => 'Basic realm="x"');
  const same = client();
  await same.digest('v1');
  await same.digest('v1');
  expect(asked.slice(1)).toEqual([`HEAD ${MANIFEST} ${BASIC}`, `HEAD ${MANIFEST} ${BASIC}`]);
});

describe('one more tag', () => {
  const TYPE = 'application/vnd.oci.image.index.v1+json';
  // Not as JSON.stringify would write it: the bytes themselves must be handed on.
  const BYTES = '{ "schemaVersion":2 ,"manifests":[]}\n';
  let put: { type: string; body: string } | undefined;

  const takes =
    (putStatus: number, body = ''): Answer =>
    (request, response) => {
      if (request.method === 'GET') {
        response.writeHead(200, { 'content-type': TYPE }).end(BYTES);
        return;
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        put = { type: String(request.headers['content-type']), body: Buffer.concat(chunks).toString() };
        response.writeHead(putStatus).end(body);
      });
    };

  test('is set on the same bytes', async () => {
    answer = takes(201);
    await client().addTag('v1', 'v2');
    expect(asked).toEqual([`GET ${MANIFEST} -`, 'PUT /v2/acme/bot/manifests/v2 -']);
    expect(put).toEqual({ type: TYPE, body: BYTES });
  });

  test('that the registry refuses tells its words and what helps', async () => {
    answer = takes(403, '{"errors":[{"code":"DENIED","message":"permission_denied: write_package"}]}');
    const failure = await failureOf(client().addTag('v1', 'v2'));
    expect(failure.code).toBe('image-push-denied');
    expect(failure.cause).toBe(
      `the registry answered 403 for ${server.host}/acme/bot:v2: permission_denied: write_package`,
    );
    expect(failure.advice).toContain('Manage Actions access');
  });

  test.each([
    [400, "Tag 'v2' cannot be overwritten because the repository is immutable"],
    [412, 'Failed to process request due to immutable tag'],
  ])('that the registry never moves is no failure: %d %s', async (code, message) => {
    answer = takes(code, JSON.stringify({ errors: [{ code: 'TAG_INVALID', message }] }));
    expect(await client().addTag('v1', 'v2')).toContain(
      `${code} {"errors":[{"code":"TAG_INVALID","message":"${message}"`,
    );
  });

  test('of an image that is not there', async () => {
    answer = status(404);
    expect((await failureOf(client().addTag('v1', 'v2'))).cause).toContain('answered 404 for');
  });
});

describe('an upload', () => {
  const UPLOAD = 'POST /v2/acme/bot/blobs/uploads/';

  test('that may begin has no refusal', async () => {
    answer = status(202);
    expect(await client().uploadRefusal()).toBeUndefined();
    expect(asked).toEqual([`${UPLOAD} -`]);
  });

  test('that may not is told by status and words, in one line and cut', async () => {
    answer = (_, response) => response.writeHead(507).end(`no\n space ${'x'.repeat(1_000)}`);
    const said = await client().uploadRefusal();
    expect(said).toMatch(/^507 no space x+$/);
    expect(said).toHaveLength(500);
    expect(asked).toHaveLength(4);
  });

  test('of a registry that says nothing is told by its status', async () => {
    answer = status(404);
    expect(await client().uploadRefusal()).toBe('404');
  });
});

describe('a registry that is busy or broken', () => {
  /** Fails as told, once each, then answers. */
  const after = (...faults: readonly Answer[]): Answer => {
    const left = [...faults];
    return (request, response) => (left.shift() ?? manifest)(request, response);
  };
  const cut: Answer = (request) => request.socket.destroy();

  test.each([
    ['429', status(429)],
    ['500', status(500)],
    ['502', status(502)],
    ['503', status(503)],
    ['a cut connection', cut],
  ])('is asked again after %s', async (_, fault) => {
    answer = after(fault);
    expect(await client().digest('v1')).toBe(DIGEST);
    expect(asked).toHaveLength(2);
  });

  test.each([
    ['in seconds', '7', 7_000],
    // A date has no milliseconds, the clock of the tests 678 of them.
    ['as a date', new Date(new ManualClock().now() + 9_000).toUTCString(), 8_322],
    ['of the past', 'Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['that nobody understands', 'soon', 500],
  ])('is given the time that it asks for, %s', async (_, header, wait) => {
    answer = after(status(429, { 'retry-after': header }));
    const start = clock.now();
    await client().digest('v1');
    expect(clock.now() - start).toBe(wait);
  });

  test('is not waited for when it asks for an hour', async () => {
    answer = status(429, { 'retry-after': '3600' });
    expect((await failureOf(client().digest('v1'))).cause).toContain('the registry answered 429');
    expect(asked).toHaveLength(1);
  });

  test('is given up after some tries', async () => {
    answer = status(503);
    expect((await failureOf(client().digest('v1'))).code).toBe('registry-unreachable');
    expect(asked).toHaveLength(4);
  });
});

describe('a refusal', () => {
  test.each([
    [401, 'registry-unauthorized'],
    [403, 'registry-unauthorized'],
    [429, 'registry-unreachable'],
    [500, 'registry-unreachable'],
  ])('%d is %s', async (code, expected) => {
    answer = status(code);
    const failure = await failureOf(client().digest('v1'));
    expect(failure).toMatchObject({ code: expected });
    expect(failure.cause).toBe(`the registry answered ${code} for ${server.host}/acme/bot`);
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });

  test('of the token', async () => {
    answer = challenge('Bearer bearer-1', () => `Bearer realm="https://${server.host}/token"`);
    expect((await failureOf(client('wrong-password').digest('v1'))).code).toBe('registry-unauthorized');
  });
});

describe('no answer', () => {
  test('a connection that is cut', async () => {
    answer = (request) => request.socket.destroy();
    const failure = await failureOf(client().digest('v1'));
    expect(failure.code).toBe('registry-unreachable');
    expect(failure.cause).toContain(`the registry ${server.host} did not answer: `);
  });

  test('a run that is cancelled meanwhile ends in its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    answer = () => controller.abort(reason);
    await expect(client('x'.repeat(8), controller.signal).digest('v1')).rejects.toBe(reason);
  });
});

describe('what an image is made of', () => {
  const LAYERS = [{ digest: 'sha256:1', size: 7 }];
  const image = { config: { digest: 'sha256:config' }, layers: LAYERS };
  const files: Record<string, object> = {
    'manifests/one': image,
    'manifests/several': {
      manifests: [{ digest: 'arm', platform: { os: 'linux', architecture: 'arm64' } }],
    },
    'manifests/arm': image,
    'blobs/sha256:config': { history: [{ created_by: 'COPY . . # buildkit' }] },
    'manifests/old': { schemaVersion: 1 },
  };

  beforeEach(() => {
    answer = (request, response) => {
      const file = files[request.url?.replace('/v2/acme/bot/', '') ?? ''];
      response.writeHead(file === undefined ? 404 : 200).end(JSON.stringify(file ?? {}));
    };
  });

  test.each<[string, string, readonly string[]]>([
    ['one image', 'one', ['manifests/one', 'blobs/sha256:config']],
    ['several platforms', 'several', ['manifests/several', 'manifests/arm', 'blobs/sha256:config']],
  ])('of %s', async (_, tag, calls) => {
    expect(await client().contents(tag)).toEqual({
      layers: [{ digest: 'sha256:1', bytes: 7, instruction: 'COPY . .' }],
    });
    expect(asked).toEqual(calls.map((path) => `GET /v2/acme/bot/${path} -`));
  });

  test.each([
    ['is not there', 'none', 'answered 404 for manifests/none of'],
    ['has a manifest without layers', 'old', 'no manifest with layers for'],
  ])('is not known where it %s', async (_, tag, cause) => {
    expect((await failureOf(client().contents(tag))).cause).toContain(cause);
  });
});

describe('whether an image is private', () => {
  test.each<[string, Answer, boolean]>([
    ['public', manifest, false],
    ['one that is not there', status(404), false],
    ['a registry with a password', challenge(BASIC, () => 'Basic realm="x"'), true],
    [
      'one whose tokens nobody gets without a login',
      challenge('Bearer bearer-1', () => `Bearer realm="https://${server.host}/token",service="x"`),
      true,
    ],
    ['one that says 403', status(403), true],
  ])('%s', async (_, given, expected) => {
    answer = given;
    expect(await client().isPrivate('v1')).toBe(expected);
    expect(asked.every((line) => line.endsWith(' -') || line.endsWith(' undefined'))).toBe(true);
  });
});
