import { readFile } from 'node:fs/promises';
import { administratorFile } from './parts/cluster.ts';
import { apiServer } from './parts/kubernetes-client.ts';

let token: string | undefined;

/** Sends one request to the API server as the administrator and gives the answer; throws unless it went well. */
export async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  return (await send(method, path, body)).json();
}

/** Opens a watch of a collection from now on, and gives each object as it arrives, until the signal aborts. */
export async function watch(path: string, signal: AbortSignal): Promise<AsyncIterable<unknown>> {
  const { metadata } = (await call('GET', path)) as {
    readonly metadata: { readonly resourceVersion: string };
  };
  const query = `watch=true&resourceVersion=${metadata.resourceVersion}`;
  return objectsOf(await send('GET', `${path}?${query}`, undefined, signal), signal);
}

async function* objectsOf(response: Response, signal: AbortSignal): AsyncGenerator<unknown> {
  if (response.body === null) return;
  let rest = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield (JSON.parse(line) as { readonly object: unknown }).object;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function send(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  token ??= (JSON.parse(await readFile(administratorFile(), 'utf8')) as { readonly token: string }).token;
  const response = await fetch(`${apiServer}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (!response.ok)
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  return response;
}
