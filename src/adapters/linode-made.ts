import { at, listAt, numberAt, textAt } from '../json';
import type { Clock, LinodeBalancer, LinodeVolume, Log, MadeForClusters } from '../ports';
import { LARGEST_PAGE, LinodeHttp } from './linode-http';
import { refused } from './linode-refusal';

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
    const all = await this.#http.list(`/volumes?${LARGEST_PAGE}`, `the volumes with the tag ${tag}`, filter);
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
    const all = await this.#http.list(`/nodebalancers?${LARGEST_PAGE}`, 'the NodeBalancers');
    return all
      .filter((balancer) => at(balancer, 'lke_cluster', 'id') === clusterId)
      .map((balancer) => ({
        id: numberAt(balancer, 'id'),
        label: textAt(balancer, 'label'),
        region: textAt(balancer, 'region'),
        plan: textAt(balancer, 'type'),
      }));
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
