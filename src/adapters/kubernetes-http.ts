import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { JsonObject } from '../json';

const CONNECTIONS = 8;
const TIMEOUT_MS = 30_000;

/** One request to the API server. */
export interface Call {
  readonly method: 'GET' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
}

/** Its answer as text; `retryAfter` in seconds, 0 where the server names none. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: number;
}

/** An answer that a later try may get better: 429 and 5xx. */
export class Busy extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`HTTP ${answer.status}`);
    this.answer = answer;
  }
}

/** The server answers 500 for a field that no schema has (kubernetes/kubernetes, structured-merge-diff): no later try gets better. */
export function isBusy({ status, text }: Answer): boolean {
  return status === 429 || (status >= 500 && !text.includes('failed to create typed patch object'));
}

/** Gives TLS and credentials of the current context, and an agent that keeps its connections. */
export async function connection(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, rejectUnauthorized, servername } = options;
  const agent = new Agent({
    keepAlive: true,
    maxSockets: CONNECTIONS,
    ...Object.fromEntries(
      Object.entries({ ca, cert, key, rejectUnauthorized, servername }).filter(
        ([, value]) => value !== undefined,
      ),
    ),
  });
  return { ...options, agent };
}

/** Sends one request and gives the answer, whatever its status. Rejects where there is none within the time limit. */
export function send(server: URL, options: RequestOptions, call: Call, signal: AbortSignal): Promise<Answer> {
  const url = new URL(server);
  url.pathname = `${server.pathname.replace(/\/$/, '')}${call.path}`;
  url.search = new URLSearchParams(call.query).toString();
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const headers = {
    ...options.headers,
    accept: 'application/json',
    ...(body === undefined
      ? {}
      : {
          'content-type': call.method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      url,
      { ...options, method: call.method, headers, signal, timeout: TIMEOUT_MS },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
            retryAfter: Number(incoming.headers['retry-after'] ?? 0),
          }),
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
