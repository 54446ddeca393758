import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hosts, stateBucket } from './hosts.ts';
import { kubectl } from './live.ts';
import { dataFolder } from './paths.ts';

interface VolumeList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status: { readonly phase: string };
  }[];
}

/** Makes the accounts as new: no cluster and volume at Linode, no Terraform state, no comment, nothing in the cluster. */
export async function resetAccounts(): Promise<void> {
  await Promise.all([resetInfrastructure(), resetSimulator(hosts.github.name), emptyCluster()]);
}

/** Makes as new what Terraform knows: no cluster and volume at Linode, and no state. */
export async function resetInfrastructure(): Promise<void> {
  await Promise.all([resetSimulator(hosts.linode.name), emptyBucket()]);
}

async function resetSimulator(name: string): Promise<void> {
  const response = await fetch(`https://${name}/_sandbox/reset`, { method: 'POST' });
  if (!response.ok)
    throw new Error(`the simulator of ${name} does not reset: it answered ${response.status}`);
}

async function emptyBucket(): Promise<void> {
  const bucket = join(dataFolder('object-storage'), stateBucket);
  for (const name of await readdir(bucket)) await rm(join(bucket, name), { recursive: true });
}

async function emptyCluster(): Promise<void> {
  // Pods that are told to hurry keep the namespace from waiting for their patience.
  await kubectl('delete', 'pods', '--all', '-n', 'wpp-bot', '--ignore-not-found', '--grace-period=1');
  await kubectl('delete', 'namespace', 'wpp-bot', '--ignore-not-found', '--wait=true', '--timeout=90s');
  const { items } = JSON.parse(await kubectl('get', 'persistentvolumes', '-o', 'json')) as VolumeList;
  const released = items
    .filter(({ status }) => status.phase === 'Released')
    .map(({ metadata }) => metadata.name);
  // A volume that is kept for its old claim binds to no other.
  const free = ['--type=json', '--patch=[{"op":"remove","path":"/spec/claimRef"}]'];
  for (const name of released) await kubectl('patch', 'persistentvolume', name, ...free);
}
