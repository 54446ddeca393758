import { textAt, type JsonObject } from '../json';
import type { Cluster, ResourceType } from '../ports';
import { CONFIG_MAPS } from '../resource-types';
import { sha256 } from '../sha256';
import { groupOf, type Manifest } from './objects';

/**
 * What an application has in the cluster, kept there as an ApplySet (KEP-3659), so that kubectl understands it too: a
 * parent object names the kinds and namespaces, and each member carries a label with the id of the parent.
 */
export interface Inventory extends Members {
  /** The value of the members' label. */
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
}

/** Where members of an inventory can be. */
export interface Members {
  /** As the KEP writes them: `Deployment.apps`, `ConfigMap`. */
  readonly groupKinds: readonly string[];
  /** All namespaces of members but the parent's own. */
  readonly namespaces: readonly string[];
}

const PREFIX = 'applyset.kubernetes.io';
const PART_OF = `${PREFIX}/part-of`;
const TOOLING = 'wpp-deploy-action/v1';

/** The label selector that finds the members. */
export function memberSelector({ id }: Inventory): string {
  return `${PART_OF}=${id}`;
}

/** Whether an object is the parent of an inventory. */
export function isInventory(object: JsonObject): boolean {
  return textAt(object, 'metadata', 'labels', `${PREFIX}/id`) !== '';
}

/** Gives the id of the inventory that a live object belongs to; empty where it belongs to none. */
export function ownerOf(object: JsonObject): string {
  return textAt(object, 'metadata', 'labels', PART_OF);
}

/** Whether a live object carries the members' label. */
export function isMember(object: JsonObject, { id }: Inventory): boolean {
  return ownerOf(object) === id;
}

/** Gives the inventory of objects whose namespaces are filled in. */
export async function inventoryOf(
  manifests: readonly Manifest[],
  name: string,
  namespace: string,
): Promise<Inventory> {
  const objects = manifests.map(({ object }) => object);
  const used = objects.map((object) => textAt(object, 'metadata', 'namespace')).filter((each) => each !== '');
  // The parent must stand in a namespace that is there; the default one may be used by no object.
  const home = used.includes(namespace) ? namespace : (used.sort()[0] ?? 'default');
  return {
    id: await applySetId(name, home),
    name,
    namespace: home,
    groupKinds: sorted(objects.map(groupKindOf)),
    namespaces: sorted(used.filter((each) => each !== home)),
  };
}

/** Gives the inventory with the kinds and namespaces of an earlier run added. */
export function merge(inventory: Inventory, also: Members): Inventory {
  return {
    ...inventory,
    groupKinds: sorted([...inventory.groupKinds, ...also.groupKinds]),
    namespaces: sorted([...inventory.namespaces, ...also.namespaces]).filter(
      (each) => each !== inventory.namespace,
    ),
  };
}

/** Gives the parent as a ConfigMap; `also` are kinds and namespaces of an earlier run that may still have members. */
export function parentOf(inventory: Inventory, also: Members): JsonObject {
  const { groupKinds, namespaces } = merge(inventory, also);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: inventory.name,
      namespace: inventory.namespace,
      labels: { [`${PREFIX}/id`]: inventory.id },
      annotations: {
        [`${PREFIX}/tooling`]: TOOLING,
        [`${PREFIX}/contains-group-kinds`]: groupKinds.join(','),
        ...(namespaces.length === 0 ? {} : { [`${PREFIX}/additional-namespaces`]: namespaces.join(',') }),
      },
    },
  };
}

/**
 * Gives what `look` gives for each kind and place in which an inventory may have members. A kind that the cluster does
 * not know any more has none.
 */
export async function inMemberPlaces<T>(
  inventory: Inventory,
  typeOf: (groupKind: string) => Promise<ResourceType | undefined>,
  look: (type: ResourceType, namespace: string | undefined) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const lists = inventory.groupKinds.map(async (groupKind) => {
    const type = await typeOf(groupKind);
    if (type === undefined) return [];
    const places = type.namespaced ? [inventory.namespace, ...inventory.namespaces] : [undefined];
    return (await Promise.all(places.map((namespace) => look(type, namespace)))).flat();
  });
  return (await Promise.all(lists)).flat();
}

/** Gives the parents that this action made in any namespace of a cluster. Throws DeployError. */
export async function readInventories(cluster: Cluster): Promise<readonly JsonObject[]> {
  const parents = await cluster.list(CONFIG_MAPS, undefined, `${PREFIX}/id`);
  return parents.filter(
    (parent) => textAt(parent, 'metadata', 'annotations', `${PREFIX}/tooling`) === TOOLING,
  );
}

/** Reads the id, kinds and namespaces that a parent in the cluster names. */
export function readParent(parent: JsonObject): Members & Pick<Inventory, 'id'> {
  const list = (name: string): readonly string[] =>
    textAt(parent, 'metadata', 'annotations', `${PREFIX}/${name}`)
      .split(',')
      .filter((entry) => entry !== '');
  return {
    id: textAt(parent, 'metadata', 'labels', `${PREFIX}/id`),
    groupKinds: list('contains-group-kinds'),
    namespaces: list('additional-namespaces'),
  };
}

/** Gives the object as a member. */
export function asMember(object: JsonObject, { id }: Inventory): JsonObject {
  const metadata = object['metadata'] as JsonObject;
  const labels = metadata['labels'] as JsonObject | undefined;
  return { ...object, metadata: { ...metadata, labels: { ...labels, [PART_OF]: id } } };
}

/** Gives `Kind.group`, or `Kind` of the core group. */
export function groupKindOf(object: JsonObject): string {
  const group = groupOf(object);
  return group === '' ? textAt(object, 'kind') : `${textAt(object, 'kind')}.${group}`;
}

/** The id by the rule of the KEP: a digest of the parent's name, namespace, kind and group. */
async function applySetId(name: string, namespace: string): Promise<string> {
  const digest = await sha256(`${name}.${namespace}.ConfigMap.`);
  return `applyset-${digest.toString('base64url')}-v1`;
}

function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
