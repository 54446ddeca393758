import { at, isObject, listAt, numberAt, textAt } from '../json';
import type { Clock, LinodeBalancer, LinodeVolume, Log, MadeForClusters } from '../ports';
import { refused } from './linode';
import { LinodeHttp } from './linode-http';

/** The largest page that Linode gives; filters leave a few of it. */
const PAGE = 'page_size=500';

/**
 * Finds and deletes what Linode's drivers made for a cluster. Volumes know no cluster, and those of the usual classes carry no tag; a
 * NodeBalancer names its cluster: https://techdocs.akamai.com/linode-api/reference/get-node-balancers
 */
export class LinodeMade implements MadeForClusters {
  readonly #http: LinodeHttp;

  constructor(token: string, clock: Clock, log: Log, signal: AbortSignal) {
    this.#http = new LinodeHttp(token, clock, log, signal);
  }

  async volumes(tag: string): Promise<readonly LinodeVolume[]> {
    const filter = { 'x-filter': JSON.stringify({ tags: tag }) };
    const all = await this.#list('volumes', `the volumes with the tag ${tag}`, filter);
    return all.filter((volume) => listAt(volume, 'tags').includes(tag)).map(volumeOf);
  }

  async tagVolume(id: number, tag: string): Promise<boolean> {
    const what = `the volume ${id}`;
    const answer = await this.#http.get(`/volumes/${id}`, what);
    if (answer.status === 404) return false;
    if (answer.status !== 200) throw refused(answer, what);
    const tags = listAt(answer.body, 'tags');
    if (tags.includes(tag)) return true;
    const tagged = await this.#http.send('PUT', `/volumes/${id}`, `tagging the volume ${id}`, {
      tags: [...tags, tag],
    });
    if (tagged.status !== 200) throw refused(tagged, `tagging the volume ${id}`);
    return true;
  }

  async deleteVolume(id: number): Promise<string | undefined> {
    const what = `deleting the volume ${id}`;
    const answer = await this.#http.send('DELETE', `/volumes/${id}`, what);
    if (answer.status === 200 || answer.status === 404) return undefined;
    if (answer.status !== 400) throw refused(answer, what);
    return answer.reason;
  }

  async balancers(clusterId: number): Promise<readonly LinodeBalancer[]> {
    const all = await this.#list('nodebalancers', 'the NodeBalancers');
    return all
      .filter((balancer) => at(balancer, 'lke_cluster', 'id') === clusterId)
      .map((balancer) => ({
        id: numberAt(balancer, 'id'),
        label: textAt(balancer, 'label'),
        region: textAt(balancer, 'region'),
        plan: textAt(balancer, 'type'),
      }));
  }

  async #list(
    path: string,
    what: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await this.#http.get(`/${path}?${PAGE}&page=${page}`, what, { headers });
      const list = answer.status === 200 && isObject(answer.body) ? at(answer.body, 'data') : undefined;
      if (!Array.isArray(list)) throw refused(answer, what);
      found.push(...(list as readonly unknown[]));
      if (page >= numberAt(answer.body, 'pages')) return found;
    }
  }
}

function volumeOf(volume: unknown): LinodeVolume {
  return {
    id: numberAt(volume, 'id'),
    label: textAt(volume, 'label'),
    size: numberAt(volume, 'size'),
    region: textAt(volume, 'region'),
  };
}
