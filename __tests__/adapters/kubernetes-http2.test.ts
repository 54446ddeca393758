import { once } from 'node:events';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { KubernetesClient } from '../../src/adapters/kubernetes';
import type { Kubeconfig } from '../../src/manifests/kubeconfig';
import { makePair } from '../support/certificates';
import { failureOf } from '../support/failure';

const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const key = (name: string) => ({ type: CONFIG_MAP, namespace: 'ns', name });

type Answer = (stream: ServerHttp2Stream) => void;

const pair = { certificate: '', key: '' };
let server: Http2SecureServer;
/** How the next calls are answered, in their order; the last one stays. */
let answers: Answer[];
let connections = 0;
let calls = 0;

beforeAll(() => {
  Object.assign(pair, makePair('localhost', 1));
});

beforeEach(async () => {
  [connections, calls, answers] = [0, 0, [good]];
  server = createSecureServer({ cert: pair.certificate, key: pair.key });
  server.on('session', (session) => {
    connections += 1;
    session.on('error', () => undefined);
  });
  server.on('stream', (stream: ServerHttp2Stream) => {
    calls += 1;
    stream.on('error', () => undefined);
    stream.resume();
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? good;
    answer(stream);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
});
afterEach(() => void server.close());

const good: Answer = (stream) => {
  stream.respond({ ':status': 200 });
  stream.end('{"kind":"ConfigMap"}');
};

function client(signal = new AbortController().signal): KubernetesClient {
  return new KubernetesClient(kubeconfigHere(), signal);
}

function kubeconfigHere(): Kubeconfig {
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  const cluster = {
    server: url,
    'certificate-authority-data': Buffer.from(pair.certificate).toString('base64'),
  };
  const text = JSON.stringify({
    'current-context': 'a',
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    clusters: [{ name: 'a', cluster }],
    users: [{ name: 'a', user: { token: 'token-0123456789' } }],
  });
  return { text, server: url, credentials: [] };
}

test('calls side by side share one connection', async () => {
  const cluster = client();
  const names = Array.from({ length: 50 }, (_, index) => `map-${index}`);
  const found = await Promise.all(names.map((name) => cluster.get(key(name))));
  expect(found.every(({ ok }) => ok)).toBe(true);
  expect([calls, connections]).toEqual([50, 1]);
});

test('so do all clients of one kubeconfig, one after another', async () => {
  const kubeconfig = kubeconfigHere();
  for (let step = 0; step < 3; step += 1)
    await new KubernetesClient(kubeconfig, new AbortController().signal).get(key('a'));
  expect([calls, connections]).toEqual([3, 1]);
});

test.each<[string, Answer]>([
  ['a stream that is reset', (stream) => stream.close(2)],
  ['a stream that ends without an answer', (stream) => stream.close(0)],
  ['a connection that is cut', (stream) => stream.session?.destroy()],
  [
    'an answer that is cut in its middle',
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.write('{"kind":');
      setTimeout(() => stream.session?.destroy(), 20);
    },
  ],
  [
    'an answer that ends too early',
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.end('{"kind":');
    },
  ],
  [
    'a server that goes away, as it does to spread its clients',
    (stream) => {
      stream.session?.goaway();
      stream.close(7);
    },
  ],
])('%s is tried again', async (_, fault) => {
  answers = [fault, good];
  expect(await client().get(key('a'))).toEqual({ ok: true, object: { kind: 'ConfigMap' } });
  expect(calls).toBe(2);
});

test('one answer in its going away is still read', async () => {
  answers = [
    (stream) => {
      good(stream);
      stream.session?.close();
    },
    good,
  ];
  const cluster = client();
  expect(await cluster.get(key('a'))).toMatchObject({ ok: true });
  expect(await cluster.get(key('b'))).toMatchObject({ ok: true });
  expect(connections).toBe(2);
});

test('a call that is cancelled ends in the reason, while the server is silent', async () => {
  answers = [() => undefined];
  const controller = new AbortController();
  const reason = new Error('cancelled');
  const asked = client(controller.signal).get(key('a'));
  setTimeout(() => controller.abort(reason), 100);
  await expect(asked).rejects.toBe(reason);
});

test('a certificate that nobody signed is not trusted', async () => {
  const other = makePair('localhost', 1);
  Object.assign(pair, { certificate: other.certificate });
  expect(await failureOf(client().get(key('a')))).toMatchObject({
    code: 'cluster-unreachable',
    cause: expect.stringContaining('does not trust') as unknown,
  });
});
