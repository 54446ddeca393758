import { at, listAt, textAt, type JsonObject } from '../json';
import { quantity } from '../manifests/quantity';
import { messageOf } from './events';
import { conditionHolds, conditionOf } from './newest';

/** Gives the nodes that are not ready, with the reason. */
export function brokenNodes(nodes: readonly JsonObject[]): ReadonlyMap<string, string> {
  return new Map(
    nodes
      .filter((node) => !conditionHolds(node, 'Ready'))
      .map((node) => {
        const condition = conditionOf(node, 'Ready');
        return [textAt(node, 'metadata', 'name'), messageOf(condition) || 'it says nothing'];
      }),
  );
}

/**
 * Whether a pod would find room on a node like those that are there with nothing else on it, by what its containers request. Where no nodes are
 * seen, it may.
 */
export function fitsEmptyNode(pod: JsonObject, nodes: readonly JsonObject[]): boolean {
  const wanted = new Map<string, number>();
  for (const container of listAt(pod, 'spec', 'containers')) {
    const requests = Object.entries((at(container, 'resources', 'requests') as JsonObject | undefined) ?? {});
    for (const [resource, amount] of requests)
      wanted.set(resource, (wanted.get(resource) ?? 0) + (quantity(amount) ?? 0));
  }
  const fits = (node: JsonObject): boolean =>
    [...wanted].every(
      ([resource, amount]) => amount <= (quantity(at(node, 'status', 'allocatable', resource)) ?? 0),
    );
  return nodes.length === 0 || nodes.some(fits);
}
