import { DeployError } from '../errors';
import { textAt, type JsonObject } from '../json';
import {
  isInventory,
  memberSelector,
  readInventories,
  readParent,
  type Inventory,
} from '../manifests/inventory';
import type { Cluster, ObjectKey, ResourceType } from '../ports';
import type { Release, ReleaseScope } from '../releases/record';
import { findReleases } from '../releases/releases';
import { CLAIMS, CONFIG_MAPS, PERSISTENT_VOLUMES } from '../resource-types';
import { claimsOf, isReleased } from './volumes';

/** The label of a PersistentVolume whose claim was deleted, while its disk was kept; its value is the mark. */
export const KEPT = 'wpp-deploy-action/kept';

export interface LiveObject {
  readonly key: ObjectKey;
  readonly object: JsonObject;
}

/** What a cluster has of an application in an environment. */
export interface InCluster {
  readonly inventories: readonly Inventory[];
  /** What was applied for it, also what is on its way out. */
  readonly members: readonly LiveObject[];
  readonly claims: readonly LiveObject[];
  /** The PersistentVolumes of those claims, and its own. */
  readonly volumes: readonly LiveObject[];
  /** PersistentVolumes whose claims an earlier run deleted. */
  readonly released: readonly LiveObject[];
  readonly releases: readonly Release[];
}

export interface Whose {
  /** The name of the inventory. */
  readonly inventory: string;
  readonly namespace: string;
  readonly scope: ReleaseScope;
  readonly mark: string;
}

/**
 * Finds what a cluster has of an application: by the inventory, which stands in the default namespace of its manifests or where its
 * releases are recorded. Nothing is read from the repository, which may have other manifests by now. Throws DeployError.
 */
export async function findInCluster(whose: Whose, cluster: Cluster): Promise<InCluster> {
  const releases = await findReleases(whose.scope, cluster);
  const homes = [...new Set([whose.namespace, ...releases.map(({ key }) => key.namespace ?? '')])];
  const inventories = (
    await Promise.all(homes.map((home) => inventoryIn(home, whose.inventory, cluster)))
  ).flat();
  const members = (await Promise.all(inventories.map((inventory) => membersOf(inventory, cluster)))).flat();
  const claims = await claimsIn(inventories, members, cluster);
  return {
    inventories,
    members: members.filter(({ key }) => key.type.kind !== 'PersistentVolumeClaim'),
    claims,
    volumes: await volumesOf(claims, members, cluster),
    released: await releasedBy(whose.mark, cluster),
    releases,
  };
}

/** Gives whose inventories a cluster has beside those that were found, as `namespace/name`. Throws DeployError. */
export async function othersIn({ inventories }: InCluster, cluster: Cluster): Promise<readonly string[]> {
  const own = inventories.map(({ namespace, name }) => `${namespace}/${name}`);
  return (await readInventories(cluster))
    .map((parent) => `${textAt(parent, 'metadata', 'namespace')}/${textAt(parent, 'metadata', 'name')}`)
    .filter((name) => !own.includes(name))
    .sort();
}

async function inventoryIn(namespace: string, name: string, cluster: Cluster): Promise<readonly Inventory[]> {
  const answer = await cluster.get({ type: CONFIG_MAPS, namespace, name });
  if (!answer.ok && answer.code !== 404) throw unreadable(`ConfigMap/${namespace}/${name}`, answer.status);
  if (!answer.ok || !isInventory(answer.object)) return [];
  return [{ ...readParent(answer.object), name, namespace }];
}

async function membersOf(inventory: Inventory, cluster: Cluster): Promise<readonly LiveObject[]> {
  const lists = inventory.groupKinds.map(async (groupKind) => {
    const type = await cluster.typeOf(groupKind);
    if (type === undefined) return [];
    const places = type.namespaced ? [inventory.namespace, ...inventory.namespaces] : [undefined];
    const found = places.map(async (namespace) =>
      (await cluster.list(type, namespace, memberSelector(inventory))).map((object) => live(type, object)),
    );
    return (await Promise.all(found)).flat();
  });
  return (await Promise.all(lists)).flat();
}

async function claimsIn(
  inventories: readonly Inventory[],
  members: readonly LiveObject[],
  cluster: Cluster,
): Promise<readonly LiveObject[]> {
  const places = new Set(inventories.flatMap(({ namespace, namespaces }) => [namespace, ...namespaces]));
  const lists = await Promise.all([...places].map((namespace) => cluster.list(CLAIMS, namespace)));
  const objects = members.map(({ object }) => object);
  return claimsOf(objects, lists.flat()).map((object) => live(CLAIMS, object));
}

/** What cannot be read cannot be kept either: its claim must not be deleted. */
async function volumesOf(
  claims: readonly LiveObject[],
  members: readonly LiveObject[],
  cluster: Cluster,
): Promise<readonly LiveObject[]> {
  const names = claims
    .map(({ object }) => textAt(object, 'spec', 'volumeName'))
    .filter((name) => name !== '');
  const own = members.filter(({ key }) => key.type.kind === 'PersistentVolume').map(({ key }) => key.name);
  const reads = [...new Set([...names, ...own])].map(async (name) => {
    const key = { type: PERSISTENT_VOLUMES, namespace: undefined, name };
    const answer = await cluster.get(key);
    if (answer.ok) return [{ key, object: answer.object }];
    if (answer.code === 404) return [];
    throw unreadable(`PersistentVolume/${name}`, answer.status);
  });
  return (await Promise.all(reads)).flat();
}

async function releasedBy(mark: string, cluster: Cluster): Promise<readonly LiveObject[]> {
  try {
    const marked = await cluster.list(PERSISTENT_VOLUMES, undefined, `${KEPT}=${mark}`);
    return marked.filter(isReleased).map((object) => live(PERSISTENT_VOLUMES, object));
  } catch (error) {
    // An account that may not list them could not mark any either.
    if (error instanceof DeployError && error.details.code === 'cluster-forbidden') return [];
    throw error;
  }
}

function live(type: ResourceType, object: JsonObject): LiveObject {
  const namespace = type.namespaced ? textAt(object, 'metadata', 'namespace') : undefined;
  return { key: { type, namespace, name: textAt(object, 'metadata', 'name') }, object };
}

function unreadable(name: string, status: JsonObject): DeployError {
  return new DeployError({
    code: 'cluster-forbidden',
    cause: `the cluster does not let ${name} be read: ${textAt(status, 'message')}`,
    advice: 'Give the kubeconfig’s account the right to read it; nothing was deleted.',
  });
}
