import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../http/serve.ts';
import { parseConfig } from './config.ts';
import type { ClusterAccess } from './kubeconfig.ts';
import { linodeSimulator } from './simulator.ts';

export const testAccess: ClusterAccess = {
  server: 'https://sandbox.us-east-1-gw.linodelke.net:443',
  caData: 'Y2E=',
  token: 'service-account-token',
};
export const testTokens = [
  { token: 'all', scopes: '*' },
  { token: 'reader', scopes: 'lke:read_only volumes:read_only' },
];

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Sent {
  /** `all` when left out; `null` sends no token. */
  readonly token?: string | null;
  readonly body?: unknown;
  readonly filter?: string;
}

/** Serves a Linode account for a test, with a clock of the test's own that starts at 0. */
export async function startTestServer() {
  const data = mkdtempSync(join(tmpdir(), 'linode-'));
  const clock = { now: 0 };
  const config = parseConfig({ tokens: testTokens });
  const simulator = linodeSimulator(
    config,
    () => testAccess,
    () => clock.now,
  );
  const start = async () => serve(simulator, { host: '127.0.0.1', port: 0, data });
  let server = await start();
  const send = async (method: string, path: string, sent: Sent = {}): Promise<Answer> => {
    const { token = 'all', body, filter } = sent;
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(filter === undefined ? {} : { 'X-Filter': filter }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
  };
  return {
    clock,
    url: () => server.url,
    send,
    restart: async () => {
      await server.close();
      server = await start();
    },
    stop: async () => {
      await server.close();
      rmSync(data, { recursive: true });
    },
  };
}
