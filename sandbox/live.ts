import { run } from './command.ts';
import { hosts } from './hosts.ts';
import { registryUser } from './parts/registry.ts';
import { readSecrets } from './secrets.ts';
import { enter } from './world.ts';

/** What the services of the sandbox say themselves; nothing here is taken from a report of the action. */

export interface LivePod {
  readonly name: string;
  readonly ready: boolean;
  /** The digest that the kubelet pulled. */
  readonly digest: string;
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
    readonly status: {
      readonly containerStatuses?: readonly { readonly ready: boolean; readonly imageID: string }[];
    };
  }[];
}

/** Runs kubectl as the cluster's administrator and gives its output. */
export function kubectl(...args: readonly string[]): Promise<string> {
  return run(enter(['kubectl', ...args]));
}

/** Gives the digest behind a tag of `org/wpp-bot` in the registry, or undefined where it has none. */
export async function registryDigest(tag: string): Promise<string | undefined> {
  const credentials = Buffer.from(`${registryUser}:${readSecrets().githubToken}`).toString('base64');
  const response = await fetch(`https://${hosts.registry.name}/v2/org/wpp-bot/manifests/${tag}`, {
    method: 'HEAD',
    headers: {
      authorization: `Basic ${credentials}`,
      accept:
        'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
    },
  });
  return response.headers.get('docker-content-digest') ?? undefined;
}

interface Labelled {
  readonly id: number;
  readonly label: string;
}

/** Gives the clusters that the Linode API lists, by id and label. */
export function linodeClusters(): Promise<readonly Labelled[]> {
  return linodeList('lke/clusters');
}

/** Gives the volumes that the Linode API lists, by id and label. */
export function linodeVolumes(): Promise<readonly Labelled[]> {
  return linodeList('volumes');
}

async function linodeList(kind: string): Promise<readonly Labelled[]> {
  const page = await getJson(`https://${hosts.linode.name}/v4/${kind}`, readSecrets().linodeToken);
  return (page as { readonly data: readonly Labelled[] }).data;
}

/** Gives the texts of the comments on a pull request, oldest first. */
export async function comments(pullRequest: number): Promise<readonly string[]> {
  const url = `https://${hosts.github.name}/repos/org/wpp-bot/issues/${pullRequest}/comments`;
  const list = await getJson(url, readSecrets().githubToken);
  return (list as readonly { readonly body: string }[]).map(({ body }) => body);
}

/** Gives the pods of the application that are not going away. */
export async function applicationPods(): Promise<readonly LivePod[]> {
  const list = JSON.parse(await kubectl('get', 'pods', '-n', 'wpp-bot', '-o', 'json')) as PodList;
  return list.items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata, status }) => ({
      name: metadata.name,
      ready: status.containerStatuses?.every(({ ready }) => ready) ?? false,
      digest: status.containerStatuses?.[0]?.imageID.split('@')[1] ?? '',
    }));
}

/** Gives the body of a path of a pod, fetched through the API server. */
export function fetchFromPod(pod: string, path: string): Promise<string> {
  return kubectl('get', '--raw', `/api/v1/namespaces/wpp-bot/pods/${pod}:3000/proxy${path}`);
}

/** Gives how many rollouts the application's Deployment has had. */
export async function rolloutCount(): Promise<number> {
  const revision = '{.metadata.annotations.deployment\\.kubernetes\\.io/revision}';
  return Number(await kubectl('get', 'deployment', 'wpp-bot', '-n', 'wpp-bot', '-o', `jsonpath=${revision}`));
}

async function getJson(url: string, token: string): Promise<unknown> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}
