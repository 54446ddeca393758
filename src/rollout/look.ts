import { DeployError } from '../errors';
import { textAt, type JsonObject } from '../json';
import { nameOf, type Workload } from '../manifests/workload';
import type { Cluster, Log, ObjectKey, ResourceType } from '../ports';
import { CONTROLLER_REVISIONS, EVENTS, NODES, PODS, REPLICA_SETS } from '../resource-types';
import { timeOf } from './events';
import type { Surroundings } from './newest';

/** Looks at many workloads with one list for each kind and namespace, however many there are. */
export class Looker {
  readonly #cluster: Cluster;
  readonly #log: Log;
  readonly #forbidden = new Set<string>();

  constructor({ cluster, log }: { readonly cluster: Cluster; readonly log: Log }) {
    this.#cluster = cluster;
    this.#log = log;
  }

  /** Gives the live workloads that are there, by nameOf(). */
  async workloads(workloads: readonly Workload[]): Promise<ReadonlyMap<string, JsonObject>> {
    const groups = Map.groupBy(workloads, ({ key }) => `${key.type.kind} ${key.namespace}`);
    const lists = await Promise.all(
      [...groups.values()].map(async ([first]) => {
        if (first === undefined) return [];
        const { type, namespace } = first.key;
        const list = await this.#cluster.list(type, namespace);
        return list.map((object): [string, JsonObject] => [nameIn(first.key, object), object]);
      }),
    );
    return new Map(lists.flat());
  }

  /** Gives what is around the workloads, by namespace. What the account may not see is told once and taken for empty. */
  async surroundings(workloads: readonly Workload[]): Promise<ReadonlyMap<string, Surroundings>> {
    const groups = Map.groupBy(workloads, ({ key }) => key.namespace ?? '');
    const nodes = this.#optional(NODES, undefined);
    const entries = [...groups].map(async ([namespace, members]): Promise<[string, Surroundings]> => {
      const has = (kind: string): boolean => members.some(({ key }) => key.type.kind === kind);
      const [replicaSets, revisions, pods, events] = await Promise.all([
        has('Deployment') ? this.#optional(REPLICA_SETS, namespace) : [],
        has('DaemonSet') ? this.#optional(CONTROLLER_REVISIONS, namespace) : [],
        this.#optional(PODS, namespace),
        this.#optional(EVENTS, namespace),
      ]);
      const sorted = [...events].sort((one, other) => timeOf(one) - timeOf(other));
      return [namespace, { replicaSets, revisions, pods, events: sorted, nodes: await nodes }];
    });
    return new Map(await Promise.all(entries));
  }

  async #optional(type: ResourceType, namespace: string | undefined): Promise<readonly JsonObject[]> {
    if (this.#forbidden.has(type.kind)) return [];
    try {
      return await this.#cluster.list(type, namespace);
    } catch (error) {
      if (!(error instanceof DeployError) || error.details.code !== 'cluster-forbidden') throw error;
      if (!this.#forbidden.has(type.kind))
        this.#log.warning(
          `the kubeconfig’s account may not list ${type.plural}: causes of failures may stay unseen`,
        );
      this.#forbidden.add(type.kind);
      return [];
    }
  }
}

function nameIn(key: ObjectKey, object: JsonObject): string {
  const name = textAt(object, 'metadata', 'name');
  return nameOf({ key: { ...key, name }, generation: 0, written: false });
}
