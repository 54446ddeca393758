import { DeployError } from '../errors';
import { textAt } from '../json';
import type { Cluster } from '../ports';
import type { PlacedManifest } from './apply';
import { ownerOf, readInventories, readParent, type Inventory } from './inventory';
import { describe } from './objects';
import type { Snapshot } from './snapshot';

const MOST_NAMED = 3;

/**
 * Gives a warning where manifests have objects that belong to another application or environment whose inventory is there still:
 * each deploy of the one would overwrite what the other has deployed. The same application under another namespace is none.
 */
export async function sharedWarning(
  members: readonly PlacedManifest[],
  snapshot: Snapshot,
  inventory: Inventory,
  cluster: Cluster,
): Promise<string | undefined> {
  const owned = members.flatMap(({ key, object }) => {
    const owner = ownerOf(snapshot.live(key) ?? {});
    return owner === '' || owner === inventory.id ? [] : [{ owner, name: describe(object) }];
  });
  if (owned.length === 0) return undefined;
  const others = await otherInventories(inventory, cluster);
  const shared = owned.filter(({ owner }) => others.has(owner));
  const [first] = shared;
  if (first === undefined) return undefined;
  const names = shared.slice(0, MOST_NAMED).map(({ name }) => name);
  const more = shared.length > names.length ? ` and ${shared.length - names.length} more` : '';
  return `${names.join(', ')}${more} belong to ${others.get(first.owner)} too, so each deploy overwrites the other: give each environment a namespace of its own by the input namespace, and name none in the manifests or write \${namespace}.`;
}

/** Gives the names of the inventories of others by id; none where the account may not look for them. */
async function otherInventories({ name }: Inventory, cluster: Cluster): Promise<ReadonlyMap<string, string>> {
  try {
    const parents = await readInventories(cluster);
    const named = parents.map((parent) => [readParent(parent).id, parent] as const);
    const others = named.filter(([, parent]) => textAt(parent, 'metadata', 'name') !== name);
    return new Map(others.map(([id, parent]) => [id, describe(parent)]));
  } catch (error) {
    if (error instanceof DeployError && error.details.code === 'cluster-forbidden') return new Map();
    throw error;
  }
}
