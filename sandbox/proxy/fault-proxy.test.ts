import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect } from 'node:http2';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startFaultProxy, type FaultProxy, type ProxyFault } from './fault-proxy.ts';

const WHOLE = JSON.stringify({ items: 'x'.repeat(1000) });

let tls: { cert: string; key: string };
let server: Server;
let received: string[];
let proxy: FaultProxy;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fault-proxy-'));
  const [cert, key] = [join(folder, 'crt'), join(folder, 'key')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore',
  });
  tls = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  rmSync(folder, { recursive: true });
  server = createServer((incoming, outgoing) => {
    void text(incoming).then((body) => {
      received.push(`${incoming.method} ${incoming.url} ${incoming.headers['authorization'] ?? ''} ${body}`);
      outgoing.setHeader('content-type', 'application/json').end(WHOLE);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

beforeEach(async () => {
  received = [];
  proxy = await startFaultProxy({
    target: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tls,
  });
});

afterEach(() => proxy.close());

interface Got {
  readonly status: number;
  readonly body: string;
  readonly retryAfter?: string | undefined;
}

/** Calls over HTTP/1.1, each on a connection of its own. */
async function overHttp1(method: string, path: string, body = ''): Promise<Got> {
  const outgoing = request(`${proxy.url}${path}`, {
    method,
    ca: tls.cert,
    agent: false,
    headers: { authorization: 'Bearer t' },
  });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const { statusCode = 0, headers } = incoming;
  return { status: statusCode, body: await text(incoming), retryAfter: headers['retry-after'] };
}

/** Calls over HTTP/2, each on a connection of its own. */
async function overHttp2(method: string, path: string, body = ''): Promise<Got> {
  const session = connect(proxy.url, { ca: tls.cert });
  try {
    return await new Promise<Got>((resolve, reject) => {
      session.on('error', reject);
      session.on('close', () => reject(new Error('connection closed')));
      const head = { ':method': method, ':path': path, authorization: 'Bearer t' };
      const stream = session.request(head, { endStream: false });
      stream.on('error', reject);
      stream.on('response', (headers) => {
        const retryAfter = headers['retry-after'];
        text(stream).then(
          (got) => resolve({ status: headers[':status'] ?? 0, body: got, retryAfter }),
          reject,
        );
      });
      stream.end(body);
    });
  } finally {
    session.destroy();
  }
}

describe.each([
  ['HTTP/1.1', overHttp1],
  ['HTTP/2', overHttp2],
])('a proxy over %s', (_, call) => {
  it('hands calls and answers over as they are, and lists the calls', async () => {
    expect(await call('PATCH', '/api/v1/x?dryRun=All', '{"a":1}')).toMatchObject({
      status: 200,
      body: WHOLE,
    });
    expect(received).toEqual(['PATCH /api/v1/x?dryRun=All Bearer t {"a":1}']);
    expect(proxy.calls).toEqual([{ method: 'PATCH', path: '/api/v1/x?dryRun=All', faulty: false }]);
    expect(proxy.connections()).toBe(1);
  });

  it.each<[string, Omit<ProxyFault, 'path'>, number]>([
    ['cuts a call before it arrives', { cut: true }, 0],
    ['cuts the answer of a call that was carried out', { cut: true, done: true }, 1],
    ['ends an answer half way', { truncate: true }, 1],
  ])('%s', async (_name, fault, arrived) => {
    proxy.faults.add({ path: '^/a', ...fault });
    await expect(call('GET', '/a')).rejects.toThrow();
    expect(received).toHaveLength(arrived);
    expect((await call('GET', '/a')).status).toBe(200);
  });

  it('answers in place of the server, with headers and body', async () => {
    const headers = { 'retry-after': '7' };
    proxy.faults.add({ method: 'PATCH', path: 'dryRun=All', status: 429, headers, body: { kind: 'Status' } });
    expect(await call('GET', '/a?dryRun=All')).toMatchObject({ status: 200 });
    expect(await call('PATCH', '/a?dryRun=All')).toEqual({
      status: 429,
      body: '{"kind":"Status"}',
      retryAfter: '7',
    });
    expect(received).toHaveLength(1);
  });

  it('tells the wrong answer of a call that was carried out', async () => {
    proxy.faults.add({ path: '/a', nth: 2, status: 500, done: true });
    expect((await call('GET', '/a')).status).toBe(200);
    expect((await call('GET', '/a')).status).toBe(500);
    expect(received).toHaveLength(2);
  });

  it('never answers', async () => {
    proxy.faults.add({ path: '/a', silent: true, done: true });
    const outcome = call('GET', '/a').then(
      () => 'answered',
      () => 'ended',
    );
    const early = await Promise.race([
      outcome,
      new Promise((resolve) => setTimeout(resolve, 200, 'nothing')),
    ]);
    expect(early).toBe('nothing');
    expect(received).toHaveLength(1);
    await proxy.close();
    expect(await outcome).toBe('ended');
  });

  it('refuses connections for a time', async () => {
    proxy.faults.add({ path: '/a', refuseMs: 200 });
    await expect(call('GET', '/a')).rejects.toThrow();
    await expect(call('GET', '/a')).rejects.toThrow('ECONNREFUSED');
    expect(received).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect((await call('GET', '/a')).status).toBe(200);
  });

  it('tells of a call before it goes on', async () => {
    const told: string[] = [];
    proxy.onCall(({ path }) => told.push(`${path} after ${received.length}`));
    await call('GET', '/a');
    expect(told).toEqual(['/a after 0']);
  });
});

it('sends on the headers that it is told to', async () => {
  await proxy.close();
  proxy = await startFaultProxy({
    target: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tls,
    rewrite: ({ method, url, headers }) =>
      Promise.resolve({ authorization: `${headers['authorization']} for ${method} ${url.pathname}` }),
  });
  await overHttp1('PUT', '/a?b=c', 'body');
  expect(received).toEqual(['PUT /a?b=c Bearer t for PUT /a body']);
});
