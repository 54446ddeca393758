import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { answerer, type Unrouted } from './answer.ts';
import type { World } from './control.ts';
import { Faults } from './faults.ts';
import type { Simulator, SimulatorResponse } from './simulator.ts';
import { Store } from './store.ts';

export interface ServeOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** PEM texts; plain http when left out. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Directory of `state.json`, made when it is missing. */
  readonly data: string;
}

export interface RunningSimulator {
  /** Scheme, address and the port that was taken, without a slash at the end. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Serves a simulator until it is closed; rejects when the address cannot be taken. */
export async function serve<State>(
  simulator: Simulator<State>,
  options: ServeOptions,
): Promise<RunningSimulator> {
  const scheme = options.tls === undefined ? 'http' : 'https';
  const world: World<State> = {
    store: new Store(options.data, simulator.seed),
    faults: new Faults(),
    calls: [],
  };
  const answer = answerer(simulator, world);
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    readRequest(incoming, scheme)
      .then((request) => answer(request))
      .then((response) => send(outgoing, response))
      .catch((error: unknown) => {
        console.error(error);
        outgoing.destroy();
      });
  };
  const server = options.tls === undefined ? createServer(listener) : createTlsServer(options.tls, listener);
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return {
    url: `${scheme}://${options.host}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function readRequest(incoming: IncomingMessage, scheme: string): Promise<Unrouted> {
  const origin = `${scheme}://${incoming.headers.host ?? 'localhost'}`;
  const url = new URL(incoming.url ?? '/', origin);
  const body = await text(incoming);
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    text: body,
    body: parsed(body),
    origin,
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function send(outgoing: ServerResponse, response: SimulatorResponse | 'cut'): void {
  if (response === 'cut') {
    outgoing.destroy();
    return;
  }
  const { status, headers, body } = response;
  outgoing.statusCode = status;
  if (body !== undefined)
    outgoing.setHeader('content-type', typeof body === 'string' ? 'text/plain' : 'application/json');
  for (const [name, value] of Object.entries(headers ?? {})) outgoing.setHeader(name, value);
  outgoing.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
}
