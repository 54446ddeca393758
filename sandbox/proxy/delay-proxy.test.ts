import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startDelayProxy, type DelayProxy } from './delay-proxy.ts';

const ONE_WAY_MS = 50;

let server: Server;
let proxy: DelayProxy;

beforeEach(async () => {
  server = createServer((socket) => socket.pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  proxy = await startDelayProxy({ host: '127.0.0.1', port, oneWayMs: ONE_WAY_MS });
});

afterEach(async () => {
  await proxy.close();
  server.close();
});

describe('startDelayProxy', () => {
  it('brings everything over in order, and then the end', async () => {
    const socket = connect(proxy.port, '127.0.0.1');
    const chunks = Array.from({ length: 500 }, (_, index) => `${index} `);
    for (const chunk of chunks) {
      socket.write(chunk);
      if (chunk.endsWith('00 ')) await new Promise((resolve) => setTimeout(resolve, 3));
    }
    socket.end();
    expect(await text(socket)).toBe(chunks.join(''));
  });

  it('takes a round trip for the handshake and one for each exchange', async () => {
    const socket = connect(proxy.port, '127.0.0.1');
    const exchange = async (): Promise<number> => {
      const from = performance.now();
      socket.write('a');
      await once(socket, 'data');
      return performance.now() - from;
    };
    await once(socket, 'connect');
    const first = await exchange();
    const second = await exchange();
    socket.destroy();
    expect(first).toBeGreaterThan(4 * ONE_WAY_MS - 10);
    expect(second).toBeGreaterThan(2 * ONE_WAY_MS - 10);
  });

  it('cuts the near side when the far one does not answer', async () => {
    server.close();
    await once(server, 'close');
    const socket = connect(proxy.port, '127.0.0.1');
    await once(socket, 'close');
  });
});
