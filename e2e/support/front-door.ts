import { once } from 'node:events';
import { request as overHttp, type IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { kubectl } from '../../sandbox/live.ts';

/** The address that the load balancer gets, of those that the sandbox leads to services. */
export const ADDRESS = '10.213.3.80';

/** Gives the load balancer of Traefik its address once it is there, as Linode's controller would. */
export async function giveAddress(): Promise<void> {
  const service = ['service/traefik', '-n', 'traefik'];
  await kubectl('wait', '--for=create', ...service, '--timeout=180s');
  const status = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip: ADDRESS }] } } });
  await kubectl('patch', ...service, '--subresource=status', '--type=merge', `--patch=${status}`);
}

export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
  /** The name in the certificate that the server showed; of HTTP an empty text. */
  readonly certificate: string;
}

interface Asking {
  readonly scheme?: 'http' | 'https';
  readonly method?: string;
  readonly body?: string;
}

/** Asks the load balancer for a path of a host, by HTTPS where nothing else is said. Whose the certificate is, is told and not judged. */
export async function ask(host: string, path: string, asking: Asking = {}): Promise<Answer> {
  const { scheme = 'https', method = 'GET', body = '' } = asking;
  const options = { host: ADDRESS, path, method, headers: { host }, agent: false, timeout: 5_000 };
  const request =
    scheme === 'http'
      ? overHttp(options)
      : overHttps({ ...options, servername: host, rejectUnauthorized: false });
  request.on('timeout', () => request.destroy(new Error(`${host}${path} does not answer`)));
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const { CN = '' } = scheme === 'http' ? {} : (response.socket as TLSSocket).getPeerCertificate().subject;
  return {
    status: response.statusCode ?? 0,
    location: response.headers.location,
    body: await text(response),
    certificate: [CN].flat().join(),
  };
}

/**
 * Asks by GET until the answer has this status, and gives the last answer in any case: Traefik takes up some seconds late what
 * changed, and until then may ask a pod that is gone, and wait.
 */
export async function askUntil(status: number, host: string, path: string): Promise<Answer> {
  let answer = await askQuickly(host, path);
  for (let tries = 0; tries < 100 && answer?.status !== status; tries += 1) {
    await sleep(200);
    answer = await askQuickly(host, path);
  }
  return answer ?? ask(host, path);
}

const askQuickly = (host: string, path: string): Promise<Answer | undefined> =>
  ask(host, path).catch(() => undefined);
