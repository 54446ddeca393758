import type { Cluster } from '../ports';
import { applyStages, place, type ManifestsPorts, type StagesOptions } from './apply-stages';
import {
  asMember,
  inventoryOf,
  merge,
  parentOf,
  readParent,
  type Inventory,
  type Members,
} from './inventory';
import type { Manifest } from './objects';
import { identity, prune, type PruneMode } from './prune';
import type { ManifestsResult } from './result';

const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true } as const;

export interface ManifestsOptions extends StagesOptions {
  /** Name of the inventory: one for each application and environment. */
  readonly inventory: string;
  readonly prune: PruneMode;
}

/**
 * Brings the cluster to what the manifests say: applies them in stages, then deletes what earlier runs applied and no
 * manifest has any more. The inventory names the kinds of both before anything is deleted, so that a run that is killed is
 * completed by the next one. With `preview` nothing is written. Throws DeployError.
 */
export async function runManifests(
  manifests: readonly Manifest[],
  options: ManifestsOptions,
  ports: ManifestsPorts,
): Promise<ManifestsResult> {
  const { cluster } = ports;
  const placed = await Promise.all(manifests.map((manifest) => place(manifest, options.namespace, cluster)));
  const inventory = await inventoryOf(placed, options.inventory, options.namespace);
  const earlier = await readInventory(inventory, cluster);
  const members = placed.map(({ source, object }) => ({ source, object: asMember(object, inventory) }));
  const { changes, workloads, replaced } = await applyStages(
    [...members, parent(inventory, earlier)],
    options,
    ports,
  );

  const current = new Set(members.map(({ object }) => identity(object)));
  const pruneOptions = { mode: options.prune, preview: options.preview };
  const pruned = await prune(merge(inventory, earlier), current, pruneOptions, ports);
  if (!options.preview) await applyStages([parent(inventory, pruned.kept)], options, ports);
  return { changes: [...changes, ...pruned.changes], workloads, replaced };
}

async function readInventory(inventory: Inventory, cluster: Cluster): Promise<Members> {
  const answer = await cluster.get({
    type: CONFIG_MAP,
    namespace: inventory.namespace,
    name: inventory.name,
  });
  return readParent(answer.ok ? answer.object : {});
}

function parent(inventory: Inventory, also: Members): Manifest {
  return { source: 'the inventory', object: parentOf(inventory, also) };
}
