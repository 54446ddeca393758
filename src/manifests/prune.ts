import pLimit from 'p-limit';
import { DeployError } from '../errors';
import { at, numberAt, textAt, type JsonObject } from '../json';
import type { Cluster, ObjectKey, ResourceType } from '../ports';
import type { ObjectChange } from './apply';
import {
  groupKindOf,
  inMemberPlaces,
  isMember,
  memberSelector,
  type Inventory,
  type Members,
} from './inventory';
import { describe } from './objects';
import type { Snapshot } from './snapshot';

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

export interface PrunePorts {
  readonly cluster: Cluster;
  readonly snapshot: Snapshot;
  /** Types of the run's own objects, in the versions of the manifests. */
  readonly types: readonly ResourceType[];
  readonly did: (line: string) => void;
}

export interface PruneOptions {
  readonly prune: PruneMode;
  readonly preview: boolean;
  /** What is left as it is, whatever the mode. */
  readonly leave?: (object: JsonObject) => boolean;
}

/**
 * Deletes the members of the inventory that no manifest has any more; with `preview` it only names them. The inventory
 * in the cluster must name their kinds already, so that a run that is killed here is completed by the next one.
 */
export async function prune(
  inventory: Inventory,
  current: ReadonlySet<string>,
  options: PruneOptions,
  ports: PrunePorts,
): Promise<Pruned> {
  const orphans = (await members(inventory, ports)).filter(({ object }) => !current.has(identity(object)));
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

function members(inventory: Inventory, ports: PrunePorts): Promise<readonly Orphan[]> {
  const typeOf = async (groupKind: string): Promise<ResourceType | undefined> =>
    ports.types.find(({ apiVersion, kind }) => groupKindOf({ apiVersion, kind }) === groupKind) ??
    (await ports.cluster.typeOf(groupKind));
  return inMemberPlaces(inventory, typeOf, (type, namespace) => membersOf(type, namespace, inventory, ports));
}

/** Takes what was read when the run began; only places that it has nothing in any more are still to be listed. */
async function membersOf(
  type: ResourceType,
  namespace: string | undefined,
  inventory: Inventory,
  { cluster, snapshot }: PrunePorts,
): Promise<readonly Orphan[]> {
  const read = snapshot.all({ type, namespace })?.filter((object) => isMember(object, inventory));
  const items = read ?? (await cluster.list(type, namespace, memberSelector(inventory)));
  return items
    .filter((item) => at(item, 'metadata', 'deletionTimestamp') === undefined)
    .map((object) => ({ key: { type, namespace, name: textAt(object, 'metadata', 'name') }, object }));
}

async function removeOne(
  { key, object }: Orphan,
  { prune: mode, preview, leave }: PruneOptions,
  { cluster, did }: PrunePorts,
): Promise<ObjectChange> {
  const name = describe(object);
  const kept = { object: name, action: 'unchanged', fields: [] } as const;
  if (leave?.(object) === true) return kept;
  if (mode === 'never' || (mode === 'safe' && KEPT_IF_SAFE.includes(key.type.kind)))
    return { ...kept, note: `no manifest has it any more; it is kept (prune: ${mode})` };
  if (stillRuns(object)) return { ...kept, note: 'an earlier run made it, and it still runs' };
  if (!preview) {
    const answer = await cluster.remove(key, textAt(object, 'metadata', 'uid'));
    if (!answer.ok && answer.code === 409)
      return { ...kept, note: 'somebody deleted it meanwhile, and made another one of this name' };
    if (!answer.ok && answer.code !== 404) throw notRemoved(name, textAt(answer.status, 'message'));
    did(`pruned ${name}`);
  }
  return { object: name, action: 'pruned', fields: typeOf(object) };
}

/** A load balancer is billed, and its address is lost: that it goes is worth a line. */
function typeOf(object: JsonObject): ObjectChange['fields'] {
  if (object['kind'] !== 'Service' || textAt(object, 'spec', 'type') !== 'LoadBalancer') return [];
  return [{ path: 'spec.type', before: '"LoadBalancer"', after: undefined }];
}

/** What has a generated name is another object in each run; the one of the run before may be at work. */
function stillRuns(object: JsonObject): boolean {
  if (textAt(object, 'metadata', 'generateName') === '') return false;
  return (
    numberAt(object, 'status', 'active') > 0 ||
    ['Pending', 'Running'].includes(textAt(object, 'status', 'phase'))
  );
}

function notRemoved(name: string, message: string): DeployError {
  return new DeployError({
    code: 'manifest-refused',
    cause: `the cluster refused to delete ${name}, which no manifest has any more: ${message}`,
    advice: 'Give the kubeconfig’s account the right to delete it, or set prune to never.',
  });
}
