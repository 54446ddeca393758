import { at, listAt, numberAt, textAt } from '../json';
import type { Clock, Linode, LinodePool, LinodeRegion, Log } from '../ports';
import { LARGEST_PAGE, LinodeHttp } from './linode-http';
import { INVALID_TOKEN, refused } from './linode-refusal';

/** A new cluster's kubeconfig answers 503 for two to five minutes. */
const KUBECONFIG_PATIENCE_MS = 6 * 60_000;
/** What Linode gives as the scopes of a call without a token. */
const NO_TOKEN = 'unknown';

/** Reads from Linode's API v4: https://techdocs.akamai.com/linode-api/reference/api */
export class LinodeClient implements Linode {
  readonly #http: LinodeHttp;

  constructor(token: string, clock: Clock, log: Log, signal: AbortSignal) {
    this.#http = new LinodeHttp(token, clock, log, signal);
  }

  async find(kind: 'lke/clusters' | 'volumes', label: string): Promise<number | undefined> {
    const headers = { 'x-filter': JSON.stringify({ label }) };
    const list = await this.#http.list(`/${kind}`, `the list of ${kind}`, headers);
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
    if (held !== NO_TOKEN && answer.reason !== INVALID_TOKEN)
      return held.split(/[\s,]+/).filter((scope) => scope !== '');
    if (answer.status !== 200) throw refused(answer, what);
    return undefined;
  }

  async kubernetesVersions(): Promise<readonly string[]> {
    return (await this.#http.list('/lke/versions', 'the versions of Kubernetes')).map(idOf);
  }

  async regions(): Promise<readonly LinodeRegion[]> {
    return (await this.#http.list(`/regions?${LARGEST_PAGE}`, 'the regions')).map((region) => ({
      id: idOf(region),
      capabilities: listAt(region, 'capabilities').map(String),
    }));
  }

  async plans(): Promise<readonly string[]> {
    return (await this.#http.list(`/linode/types?${LARGEST_PAGE}`, 'the plans')).map(idOf);
  }

  async pools(clusterId: number): Promise<readonly LinodePool[]> {
    const path = `/lke/clusters/${clusterId}/pools`;
    return (await this.#http.list(path, `the pools of cluster ${clusterId}`)).map((pool) => ({
      id: numberAt(pool, 'id'),
      type: textAt(pool, 'type'),
      nodes: listAt(pool, 'nodes').map((node) => ({ id: idOf(node), status: textAt(node, 'status') })),
      most:
        at(pool, 'autoscaler', 'enabled') === true
          ? numberAt(pool, 'autoscaler', 'max')
          : numberAt(pool, 'count'),
    }));
  }
}

function idOf(item: unknown): string {
  return textAt(item, 'id');
}
