import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hosts, stateBucket } from './hosts.ts';
import { kubectl } from './live.ts';
import { volumeFolder } from './parts/cluster.ts';
import { registryUser } from './parts/registry.ts';
import { dataFolder } from './paths.ts';
import { readSecrets } from './secrets.ts';

interface VolumeList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status: { readonly phase: string };
  }[];
}

/** Makes the accounts as new: no cluster and volume at Linode, no Terraform state, no comment, no image of the application, nothing in the cluster. */
export async function resetAccounts(): Promise<void> {
  await Promise.all([
    resetInfrastructure(),
    resetSimulator(hosts.github.name),
    emptyRegistry('org/wpp-bot'),
    emptyCluster(),
  ]);
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

/** Takes every manifest away; layers stay, so that the next push is quick. */
export async function emptyRegistry(image: string): Promise<void> {
  const credentials = Buffer.from(`${registryUser}:${readSecrets().githubToken}`).toString('base64');
  const call = (method: string, path: string): Promise<Response> =>
    fetch(`https://${hosts.registry.name}/v2/${image}/${path}`, {
      method,
      headers: {
        authorization: `Basic ${credentials}`,
        accept:
          'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
      },
    });
  const { tags } = (await (await call('GET', 'tags/list')).json()) as { readonly tags?: readonly string[] };
  for (const tag of tags ?? []) {
    const digest = (await call('HEAD', `manifests/${tag}`)).headers.get('docker-content-digest');
    // Another tag of the same manifest took it away already.
    if (digest !== null) await call('DELETE', `manifests/${digest}`);
  }
}

/** The namespaces of the application and of the set that ships with the action. */
const namespaces = ['wpp-bot', 'traefik'];

async function emptyCluster(): Promise<void> {
  await Promise.all(namespaces.map(deleteNamespace));
  const { items } = JSON.parse(await kubectl('get', 'persistentvolumes', '-o', 'json')) as VolumeList;
  const released = items
    .filter(({ status }) => status.phase === 'Released')
    .map(({ metadata }) => metadata.name);
  for (const name of released) await renewVolume(name);
}

async function deleteNamespace(name: string): Promise<void> {
  // Pods that are told to hurry keep the namespace from waiting for their patience.
  await kubectl('delete', 'pods', '--all', '-n', name, '--ignore-not-found', '--grace-period=1');
  await kubectl('delete', 'namespace', name, '--ignore-not-found', '--wait=true', '--timeout=90s');
}

/** Empties a volume, and lets it go: one that is kept for its old claim binds to no other. */
async function renewVolume(name: string): Promise<void> {
  const folder = volumeFolder(name);
  for (const file of await readdir(folder)) await rm(join(folder, file), { recursive: true });
  const free = ['--type=json', '--patch=[{"op":"remove","path":"/spec/claimRef"}]'];
  await kubectl('patch', 'persistentvolume', name, ...free);
}
