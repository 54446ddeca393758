import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { Agent } from 'node:https';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { JsonObject } from '../json';
import type { Credentials } from './kubernetes-credentials';
import { overHttp1, overHttp2, TIMEOUT_MS, type Answer } from './kubernetes-transport';

/** For a server, or a gateway before it, that does not speak HTTP/2. */
const HTTP1_CONNECTIONS = 16;
/** While an image is built nothing is sent: gateways forget a connection that is silent for some minutes. */
const KEEP_ALIVE_MS = 15_000;

/** One request to the API server. */
export interface Call {
  readonly method: 'GET' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonObject | readonly JsonObject[];
  /** Of the body; JSON where none is given. */
  readonly type?: string;
}

/** An answer that a later try may get better: 429 and 5xx. */
export class Busy extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`HTTP ${answer.status}`);
    this.answer = answer;
  }
}

/**
 * The server answers 500 for a field that no schema has (kubernetes/kubernetes, structured-merge-diff), where no later try
 * gets better, and for a webhook that does not answer, for which the caller has a patience of its own.
 */
const OTHER_500 = ['failed to create typed patch object', 'failed calling webhook'];

/** The server's certificate is not of the authority that the kubeconfig names, or not of its name: no later try gets better. */
export class Untrusted extends Error {}

/** How Node's TLS names what is wrong with a certificate (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
const CERTIFICATE_FAULT = /CERT|SIGNATURE|ISSUER|ALTNAME|CA_/;

/** Whether the same call may get a better answer in a moment. */
export function isBusy({ status, text }: Answer): boolean {
  return status === 429 || (status >= 500 && !OTHER_500.some((words) => text.includes(words)));
}

/** One API server. All calls share one HTTP/2 connection, so that many at once cost one handshake and no queue. */
export class ApiServer {
  readonly #server: URL;
  readonly #credentials: Credentials;
  readonly #http1: Agent;
  #connection: Promise<ClientHttp2Session | undefined> | undefined;
  #running = 0;

  constructor(server: URL, credentials: Credentials) {
    this.#server = server;
    this.#credentials = credentials;
    this.#http1 = new Agent({ ...credentials.tls, keepAlive: true, maxSockets: HTTP1_CONNECTIONS });
  }

  /** Sends one request and gives the answer, whatever its status. Rejects where there is none within the time limit. */
  async send(call: Call, signal: AbortSignal): Promise<Answer> {
    const url = new URL(this.#server);
    url.pathname = `${url.pathname.replace(/\/$/, '')}${call.path}`;
    url.search = new URLSearchParams(call.query).toString();
    const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
    const headers = {
      ...this.#credentials.headers,
      accept: 'application/json',
      ...(body === undefined
        ? {}
        : { 'content-type': call.type ?? 'application/json', 'content-length': body.length }),
    };
    const message = { method: call.method, url, headers, body };
    const session = await this.#session();
    if (session === undefined) return overHttp1(message, this.#http1, signal);
    this.#running += 1;
    session.ref();
    try {
      return await overHttp2(message, session, signal);
    } finally {
      this.#running -= 1;
      // An open connection alone is no reason to go on running.
      if (this.#running === 0) session.unref();
    }
  }

  /** Gives the open connection, or a new one; undefined where the server speaks HTTP/1.1 only. */
  async #session(): Promise<ClientHttp2Session | undefined> {
    const connection = (this.#connection ??= this.#open());
    const forget = (): void => {
      if (this.#connection === connection) this.#connection = undefined;
    };
    const session = await connection.catch((error: unknown) => {
      forget();
      throw error;
    });
    if (session === undefined || !(session.closed || session.destroyed)) return session;
    forget();
    return this.#session();
  }

  async #open(): Promise<ClientHttp2Session | undefined> {
    const { hostname, port } = this.#server;
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const socket = connectTls({
      ...this.#credentials.tls,
      host,
      port: port === '' ? 443 : Number(port),
      servername: this.#credentials.tls.servername ?? (/^[\d.]+$|:/.test(host) ? '' : host),
      ALPNProtocols: ['h2', 'http/1.1'],
      timeout: TIMEOUT_MS,
    });
    await secured(socket);
    if (socket.alpnProtocol !== 'h2') {
      socket.destroy();
      return undefined;
    }
    const session = connectHttp2(this.#server, { createConnection: () => socket });
    // Each call learns of it by its own stream.
    session.on('error', () => undefined);
    return session;
  }
}

function secured(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', () => {
      socket.setTimeout(0);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      resolve();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const isUntrusted = CERTIFICATE_FAULT.test(String(error.code));
      reject(new (isUntrusted ? Untrusted : Error)(error.message, { cause: error }));
    });
    socket.once('timeout', () => socket.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
  });
}
