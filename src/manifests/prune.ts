import pLimit from 'p-limit';
import { DeployError } from '../errors';
import { at, textAt, type JsonObject } from '../json';
import type { Cluster, ObjectKey, ResourceType } from '../ports';
import type { ObjectChange } from './apply';
import { groupKindOf, memberSelector, type Inventory, type Members } from './inventory';
import { describe } from './objects';

/** `safe` keeps what holds data or others' objects, `all` does not, `never` deletes nothing. */
export type PruneMode = 'safe' | 'all' | 'never';

export interface Pruned {
  readonly changes: readonly ObjectChange[];
  /** Where members were kept though no manifest has them; the inventory must go on naming these places. */
  readonly kept: Members;
}

interface Orphan {
  readonly key: ObjectKey;
  readonly object: JsonObject;
}

const KEPT_IF_SAFE = ['Namespace', 'PersistentVolumeClaim', 'PersistentVolume', 'CustomResourceDefinition'];
const SIDE_BY_SIDE = 8;

/**
 * Deletes the members of the inventory that no manifest has any more; with `preview` it only names them. The inventory
 * in the cluster must name their kinds already, so that a run that is killed here is completed by the next one.
 */
export async function prune(
  inventory: Inventory,
  current: ReadonlySet<string>,
  options: { readonly mode: PruneMode; readonly preview: boolean },
  ports: { readonly cluster: Cluster; readonly did: (line: string) => void },
): Promise<Pruned> {
  const orphans = (await members(inventory, ports.cluster)).filter(
    ({ object }) => !current.has(identity(object)),
  );
  const limit = pLimit(SIDE_BY_SIDE);
  const changes = await Promise.all(orphans.map((orphan) => limit(() => removeOne(orphan, options, ports))));
  const kept = orphans.filter((_, index) => changes[index]?.action === 'unchanged');
  return {
    changes,
    kept: {
      groupKinds: kept.map(({ object }) => groupKindOf(object)),
      namespaces: kept.flatMap(({ key }) => (key.namespace === undefined ? [] : [key.namespace])),
    },
  };
}

/** Gives what tells an object from all others, whatever the version it is read in. */
export function identity(object: JsonObject): string {
  return `${groupKindOf(object)} ${textAt(object, 'metadata', 'namespace')}/${textAt(object, 'metadata', 'name')}`;
}

async function members(inventory: Inventory, cluster: Cluster): Promise<readonly Orphan[]> {
  const namespaces = [inventory.namespace, ...inventory.namespaces];
  const lists = inventory.groupKinds.map(async (groupKind) => {
    const type = await cluster.typeOf(groupKind);
    if (type === undefined) return [];
    const places = type.namespaced ? namespaces : [undefined];
    const found = await Promise.all(
      places.map((namespace) => membersOf(type, namespace, inventory, cluster)),
    );
    return found.flat();
  });
  return (await Promise.all(lists)).flat();
}

async function membersOf(
  type: ResourceType,
  namespace: string | undefined,
  inventory: Inventory,
  cluster: Cluster,
): Promise<readonly Orphan[]> {
  const items = await cluster.list(type, namespace, memberSelector(inventory));
  return items
    .filter((item) => at(item, 'metadata', 'deletionTimestamp') === undefined)
    .map((item) => ({
      key: { type, namespace, name: textAt(item, 'metadata', 'name') },
      // The items of a list do not carry what the list says once.
      object: { ...item, apiVersion: type.apiVersion, kind: type.kind },
    }));
}

async function removeOne(
  { key, object }: Orphan,
  { mode, preview }: { readonly mode: PruneMode; readonly preview: boolean },
  { cluster, did }: { readonly cluster: Cluster; readonly did: (line: string) => void },
): Promise<ObjectChange> {
  const name = describe(object);
  if (mode === 'never' || (mode === 'safe' && KEPT_IF_SAFE.includes(key.type.kind))) {
    const note = `no manifest has it any more; it is kept (prune: ${mode})`;
    return { object: name, action: 'unchanged', fields: [], note };
  }
  if (!preview) {
    const answer = await cluster.remove(key, textAt(object, 'metadata', 'uid'));
    if (!answer.ok && answer.code !== 404) throw notRemoved(name, textAt(answer.status, 'message'));
    did(`pruned ${name}`);
  }
  return { object: name, action: 'pruned', fields: [] };
}

function notRemoved(name: string, message: string): DeployError {
  return new DeployError({
    code: 'manifest-refused',
    cause: `the cluster refused to delete ${name}, which no manifest has any more: ${message}`,
    advice: 'Give the kubeconfig’s account the right to delete it, or set prune to never.',
  });
}
