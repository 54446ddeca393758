import { constants, type ClientHttp2Session } from 'node:http2';
import { request as httpsRequest, type Agent } from 'node:https';

export const TIMEOUT_MS = 30_000;

/** An answer as text; `retryAfter` in seconds, 0 where the server names none. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: number;
}

/** A request as it goes over the wire. */
export interface Message {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer | undefined;
}

/** Sends over an open connection; rejects where the answer is not whole, or does not come within the time limit. */
export function overHttp2(
  { method, url, headers, body }: Message,
  session: ClientHttp2Session,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request(
      { ...headers, ':method': method, ':path': `${url.pathname}${url.search}` },
      { endStream: body === undefined, signal },
    );
    const chunks: Buffer[] = [];
    let [status, retryAfter, whole] = [0, 0, false];
    stream.on('response', (received) => {
      status = received[':status'] ?? 0;
      retryAfter = Number(received['retry-after'] ?? 0);
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => (whole = status !== 0 && !stream.aborted));
    stream.on('error', (error: Error) => reject(new Error(error.message, { cause: error })));
    stream.on('close', () => {
      if (whole && stream.rstCode === constants.NGHTTP2_NO_ERROR)
        resolve({ status, text: Buffer.concat(chunks).toString('utf8'), retryAfter });
      else reject(new Error('the connection was lost before the answer was whole'));
    });
    // A server that is silent on one stream is most likely gone for all of them.
    stream.setTimeout(TIMEOUT_MS, () =>
      session.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)),
    );
    if (body !== undefined) stream.end(body);
  });
}

/** Sends over one of the agent's connections; rejects as overHttp2() does. */
export function overHttp1(
  { method, url, headers, body }: Message,
  agent: Agent,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      url,
      { method, headers, agent, signal, timeout: TIMEOUT_MS },
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
