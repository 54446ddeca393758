import pLimit from 'p-limit';
import { DeployError } from '../errors';
import { at, isObject, listAt, textAt } from '../json';
import type { ObjectChange } from '../manifests/apply';
import { describe } from '../manifests/objects';
import { inStages } from '../manifests/stages';
import type { Clock, Cluster, Log, MadeForClusters } from '../ports';
import { CLAIMS, CONFIG_MAPS } from '../resource-types';
import { KEPT, readLive, volumeOf, type InCluster, type LiveObject } from './find';
import { diskOf, isBalanced, mayHoldOthers } from './volumes';

const LOOK_MS = 1000;
const SIDE_BY_SIDE = 8;

export interface ObjectsPorts {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly did: (line: string) => void;
  /** Undefined where there is no token of Linode's. */
  readonly made: MadeForClusters | undefined;
}

export interface ObjectsOptions {
  readonly mark: string;
  /** How long objects may take to be gone, each time they are waited for. */
  readonly seconds: number;
  /** Whether the cluster goes after them. */
  readonly clusterGoes: boolean;
}

/**
 * Deletes what a cluster has of an application, and waits until it is gone: first the Services that have load balancers, so that the
 * cluster gives those back while it can, then all else in the order opposite to that in which it was applied, so that an operator outlives what it finishes, and the inventory last. Disks stay, whatever their
 * class says, and are marked before anything goes. A run that is killed is completed by the next one. Throws DeployError.
 */
export async function destroyObjects(
  found: InCluster,
  options: ObjectsOptions,
  ports: ObjectsPorts,
): Promise<readonly ObjectChange[]> {
  const kept = found.members.filter(({ object }) => mayHoldOthers(object));
  const others = found.members.filter(({ object }) => !mayHoldOthers(object) && !isBalanced(object));
  const balanced = found.members.filter(({ object }) => isBalanced(object));
  for (const volume of [...found.volumes, ...found.released]) await keepDisk(volume, options.mark, ports);
  const gone = [...(await removeAll(balanced, ports))];
  await untilGone(balanced, options.seconds, ports);
  for (const stage of inStages([...found.claims, ...others]).toReversed()) {
    await keepBoundSince(stage, options.mark, ports);
    gone.push(...(await removeAll(stage, ports)));
    await untilGone(stage, options.seconds, ports);
  }
  await forgetRecords(found, ports);
  const deleted = gone.map(({ object }): ObjectChange => ({
    object: describe(object),
    action: 'pruned',
    fields: [],
  }));
  const note = 'others may have things in it: it is not deleted';
  const left = options.clusterGoes
    ? []
    : kept.map(({ object }): ObjectChange => ({
        ...{ object: describe(object), action: 'unchanged', fields: [] },
        note,
      }));
  return [...deleted, ...left];
}

/** Gives those that were there to be deleted. */
async function removeAll(
  objects: readonly LiveObject[],
  ports: ObjectsPorts,
): Promise<readonly LiveObject[]> {
  const limit = pLimit(SIDE_BY_SIDE);
  const were = await Promise.all(objects.map((each) => limit(() => removeOne(each, ports))));
  return objects.filter((_, index) => were[index]);
}

async function removeOne({ key, object }: LiveObject, { cluster, log, did }: ObjectsPorts): Promise<boolean> {
  const answer = await cluster.remove(key, textAt(object, 'metadata', 'uid'));
  // A conflict: somebody made another one of this name meanwhile.
  if (!answer.ok && answer.code !== 404 && answer.code !== 409)
    throw new DeployError({
      code: 'manifest-refused',
      cause: `the cluster refused to delete ${describe(object)}: ${textAt(answer.status, 'message')}`,
      advice: 'Give the kubeconfig’s account the right to delete it, and run this again.',
    });
  if (!answer.ok) return false;
  did(`deleted ${describe(object)}`);
  log.info(`Deleted ${describe(object)}.`);
  return true;
}

/** A claim that had no disk when it was found may have one by now. */
async function keepBoundSince(
  objects: readonly LiveObject[],
  mark: string,
  ports: ObjectsPorts,
): Promise<void> {
  for (const { key, object } of objects) {
    if (key.type.kind !== CLAIMS.kind || textAt(object, 'spec', 'volumeName') !== '') continue;
    const claim = await readLive(key, ports.cluster);
    const volume = claim === undefined ? undefined : await volumeOf(claim.object, ports.cluster);
    if (volume !== undefined) await keepDisk(volume, mark, ports);
  }
}

/** Lets a disk stay when its claim goes, and leaves word of whose it is: in the cluster and at Linode. */
async function keepDisk(
  { key, object }: LiveObject,
  mark: string,
  { cluster, made, did }: ObjectsPorts,
): Promise<void> {
  const labels = at(object, 'metadata', 'labels');
  // Not applied: a volume of the manifests would lose what this action applied of it before.
  const answer = await cluster.patch(key, [
    { op: 'test', path: '/metadata/uid', value: textAt(object, 'metadata', 'uid') },
    { op: 'add', path: '/spec/persistentVolumeReclaimPolicy', value: 'Retain' },
    { op: 'add', path: '/metadata/labels', value: { ...(isObject(labels) ? labels : {}), [KEPT]: mark } },
  ]);
  if (!answer.ok && answer.code !== 404)
    throw new DeployError({
      code: 'cluster-forbidden',
      cause: `the cluster does not let ${describe(object)} be kept when its claim is deleted: ${textAt(answer.status, 'message')}`,
      advice: 'Give the kubeconfig’s account the right to change PersistentVolumes, and run this again.',
    });
  const { id, label } = diskOf(object);
  if (id !== undefined && (await made?.tagVolume(id, mark)) === true)
    did(`tagged the volume ${label} (id ${id}) with ${mark}`);
}

/** Waits until objects are gone; one of the same name that came after it is another. Throws DeployError. */
async function untilGone(
  objects: readonly LiveObject[],
  seconds: number,
  { cluster, clock, log }: ObjectsPorts,
): Promise<void> {
  const start = clock.now();
  let told = false;
  for (let left = objects; ;) {
    const looks = left.map(async ({ key, object }) => {
      const now = await readLive(key, cluster);
      return now !== undefined && uidOf(now) === uidOf({ key, object }) ? now : undefined;
    });
    left = (await Promise.all(looks)).filter((now) => now !== undefined);
    if (left.length === 0) return;
    if (clock.now() - start > seconds * 1000) throw stillThere(left, seconds);
    if (!told) log.info(`Waiting until ${left.map(({ object }) => describe(object)).join(', ')} is gone.`);
    told = true;
    await clock.sleep(LOOK_MS);
  }
}

function uidOf({ object }: LiveObject): string {
  return textAt(object, 'metadata', 'uid');
}

function stillThere(left: readonly LiveObject[], seconds: number): DeployError {
  const names = left.map(({ object }) => describe(object));
  return new DeployError({
    code: 'destroy-timeout',
    cause: `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} still there ${seconds} s after the deletion`,
    advice:
      'Run this again, it goes on from what is there; where something hangs, what its finalizers wait for says why. manifests-timeout gives it longer.',
    evidence: left.map(({ object }) => {
      const finalizers = listAt(object, 'metadata', 'finalizers').join(', ');
      return `${describe(object)}: ${finalizers === '' ? 'no finalizers' : `finalizers ${finalizers}`}`;
    }),
  });
}

/** The inventory goes before the releases, which tell where it stands. */
async function forgetRecords({ inventories, releases }: InCluster, ports: ObjectsPorts): Promise<void> {
  const parents = inventories.map(({ name, namespace }) =>
    readLive({ type: CONFIG_MAPS, namespace, name }, ports.cluster),
  );
  await removeAll(
    (await Promise.all(parents)).filter((parent) => parent !== undefined),
    ports,
  );
  await removeAll(
    releases.map(({ key, uid }) => ({
      key,
      object: { kind: 'Secret', metadata: { name: key.name, namespace: key.namespace, uid } },
    })),
    ports,
  );
}
