import { DeployError } from '../errors';
import { fixed, nodeBalancer, type Charge } from '../infra/charges';
import { costOf, dollars, listsOf } from '../infra/cost';
import type { KeptResource } from '../infra/destroy';
import type { Clock, LinodeVolume, Log, MadeForClusters, PriceLists } from '../ports';
import { clusterMark } from './mark';
import type { Leftover, Leftovers } from './result';
import type { Disk } from './volumes';

/** How long a volume may take to come off a node that goes. */
const DETACHED_MS = 5 * 60_000;
const PAUSE_MS = 5_000;

export interface LeftoverPorts {
  readonly made: MadeForClusters | undefined;
  readonly prices: PriceLists;
  readonly clock: Clock;
  readonly log: Log;
  readonly did: (line: string) => void;
}

export interface AfterDestruction {
  readonly mark: string;
  readonly data: boolean;
  /** Disks that the cluster knows as the application's. */
  readonly disks: readonly Disk[];
  /** Clusters of the environment that are gone. */
  readonly clusters: readonly number[];
  readonly kept: readonly KeptResource[];
  /** The bucket of the state. */
  readonly bucket: string | undefined;
}

/** Something that stays, with what is billed for it. */
type Found = Omit<Leftover, 'monthly' | 'detail'> & { readonly charge: Charge };

/**
 * Deletes the application's volumes where their data is to go, and lists what stays at Linode, with its price. What cannot be looked
 * for is no failure, but told. Throws DeployError.
 */
export async function listLeftovers(after: AfterDestruction, ports: LeftoverPorts): Promise<Leftovers> {
  const unseen: string[] = [];
  const volumes = await ownVolumes(after, ports);
  const kept = after.data
    ? await deleteVolumes(volumes, ports)
    : volumes.map((volume) => ({ volume, why: KEPT }));
  const found: Found[] = [
    ...kept.map(({ volume, why }) => volumeFound(volume, why)),
    ...after.kept.map(resourceFound),
    ...(await ofClusters(
      after.clusters,
      kept.map(({ volume }) => volume.id),
      unseen,
      ports,
    )),
    ...(after.bucket === undefined ? [] : [bucketFound(after.bucket)]),
  ];
  if (ports.made === undefined)
    unseen.push(
      'Without linode-token Linode is not asked what it has still: volumes are those that the cluster knows.',
    );
  const stays = await priced(found, unseen, ports.prices);
  for (const line of linesOf({ stays, unseen })) ports.log.info(line);
  return { stays, unseen };
}

const KEPT = 'its data is kept; destroy-data deletes it';

type AnyVolume = Omit<LinodeVolume, 'id' | 'region'> & {
  readonly id: number | undefined;
  readonly region: string | undefined;
};

/** What Linode has by the mark, and what the cluster knows beside. */
async function ownVolumes(
  { mark, disks, kept }: AfterDestruction,
  { made }: LeftoverPorts,
): Promise<readonly AnyVolume[]> {
  const marked: readonly LinodeVolume[] = (await made?.volumes(mark)) ?? [];
  // One that has no mark although it could be given one is not there any more.
  const others = disks.filter(({ id }) => id === undefined || made === undefined);
  const known = others.map(({ id, label, size = 0 }) => ({ id, label, size, region: undefined }));
  // What Terraform's state goes on knowing is told with its address.
  const told = kept.filter(({ type }) => type === 'linode_volume').map(({ id }) => id);
  const own = [...marked, ...known].filter(({ id }) => id === undefined || !told.includes(id));
  return own.toSorted((one, other) => one.label.localeCompare(other.label));
}

async function deleteVolumes(
  volumes: readonly AnyVolume[],
  { made, clock, log, did }: LeftoverPorts,
): Promise<readonly { readonly volume: AnyVolume; readonly why: string }[]> {
  const start = clock.now();
  const left: { readonly volume: AnyVolume; readonly why: string }[] = [];
  for (const volume of volumes) {
    const { id, label } = volume;
    if (id === undefined || made === undefined) {
      left.push({ volume, why: 'it is no volume of Linode’s, which alone are deleted' });
      continue;
    }
    let refused = await made.deleteVolume(id);
    // A volume is still attached for a while after its node went.
    for (
      ;
      refused !== undefined && clock.now() - start < DETACHED_MS;
      refused = await made.deleteVolume(id)
    ) {
      log.info(`Linode does not delete the volume ${label} yet: ${refused}`);
      await clock.sleep(PAUSE_MS);
    }
    if (refused === undefined) did(`deleted the volume ${label} (id ${id})`);
    else left.push({ volume, why: `Linode does not delete it: ${refused}` });
  }
  return left;
}

/** Gives what Linode has still of clusters that are gone: load balancers, and volumes of others. */
async function ofClusters(
  clusters: readonly number[],
  listed: readonly (number | undefined)[],
  unseen: string[],
  { made }: LeftoverPorts,
): Promise<readonly Found[]> {
  const lists = clusters.map(async (cluster) => {
    const volumes = (await made?.volumes(clusterMark(cluster))) ?? [];
    const balancers = await made?.balancers(cluster).catch((error: unknown) => {
      if (!(error instanceof DeployError) || error.details.code === 'cancelled') throw error;
      unseen.push(`NodeBalancers of cluster ${cluster} were not looked for: ${error.details.cause}.`);
      return [];
    });
    return [
      ...volumes
        .filter(({ id }) => !listed.includes(id))
        .map((volume) => volumeFound(volume, `a claim of another application in cluster ${cluster} used it`)),
      ...(balancers ?? []).map(({ id, label, region, plan }): Found => ({
        ...{ kind: 'NodeBalancer', label, id, charge: nodeBalancer(plan, region) },
        why: `a Service in cluster ${cluster}, which is gone, had it: delete it in the Cloud Manager`,
      })),
    ];
  });
  return (await Promise.all(lists)).flat();
}

function volumeFound({ id, label, size, region }: AnyVolume, why: string): Found {
  const kind = id === undefined ? 'PersistentVolume' : 'volume';
  // What is not Linode's has no price here.
  const list = id === undefined ? undefined : 'volumes/types';
  return { kind, label, id, why, charge: fixed(list, 'volume', region, size, `${size} GB`) };
}

function resourceFound({ address, type, id, label, size, region }: KeptResource): Found {
  const why = `${address} holds data: Terraform’s state goes on knowing it; allow-destroy or destroy-data deletes it`;
  if (type === 'linode_volume')
    return { ...volumeFound({ id, label, size: size ?? 0, region }, why), kind: 'volume' };
  return { kind: type, label, id, why, charge: fixed(undefined, '', region, 1, '') };
}

function bucketFound(bucket: string): Found {
  return {
    ...{ kind: 'bucket', label: bucket, id: undefined },
    why: 'it holds the state; the fee is for all buckets of the account',
    charge: fixed('object-storage/types', 'objectstorage', undefined, 1, 'flat fee'),
  };
}

/** Gives what stays as lines for the log. */
function linesOf({ stays, unseen }: Leftovers): readonly string[] {
  const lines = stays.map(({ kind, label, id, detail, monthly, why }) => {
    const price = monthly === 'unknown' ? 'at an unknown price' : `${dollars(monthly)} USD a month`;
    return `- ${kind} ${label}${id === undefined ? '' : ` (id ${id})`}, ${[detail, price].filter((word) => word !== '').join(', ')}: ${why}`;
  });
  return [
    stays.length === 0 ? 'Nothing stays that is billed.' : 'What stays, and is billed:',
    ...lines,
    ...unseen,
  ];
}

async function priced(
  found: readonly Found[],
  unseen: string[],
  prices: PriceLists,
): Promise<readonly Leftover[]> {
  const items = found.map(({ label, charge }) => ({ name: label, now: charge, after: undefined }));
  const known = await prices.read(listsOf(items)).catch((error: unknown) => {
    if (!(error instanceof DeployError) || error.details.code === 'cancelled') throw error;
    unseen.push(`Prices are not known: ${error.details.cause}.`);
    return {};
  });
  const cost = costOf(items, known);
  return found.map(({ charge, ...rest }, index) => ({
    ...rest,
    detail: charge.detail,
    monthly: cost.status === 'known' ? (cost.lines[index]?.now ?? 'unknown') : 'unknown',
  }));
}
