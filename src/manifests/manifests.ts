import { DeployError } from '../errors';
import { at } from '../json';
import type { Cluster, ObjectKey } from '../ports';
import { AUTOSCALERS, CONFIG_MAPS, NAMESPACES } from '../resource-types';
import { write, type PlacedManifest } from './apply';
import { applyStages, type ManifestsPorts, type StagesOptions } from './apply-stages';
import {
  asMember,
  inventoryOf,
  merge,
  parentOf,
  readParent,
  type Inventory,
  type Members,
} from './inventory';
import { endsOf } from './forecast';
import { describe, type Manifest } from './objects';
import { place, placeLate } from './place';
import { identity, prune, type PruneOptions } from './prune';
import { scaledBy } from './replicas';
import type { ManifestsResult } from './result';
import { sharedWarning } from './shared-objects';
import { Snapshot } from './snapshot';

export interface ManifestsOptions extends StagesOptions, PruneOptions {
  /** The namespace of objects that name none; it is made where it is not there. */
  readonly namespace: string;
  /** Name of the inventory: one for each application and environment. */
  readonly inventory: string;
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
  const { placed, late } = await place(manifests, options.namespace, cluster);
  const inventory = await inventoryOf([...placed, ...late], options.inventory, options.namespace);
  const members = placed.map((manifest) => ({ ...manifest, object: asMember(manifest.object, inventory) }));
  const [snapshot, scaled, own] = await Promise.all([
    Snapshot.read([...members.map(({ key }) => key), parentKey(inventory)], cluster),
    readScaled(members, cluster),
    ownNamespace(members, options.namespace, cluster),
  ]);
  const warning = await sharedWarning(members, snapshot, inventory, cluster);
  const earlier = readParent(snapshot.live(parentKey(inventory)) ?? {});
  const missing = new Set(
    [...own, ...members].filter(({ key }) => isMissing(key, snapshot)).map(({ key }) => key.name),
  );
  const first = await applyStages(
    [...own, ...members, parent(inventory, earlier)],
    { snapshot, scaled, missing },
    options,
    ports,
  );
  const then = await applyLate(late, inventory, options, ports);

  const current = new Set([...members, ...then.placed].map(({ object }) => identity(object)));
  const pruned = await prune(merge(inventory, earlier), current, options, {
    ...ports,
    snapshot,
    types: placed.map(({ key }) => key.type),
  });
  const settled = parent(inventory, pruned.kept);
  if (!options.preview && JSON.stringify(settled) !== JSON.stringify(parent(inventory, earlier)))
    await write(settled, undefined, false, ports);
  return {
    changes: [...first.changes, ...then.changes, ...pruned.changes],
    workloads: [...first.workloads, ...then.workloads],
    ...(warning === undefined ? {} : { warning }),
    ...(first.forecasts === undefined ? {} : { forecasts: [...first.forecasts, ...endsOf(pruned.changes)] }),
  };
}

/** Applies what was of no kind that the cluster knew; by now the definitions are there, but in a preview. */
async function applyLate(
  late: readonly Manifest[],
  inventory: Inventory,
  options: ManifestsOptions,
  ports: ManifestsPorts,
): Promise<ManifestsResult & { readonly placed: readonly PlacedManifest[] }> {
  const nothing = { changes: [], workloads: [], placed: [] };
  if (late.length === 0) return nothing;
  if (options.preview) {
    const note = 'cannot be checked until its CustomResourceDefinition is applied';
    const changes = late.map(
      ({ object }) =>
        ({ object: describe(object), action: 'created', fields: [], note, unchecked: true }) as const,
    );
    return { ...nothing, changes };
  }
  const placed = await placeLate(late, options.namespace, ports);
  const members = placed.map((manifest) => ({ ...manifest, object: asMember(manifest.object, inventory) }));
  const snapshot = await Snapshot.read(
    members.map(({ key }) => key),
    ports.cluster,
  );
  const before = { snapshot, scaled: new Set<string>(), missing: new Set<string>() };
  return { ...(await applyStages(members, before, options, ports)), placed: members };
}

/** Gives the default namespace as a manifest where objects need it, none makes it, and it is not there. */
async function ownNamespace(
  members: readonly PlacedManifest[],
  namespace: string,
  cluster: Cluster,
): Promise<readonly PlacedManifest[]> {
  const isUsed = members.some(({ key }) => key.namespace === namespace);
  const isMade = members.some(({ key }) => key.type.kind === 'Namespace' && key.name === namespace);
  if (!isUsed || isMade) return [];
  const key = { type: NAMESPACES, namespace: undefined, name: namespace };
  const answer = await cluster.get(key);
  // An account that is bound to its namespace may not look at it.
  if (answer.ok || answer.code !== 404) return [];
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  return [{ key, object, source: 'the input namespace' }];
}

function isMissing(key: ObjectKey, snapshot: Snapshot): boolean {
  return key.type.kind === 'Namespace' && snapshot.live(key) === undefined;
}

/** Gives what autoscalers of the cluster and of the manifests scale. */
async function readScaled(
  members: readonly PlacedManifest[],
  cluster: Cluster,
): Promise<ReadonlySet<string>> {
  const workloads = members.filter(({ object }) => at(object, 'spec', 'replicas') !== undefined);
  const namespaces = [...new Set(workloads.map(({ key }) => key.namespace))];
  // Who may not see autoscalers cannot have made one.
  const lists = namespaces.map((namespace) =>
    cluster.list(AUTOSCALERS, namespace).catch((error: unknown) => {
      if (error instanceof DeployError && error.details.code === 'cluster-forbidden') return [];
      throw error;
    }),
  );
  const given = members.map(({ object }) => object).filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  return scaledBy([...(await Promise.all(lists)).flat(), ...given]);
}

function parentKey({ name, namespace }: Inventory): ObjectKey {
  return { type: CONFIG_MAPS, namespace, name };
}

function parent(inventory: Inventory, also: Members): PlacedManifest {
  return {
    key: parentKey(inventory),
    object: parentOf(inventory, also),
    source: 'the inventory',
  };
}
