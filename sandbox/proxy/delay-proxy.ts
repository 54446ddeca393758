import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface DelayProxy {
  readonly port: number;
  readonly close: () => Promise<void>;
}

export interface DelayOptions {
  /** Where the connections go. */
  readonly host: string;
  readonly port: number;
  /** How long what is sent is under way, in each direction. */
  readonly oneWayMs: number;
}

/**
 * Puts a TCP server far away: what is sent arrives `oneWayMs` later, and a connection takes one round trip to open. It has
 * no limit of bandwidth and loses nothing. Listens on a free port of 127.0.0.1.
 */
export async function startDelayProxy({ host, port, oneWayMs }: DelayOptions): Promise<DelayProxy> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ host, port, noDelay: true, allowHalfOpen: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    // The near side believes itself connected at once; what it sends then would have waited for the handshake.
    carry(near, far, oneWayMs, Date.now() + 2 * oneWayMs);
    carry(far, near, oneWayMs, 0);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** Copies what one side sends, and its end, to the other side after the delay; nothing is under way before `open`. */
function carry(from: Socket, to: Socket, oneWayMs: number, open: number): void {
  // Two timers may fire in the wrong order within a millisecond: each delivers whatever is first.
  const underWay: (() => void)[] = [];
  const later = (deliver: () => void): void => {
    underWay.push(deliver);
    const due = Math.max(Date.now(), open) + oneWayMs;
    setTimeout(() => underWay.shift()?.(), due - Date.now());
  };
  from.on('data', (chunk: Buffer) => later(() => to.write(chunk)));
  from.on('end', () => later(() => to.end()));
}
