import type { LinodeBalancer, LinodeVolume, MadeForClusters } from '../../src/ports';

/** What a Linode account has of clusters, in memory. */
export class FakeMade implements MadeForClusters {
  readonly has = new Map<number, LinodeVolume & { readonly tags: readonly string[] }>();
  /** By the id of the cluster. */
  readonly nodeBalancers = new Map<number, readonly LinodeBalancer[]>();
  /** Why a volume is not deleted, one reason for each try. */
  readonly refusals = new Map<number, string[]>();
  balancersError: Error | undefined;

  put(id: number, given: Partial<LinodeVolume & { readonly tags: readonly string[] }> = {}): void {
    this.has.set(id, { id, label: `pvc${id}`, size: 10, region: 'us-east', tags: [], ...given });
  }

  tagsOf(id: number): readonly string[] {
    return this.has.get(id)?.tags ?? [];
  }

  volumes(tag: string): Promise<readonly LinodeVolume[]> {
    return Promise.resolve([...this.has.values()].filter(({ tags }) => tags.includes(tag)));
  }

  tagVolume(id: number, tag: string): Promise<boolean> {
    const volume = this.has.get(id);
    if (volume !== undefined) this.put(id, { ...volume, tags: [...volume.tags, tag] });
    return Promise.resolve(volume !== undefined);
  }

  deleteVolume(id: number): Promise<string | undefined> {
    const refusal = this.refusals.get(id)?.shift();
    if (refusal === undefined) this.has.delete(id);
    return Promise.resolve(refusal);
  }

  balancers(clusterId: number): Promise<readonly LinodeBalancer[]> {
    if (this.balancersError !== undefined) return Promise.reject(this.balancersError);
    return Promise.resolve(this.nodeBalancers.get(clusterId) ?? []);
  }
}
