import { at, isObject, listAt, numberAt, textAt } from '../json';
import { guarded, told, type Consequence } from './consequence';

/** A pool of nodes as far as its changes matter. */
interface Pool {
  readonly type: string;
  readonly encryption: string;
  /** How many nodes it has; undefined where the plan does not know. */
  readonly nodes: number | undefined;
  readonly autoscaled: boolean;
}

/** Gives the addresses, without keys, of clusters and pools that have a fixed count beside their autoscaler. */
export function autoscaledCounts(plan: unknown): ReadonlySet<string> {
  return new Set(countedIn(at(plan, 'configuration', 'root_module'), ''));
}

function countedIn(module: unknown, prefix: string): readonly string[] {
  const own = listAt(module, 'resources').flatMap((resource) => {
    const written = at(resource, 'expressions');
    const counted =
      listAt(written, 'pool').some((pool) => isWritten(pool, 'count') && isWritten(pool, 'autoscaler')) ||
      (isWritten(written, 'node_count') && isWritten(written, 'autoscaler'));
    return counted ? [`${prefix}${textAt(resource, 'address')}`] : [];
  });
  const calls = at(module, 'module_calls');
  const below = isObject(calls)
    ? Object.entries(calls).flatMap(([name, call]) =>
        countedIn(at(call, 'module'), `${prefix}module.${name}.`),
      )
    : [];
  return [...own, ...below];
}

function isWritten(expressions: unknown, name: string): boolean {
  const written = at(expressions, name);
  return Array.isArray(written) ? written.length > 0 : isObject(written) && Object.keys(written).length > 0;
}

/** Gives what becomes of a cluster's pools, which the provider matches by their place in the list. */
export function poolConsequences(before: unknown, after: unknown): readonly Consequence[] {
  const [old, fresh] = [listAt(before, 'pool').map(poolOf), listAt(after, 'pool').map(poolOf)];
  const kept = old.slice(0, fresh.length);
  const lost = old.slice(fresh.length);
  return [
    ...kept.flatMap((pool, index) => {
      const next = fresh[index];
      return next === undefined ? [] : changesOf(`pool ${index + 1}`, pool, next);
    }),
    ...lost.map((pool, index): Consequence => {
      const name = `pool ${fresh.length + index + 1}`;
      return guarded(`${name} (${pool.type}) is deleted with ${nodes(pool.nodes)}`);
    }),
    ...(lost.length > 0 && kept.length > 0
      ? [told('pools are matched by their place in the list: taking one out changes those after it')]
      : []),
  ];
}

/** Gives what becomes of a `linode_lke_node_pool`. */
export function nodePoolConsequences(before: unknown, after: unknown): readonly Consequence[] {
  return changesOf('the pool', nodePoolOf(before), nodePoolOf(after));
}

function changesOf(name: string, old: Pool, fresh: Pool): readonly Consequence[] {
  const swaps = [
    ...(old.type !== fresh.type && fresh.type !== '' ? [`from ${old.type} to ${fresh.type}`] : []),
    ...(old.encryption !== fresh.encryption && fresh.encryption !== '' && old.encryption !== ''
      ? [`disk encryption from ${old.encryption} to ${fresh.encryption}`]
      : []),
  ];
  if (swaps.length > 0) {
    return [
      guarded(
        `${name} (${swaps.join(', ')}) is not changed in place: Linode makes a new pool and deletes the old one at once, with ${nodes(old.nodes)}; what runs there is down until the new nodes are ready`,
      ),
    ];
  }
  if (old.nodes === undefined || fresh.nodes === undefined || fresh.nodes >= old.nodes) return [];
  const removed = old.nodes - fresh.nodes;
  return [
    guarded(
      `${removed} of ${nodes(old.nodes)} of ${name} ${removed === 1 ? 'is' : 'are'} removed, with what runs there${fresh.autoscaled ? ': its count stands beside the autoscaler and takes back what that added' : ''}`,
    ),
  ];
}

function poolOf(pool: unknown): Pool {
  return { ...shared(pool), nodes: count(at(pool, 'count')) };
}

function nodePoolOf(pool: unknown): Pool {
  return { ...shared(pool), nodes: count(at(pool, 'node_count')) };
}

function shared(pool: unknown): Pick<Pool, 'type' | 'encryption' | 'autoscaled'> {
  return {
    type: textAt(pool, 'type'),
    encryption: textAt(pool, 'disk_encryption'),
    autoscaled: listAt(pool, 'autoscaler').length > 0,
  };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Gives the sizes of the pools that a cluster or pool has; a pool of one has nothing to move its pods to. */
export function poolSizes(resource: unknown): readonly number[] {
  const pools = listAt(resource, 'pool');
  return pools.length > 0 ? pools.map((pool) => numberAt(pool, 'count')) : [numberAt(resource, 'node_count')];
}

function nodes(count: number | undefined): string {
  return count === undefined ? 'its nodes' : count === 1 ? 'its one node' : `${count} nodes`;
}
