import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { KubernetesClient } from '../../src/adapters/kubernetes';
import type { ObjectKey } from '../../src/ports';
import { failureOf } from '../support/failure';
import { SecureServer } from '../support/https';
import { KUBECONFIG_TOKEN, kubeconfigText } from '../support/kubeconfig';

interface Asked {
  readonly line: string;
  readonly authorization: string | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments', namespaced: true };
const BOT: ObjectKey = { type: DEPLOYMENT, namespace: 'ns', name: 'bot' };
const APPLY = { fieldManager: 'me', dryRun: false, force: false };

let server: SecureServer;
let asked: Asked[] = [];
/** The answers in their order; the last one stays. */
let answers: (readonly [number, unknown, Record<string, string>?])[] = [];
const sockets = new Set<unknown>();

beforeAll(async () => {
  server = await SecureServer.start((request, response) => {
    sockets.add(request.socket);
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { authorization, 'content-type': type } = request.headers;
      asked.push({ line: `${request.method} ${request.url}`, authorization, type, body });
      const [status, answer, headers] = (answers.length > 1 ? answers.shift() : answers[0]) ?? [404, {}];
      response.writeHead(status, headers).end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  });
});

afterAll(() => server.close());

beforeEach(() => {
  asked = [];
  answers = [[200, { kind: 'Deployment', unknownField: [1] }]];
  sockets.clear();
});

function client(signal = new AbortController().signal, path = ''): KubernetesClient {
  const address = `https://${server.host}${path}`;
  const ca = Buffer.from(server.certificate).toString('base64');
  const text = kubeconfigText([
    'server: https://lke1.example.com:443',
    `server: ${address}\n      certificate-authority-data: ${ca}`,
  ]);
  return new KubernetesClient({ text, server: address, credentials: [KUBECONFIG_TOKEN] }, signal);
}

test('gives an object as it is, and enters with the token of the kubeconfig', async () => {
  expect(await client().get(BOT)).toEqual({ ok: true, object: { kind: 'Deployment', unknownField: [1] } });
  expect(asked).toMatchObject([
    { line: 'GET /apis/apps/v1/namespaces/ns/deployments/bot', authorization: `Bearer ${KUBECONFIG_TOKEN}` },
  ]);
});

test.each<[string, ObjectKey, string]>([
  [
    'of the core group',
    { type: { ...DEPLOYMENT, apiVersion: 'v1', plural: 'services' }, namespace: 'ns', name: 'a' },
    '/api/v1/namespaces/ns/services/a',
  ],
  [
    'of the whole cluster',
    { type: { ...DEPLOYMENT, apiVersion: 'v1', plural: 'namespaces' }, namespace: undefined, name: 'a' },
    '/api/v1/namespaces/a',
  ],
  [
    'whose name has a slash',
    { ...BOT, name: 'a/../b?x' },
    '/apis/apps/v1/namespaces/ns/deployments/a%2F..%2Fb%3Fx',
  ],
])('an object %s', async (_, key, path) => {
  await client().get(key);
  expect(asked[0]?.line).toBe(`GET ${path}`);
});

test('a server behind a path keeps it', async () => {
  await client(undefined, '/k8s/clusters/c-1/').get(BOT);
  expect(asked[0]?.line).toBe('GET /k8s/clusters/c-1/apis/apps/v1/namespaces/ns/deployments/bot');
});

test('calls share their connection', async () => {
  const cluster = client();
  for (let index = 0; index < 5; index += 1) await cluster.get(BOT);
  expect(sockets.size).toBe(1);
});

describe('apply', () => {
  const query = 'fieldManager=me&fieldValidation=Strict';
  test.each([
    [APPLY, query],
    [{ ...APPLY, force: true }, `${query}&force=true`],
    [{ ...APPLY, dryRun: true }, `${query}&dryRun=All`],
  ])('%j', async (options, expected) => {
    const object = { kind: 'Deployment', text: 'größe' };
    await client().apply(BOT, object, options);
    expect(asked).toMatchObject([
      {
        line: `PATCH /apis/apps/v1/namespaces/ns/deployments/bot?${expected}`,
        type: 'application/apply-patch+yaml',
      },
    ]);
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual(object);
  });

  test.each([403, 404, 409, 422])('a %d is an answer', async (code) => {
    answers = [[code, { message: 'no' }]];
    expect(await client().apply(BOT, {}, APPLY)).toEqual({ ok: false, code, status: { message: 'no' } });
  });

  test('an answer that is no JSON is given as its message', async () => {
    answers = [[404, '<html>gateway</html>']];
    expect(await client().get(BOT)).toEqual({
      ok: false,
      code: 404,
      status: { message: '<html>gateway</html>' },
    });
  });
});

describe('types', () => {
  const resources = [
    { name: 'deployments', kind: 'Deployment', namespaced: true },
    { name: 'deployments/status', kind: 'Deployment', namespaced: true },
    { name: 'nodes', kind: 'Node', namespaced: false },
  ];

  test('without subresources, asked once', async () => {
    answers = [[200, { resources }]];
    const cluster = client();
    const types = await cluster.types('apps/v1');
    expect(types).toEqual([DEPLOYMENT, { ...DEPLOYMENT, kind: 'Node', plural: 'nodes', namespaced: false }]);
    expect(await cluster.types('apps/v1')).toBe(types);
    expect(asked.map(({ line }) => line)).toEqual(['GET /apis/apps/v1']);
  });

  test('a group that is not there is asked for again: it may come', async () => {
    answers = [
      [404, {}],
      [200, { resources }],
    ];
    const cluster = client();
    expect(await cluster.types('apps/v1')).toEqual([]);
    expect(await cluster.types('apps/v1')).toHaveLength(2);
  });
});

test('list and logs', async () => {
  answers = [
    [200, { items: [{ a: 1 }, null] }],
    [200, 'one\n\ntwo\n'],
    [400, 'not there'],
  ];
  const cluster = client();
  expect(await cluster.list(DEPLOYMENT, 'ns', 'app=bot')).toEqual([
    { a: 1, apiVersion: 'apps/v1', kind: 'Deployment' },
  ]);
  expect(await cluster.logs('ns', 'pod', 'app', { previous: true, lines: 20 })).toEqual(['one', 'two']);
  expect(await cluster.logs('ns', 'pod', 'app', { previous: true, lines: 20 })).toEqual([]);
  expect(asked[0]?.line).toBe('GET /apis/apps/v1/namespaces/ns/deployments?labelSelector=app%3Dbot');
  expect(asked[1]?.line).toBe(
    'GET /api/v1/namespaces/ns/pods/pod/log?container=app&previous=true&tailLines=20&limitBytes=20000',
  );
});

describe('faults', () => {
  test.each([429, 503])('a %d is tried again', async (code) => {
    answers = [
      [code, {}],
      [200, { fine: true }],
    ];
    expect(await client().get(BOT)).toEqual({ ok: true, object: { fine: true } });
    expect(asked).toHaveLength(2);
  });

  test('a server that says how long to wait is not asked before', async () => {
    answers = [
      [503, {}, { 'retry-after': '1' }],
      [200, { fine: true }],
    ];
    const start = Date.now();
    expect(await client().get(BOT)).toEqual({ ok: true, object: { fine: true } });
    expect(Date.now() - start).toBeGreaterThanOrEqual(1_000);
  });

  test('a 500 for a field that no schema has is not tried again', async () => {
    answers = [
      [500, { message: 'failed to create typed patch object (x): .spec.y: field not declared in schema' }],
    ];
    expect(await client().apply(BOT, {}, APPLY)).toMatchObject({ ok: false, code: 500 });
    expect(asked).toHaveLength(1);
  });

  test('credentials that are not accepted end it', async () => {
    answers = [[401, { message: 'Unauthorized' }]];
    const failure = await failureOf(client().get(BOT));
    expect(failure.code).toBe('cluster-unauthorized');
    expect(JSON.stringify(failure)).not.toContain(KUBECONFIG_TOKEN);
  });

  test('a run that is cancelled ends in its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    answers = [[503, {}]];
    const ended = client(controller.signal).get(BOT);
    controller.abort(reason);
    await expect(ended).rejects.toBe(reason);
  });
});
