import { DeployError } from '../errors';
import { at, isObject, listAt, numberAt, textAt } from '../json';
import type { Clock, Linode, LinodePool, LinodeRegion, Log } from '../ports';
import { LinodeHttp, type LinodeAnswer } from './linode-http';

/** A new cluster's kubeconfig answers 503 for two to five minutes. */
const KUBECONFIG_PATIENCE_MS = 6 * 60_000;
/** More than Linode has of anything that is listed here. */
const PAGE = 'page_size=500';
/** What Linode gives as the scopes of a call without a token. */
const NO_TOKEN = 'unknown';
const INVALID = 'Invalid Token';

/** Reads from Linode's API v4: https://techdocs.akamai.com/linode-api/reference/api */
export class LinodeClient implements Linode {
  readonly #http: LinodeHttp;

  constructor(token: string, clock: Clock, log: Log, signal: AbortSignal) {
    this.#http = new LinodeHttp(token, clock, log, signal);
  }

  async find(kind: 'lke/clusters' | 'volumes', label: string): Promise<number | undefined> {
    const headers = { 'x-filter': JSON.stringify({ label }) };
    const list = await this.#list(`/${kind}`, `the list of ${kind}`, headers);
    const found = list.find((item) => textAt(item, 'label') === label);
    return found === undefined ? undefined : numberAt(found, 'id');
  }

  async kubeconfig(clusterId: number): Promise<string | undefined> {
    const what = `the kubeconfig of cluster ${clusterId}`;
    const answer = await this.#http.get(`/lke/clusters/${clusterId}/kubeconfig`, what, {
      patience: KUBECONFIG_PATIENCE_MS,
    });
    if (answer.status === 404) return undefined;
    const kubeconfig = textAt(answer.body, 'kubeconfig');
    if (answer.status !== 200 || kubeconfig === '') throw refused(answer, what);
    return kubeconfig;
  }

  async scopes(): Promise<readonly string[] | undefined> {
    const what = 'the list of clusters';
    const answer = await this.#http.get('/lke/clusters?page_size=25', what);
    const held = answer.headers.get('x-oauth-scopes') ?? NO_TOKEN;
    if (held !== NO_TOKEN && answer.reason !== INVALID)
      return held.split(/[\s,]+/).filter((scope) => scope !== '');
    if (answer.status !== 200) throw refused(answer, what);
    return undefined;
  }

  async kubernetesVersions(): Promise<readonly string[]> {
    return (await this.#list('/lke/versions', 'the versions of Kubernetes')).map(idOf);
  }

  async regions(): Promise<readonly LinodeRegion[]> {
    return (await this.#list(`/regions?${PAGE}`, 'the regions')).map((region) => ({
      id: idOf(region),
      capabilities: listAt(region, 'capabilities').map(String),
    }));
  }

  async plans(): Promise<readonly string[]> {
    return (await this.#list(`/linode/types?${PAGE}`, 'the plans')).map(idOf);
  }

  async pools(clusterId: number): Promise<readonly LinodePool[]> {
    const path = `/lke/clusters/${clusterId}/pools`;
    return (await this.#list(path, `the pools of cluster ${clusterId}`)).map((pool) => ({
      id: numberAt(pool, 'id'),
      type: textAt(pool, 'type'),
      nodes: listAt(pool, 'nodes').map((node) => ({ id: idOf(node), status: textAt(node, 'status') })),
    }));
  }

  async #list(path: string, what: string, headers: Record<string, string> = {}): Promise<readonly unknown[]> {
    const answer = await this.#http.get(path, what, { headers });
    // A page of a proxy must not pass for "there is none": that would make a second one.
    const list = answer.status === 200 && isObject(answer.body) ? at(answer.body, 'data') : undefined;
    if (!Array.isArray(list)) throw refused(answer, what);
    return list as readonly unknown[];
  }
}

function idOf(item: unknown): string {
  return textAt(item, 'id');
}

/** Gives what is told of an answer that is none: the token, its scopes, or Linode itself. */
export function refused({ status, headers, reason }: LinodeAnswer, what: string): DeployError {
  const cause = `Linode answered ${status} for ${what}${reason === '' ? '' : `: ${reason}`}`;
  if (status !== 401 && status !== 403) {
    return new DeployError({
      code: 'linode-refused',
      cause,
      advice: 'Look at https://status.linode.com and run the job again.',
    });
  }
  const asked = headers.get('x-accepted-oauth-scopes') ?? '';
  if (reason === INVALID || asked === '') {
    return new DeployError({
      code: 'linode-token-refused',
      cause: `linode-token is not accepted: ${cause}`,
      advice:
        'It was revoked, has expired, or is no token of Linode’s: make a new one, and update the secret.',
    });
  }
  return new DeployError({
    code: 'linode-token-scopes',
    cause: `linode-token lacks the scope ${asked}: ${cause}`,
    advice: 'Make a token that has it in Linode’s Cloud Manager, and update the secret.',
  });
}
