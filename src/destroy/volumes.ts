import { at, listAt, textAt, type JsonObject } from '../json';
import { describe } from '../manifests/objects';
import { quantity } from '../manifests/quantity';

const DRIVER = 'linodebs.csi.linode.com';
const GIB = 2 ** 30;

/** The disk behind a PersistentVolume. */
export interface Disk {
  /** The name of the PersistentVolume. */
  readonly name: string;
  /** Of the volume at Linode; undefined where it is no such volume. */
  readonly id: number | undefined;
  /** Of the volume at Linode, else the name of the PersistentVolume. */
  readonly label: string;
  /** In GB, as Linode bills; undefined where the cluster does not say. */
  readonly size: number | undefined;
}

/** Reads a PersistentVolume. Linode's driver calls its volumes `<id>-<label>` (linode-blockstorage-csi-driver). */
export function diskOf(volume: JsonObject): Disk {
  const name = textAt(volume, 'metadata', 'name');
  const handle =
    textAt(volume, 'spec', 'csi', 'driver') === DRIVER ? textAt(volume, 'spec', 'csi', 'volumeHandle') : '';
  const [, id, label] = /^(\d+)-(.+)$/.exec(handle) ?? [];
  const bytes = quantity(at(volume, 'spec', 'capacity', 'storage'));
  return {
    name,
    id: id === undefined ? undefined : Number(id),
    label: label ?? name,
    size: bytes === undefined ? undefined : Math.ceil(bytes / GIB),
  };
}

/** Gives the claims of an application: its own objects, and those that its StatefulSets made, which nobody lists as its own. */
export function claimsOf(
  members: readonly JsonObject[],
  claims: readonly JsonObject[],
): readonly JsonObject[] {
  const own = new Set(members.filter(({ kind }) => kind === 'PersistentVolumeClaim').map(describe));
  const made = members.filter(({ kind }) => kind === 'StatefulSet').map(claimNames);
  return claims.filter((claim) => own.has(describe(claim)) || made.some((matches) => matches(claim)));
}

/** A claim of a StatefulSet is called `<template>-<set>-<number>`. */
function claimNames(set: JsonObject): (claim: JsonObject) => boolean {
  const [namespace, name] = [textAt(set, 'metadata', 'namespace'), textAt(set, 'metadata', 'name')];
  const starts = listAt(set, 'spec', 'volumeClaimTemplates').map(
    (template) => `${textAt(template, 'metadata', 'name')}-${name}-`,
  );
  return (claim) => {
    const own = textAt(claim, 'metadata', 'name');
    return (
      textAt(claim, 'metadata', 'namespace') === namespace &&
      starts.some((start) => own.startsWith(start) && /^\d+$/.test(own.slice(start.length)))
    );
  };
}

/** Whether a Service has a load balancer of its own at Linode. */
export function isBalanced(object: JsonObject): boolean {
  return object['kind'] === 'Service' && textAt(object, 'spec', 'type') === 'LoadBalancer';
}

/** What others may have things in: it is not deleted. */
export function mayHoldOthers(object: JsonObject): boolean {
  return ['Namespace', 'CustomResourceDefinition'].includes(textAt(object, 'kind'));
}

/** Whether a PersistentVolume is of no claim any more. */
export function isReleased(volume: JsonObject): boolean {
  return textAt(volume, 'status', 'phase') === 'Released';
}
