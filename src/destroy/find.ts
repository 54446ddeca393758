import { DeployError } from '../errors';
import { textAt, type JsonObject } from '../json';
import {
  inMemberPlaces,
  isInventory,
  memberSelector,
  readInventories,
  readParent,
  type Inventory,
} from '../manifests/inventory';
import type { ApiAnswer, Cluster, ObjectKey, ResourceType } from '../ports';
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

/** Gives an object as it is now; undefined only where the cluster says that it has none. Throws DeployError. */
export async function readLive(key: ObjectKey, cluster: Cluster): Promise<LiveObject | undefined> {
  const answer = await cluster.get(key);
  if (answer.ok) return { key, object: answer.object };
  if (answer.code === 404) return undefined;
  throw unreadable(key, answer);
}

/** Gives the PersistentVolume of a claim; undefined where it is bound to none. Throws DeployError. */
export async function volumeOf(claim: JsonObject, cluster: Cluster): Promise<LiveObject | undefined> {
  const name = textAt(claim, 'spec', 'volumeName');
  return name === '' ? undefined : readLive(volumeKey(name), cluster);
}

async function inventoryIn(namespace: string, name: string, cluster: Cluster): Promise<readonly Inventory[]> {
  const parent = (await readLive({ type: CONFIG_MAPS, namespace, name }, cluster))?.object;
  return parent === undefined || !isInventory(parent) ? [] : [{ ...readParent(parent), name, namespace }];
}

function membersOf(inventory: Inventory, cluster: Cluster): Promise<readonly LiveObject[]> {
  const typeOf = (groupKind: string): Promise<ResourceType | undefined> => cluster.typeOf(groupKind);
  return inMemberPlaces(inventory, typeOf, async (type, namespace) =>
    (await cluster.list(type, namespace, memberSelector(inventory))).map((object) => live(type, object)),
  );
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
  const own = members.filter(({ key }) => key.type.kind === 'PersistentVolume').map(({ key }) => key.name);
  const bound = await Promise.all(claims.map(({ object }) => volumeOf(object, cluster)));
  const others = own.filter((name) => !bound.some((volume) => volume?.key.name === name));
  const unbound = await Promise.all(others.map((name) => readLive(volumeKey(name), cluster)));
  return [...bound, ...unbound].filter((volume) => volume !== undefined);
}

function volumeKey(name: string): ObjectKey {
  return { type: PERSISTENT_VOLUMES, namespace: undefined, name };
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

function unreadable(
  { type, namespace, name }: ObjectKey,
  { code, status }: Extract<ApiAnswer, { ok: false }>,
): DeployError {
  const what = [type.kind, namespace, name].filter((part) => part !== undefined).join('/');
  const isForbidden = code === 401 || code === 403;
  return new DeployError({
    code: isForbidden ? 'cluster-forbidden' : 'cluster-unreachable',
    cause: `the cluster does not let ${what} be read: ${textAt(status, 'message') || `it answered ${code}`}`,
    advice: isForbidden
      ? 'Give the kubeconfig’s account the right to read it, and run this again: it goes on from what is there.'
      : 'Run this again when the API server answers: it goes on from what is there.',
  });
}
