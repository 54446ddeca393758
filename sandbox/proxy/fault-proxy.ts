import { once } from 'node:events';
import { request as httpRequest, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import { Agent, request as httpsRequest } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Faults, type Fault } from '../http/faults.ts';

/** A fault of the way to a server. `path` is looked for in the path with its query. */
export interface ProxyFault extends Fault {
  /** The call is carried out, and only its answer suffers; without it a call with `status`, `cut` or `silent` never arrives. */
  readonly done?: boolean;
  /** The answer ends half way through what arrives first, and with it the connection. */
  readonly truncate?: boolean;
  /** There is never an answer. */
  readonly silent?: boolean;
  /** Every connection is cut, and for so long no new one is taken. */
  readonly refuseMs?: number;
}

/** A call that arrived at the proxy. */
export interface ProxiedCall {
  readonly method: string;
  /** With the query, as sent. */
  readonly path: string;
  readonly faulty: boolean;
}

export interface FaultProxy {
  /** `https://localhost:PORT` */
  readonly url: string;
  readonly faults: Faults<ProxyFault>;
  /** In the order in which they arrived. */
  readonly calls: readonly ProxiedCall[];
  /** How many connections were taken so far. */
  readonly connections: () => number;
  /** Calls `listener` when a call has arrived, before it goes on. */
  readonly onCall: (listener: (call: ProxiedCall) => void) => void;
  readonly close: () => Promise<void>;
}

export interface FaultProxyOptions {
  /** Scheme, host and port of the server. */
  readonly target: string;
  /** PEM texts for the name `localhost`. */
  readonly tls: { readonly cert: string; readonly key: string };
  /** PEM text of the authority of the server's certificate; the trusted ones of the process when left out. */
  readonly ca?: string;
  /** Gives the headers with which a request goes on, from those that belong to it. */
  readonly rewrite?: (request: RewrittenRequest) => Promise<Readonly<Record<string, string>>>;
}

export interface RewrittenRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** What belongs to one connection and is not for the next one (RFC 9110, 7.6.1). */
const HOP_BY_HOP =
  /^(:.*|host|connection|keep-alive|proxy-connection|te|transfer-encoding|upgrade|http2-settings)$/;

/**
 * Stands between a client and a server, ends TLS, speaks HTTP/2 and HTTP/1.1 to the client, and does what its faults say.
 * Listens on a free port of 127.0.0.1.
 */
export async function startFaultProxy({ target, tls, ca, rewrite }: FaultProxyOptions): Promise<FaultProxy> {
  const faults = new Faults<ProxyFault>();
  const calls: ProxiedCall[] = [];
  const listeners: ((call: ProxiedCall) => void)[] = [];
  const { forward, end } = forwarder(target, ca, rewrite);
  const server = createSecureServer({ ...tls, allowHTTP1: true });
  const door = doorOf(server);

  server.on('request', (request, response) => {
    answer(request, response).catch(() => cut(request));
  });
  async function answer(request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { method, url: path } = request;
    const fault = faults.take(method, path);
    const call = { method, path, faulty: fault !== undefined };
    calls.push(call);
    for (const listener of listeners) listener(call);
    if (fault?.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
    if (fault?.refuseMs !== undefined) await door.shut(fault.refuseMs);
    else await play(fault, request, response, () => forward(request, body));
  }

  const port = await door.open(0);
  return {
    url: `https://localhost:${port}`,
    faults,
    calls,
    connections: door.connections,
    onCall: (listener) => listeners.push(listener),
    async close() {
      await door.close();
      end();
    },
  };
}

/** Gives a call its answer, or what the fault makes of it. */
async function play(
  fault: ProxyFault | undefined,
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  forward: () => Promise<IncomingMessage>,
): Promise<void> {
  const { status, silent, done, truncate, headers } = fault ?? {};
  const ends = fault?.cut === true || silent === true || status !== undefined;
  const real = ends && done !== true ? undefined : await forward();
  // What has begun to answer has done it; an answer may have no end.
  if (ends) real?.destroy();
  if (silent === true) return;
  if (fault?.cut === true) return cut(request);
  if (status !== undefined || real === undefined) {
    response.writeHead(status ?? 502, { 'content-type': 'application/json', ...headers });
    response.end(fault?.body === undefined ? '' : JSON.stringify(fault.body));
    return;
  }
  const kept = Object.entries(real.headers).filter(([name]) => !HOP_BY_HOP.test(name));
  response.writeHead(real.statusCode ?? 502, { ...Object.fromEntries(kept), ...headers });
  if (truncate === true) {
    for await (const chunk of real as AsyncIterable<Buffer>) {
      response.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => setImmediate(() => cut(request)));
      return;
    }
    return cut(request);
  }
  response.on('close', () => real.destroy());
  real.on('error', () => cut(request));
  real.pipe(response);
}

/** Ends the connection, with HTTP/2 also of the other calls that are under way on it. */
function cut(request: Http2ServerRequest): void {
  if (request.httpVersionMajor === 2) request.stream.session?.destroy();
  else request.socket.destroy();
}

interface Forwarder {
  readonly forward: (request: Http2ServerRequest, body: Buffer) => Promise<IncomingMessage>;
  /** Ends the kept connections. */
  readonly end: () => void;
}

function forwarder(target: string, ca: string | undefined, rewrite: FaultProxyOptions['rewrite']): Forwarder {
  const secure = target.startsWith('https:');
  const send = secure ? httpsRequest : httpRequest;
  const agent = secure
    ? new Agent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) })
    : new HttpAgent({ keepAlive: true });
  return {
    async forward(request, body) {
      const own = Object.fromEntries(
        Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.test(name)),
      );
      const { method } = request;
      const url = new URL(request.url, target);
      const headers =
        rewrite === undefined ? own : await rewrite({ method, url, headers: own as Record<string, string> });
      const outgoing = send(url, { agent, method, headers });
      outgoing.end(body);
      const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
      return answer;
    },
    end: () => agent.destroy(),
  };
}

interface Door {
  /** Listens, and gives the port. */
  readonly open: (port: number) => Promise<number>;
  /** Cuts what is open and takes nothing for some time. */
  readonly shut: (milliseconds: number) => Promise<void>;
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

function doorOf(server: Http2SecureServer): Door {
  const sockets = new Set<Socket>();
  let taken = 0;
  let ended = false;
  server.on('connection', (socket: Socket) => {
    taken += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const open = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  };
  return {
    open,
    connections: () => taken,
    async shut(milliseconds) {
      const { port } = server.address() as AddressInfo;
      await stop();
      await sleep(milliseconds, undefined, { ref: false });
      if (!ended) await open(port);
    },
    async close() {
      ended = true;
      await stop();
    },
  };
}
