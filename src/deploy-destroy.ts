import type { DeployResult, StepOutcome } from './deploy-result';
import { attempt, infraPorts, preparePorts, releaseScope, skip, type DeployPorts } from './deploy-steps';
import { findInCluster, othersIn, type InCluster } from './destroy/find';
import { listLeftovers } from './destroy/leftovers';
import { clusterMark, markOf } from './destroy/mark';
import { destroyObjects } from './destroy/objects';
import { diskOf, type Disk } from './destroy/volumes';
import { DeployError, type ErrorCode } from './errors';
import { clusterOf } from './infra/cluster';
import { applyDestruction, planDestruction, type DestroyPlan } from './infra/destroy';
import { initialise } from './infra/infra';
import type { InfraResult } from './infra/result';
import type { Kubeconfig } from './manifests/kubeconfig';
import type { ManifestsResult } from './manifests/result';
import type { Cluster, Terraform } from './ports';
import { PERSISTENT_VOLUMES } from './resource-types';
import type { DestroySettings } from './settings/destroy-settings';
import type { InfraSettings, ManifestsSettings, Settings } from './settings/settings';

interface Around {
  readonly settings: Settings;
  readonly destroy: DestroySettings;
  readonly mark: string;
  readonly ports: DeployPorts;
}

/** What Terraform would destroy, and the cluster as it is now. */
interface Known {
  readonly planned: DestroyPlan | undefined;
  /** The Terraform that made the plan, and what it tells of is in the outcome of planning. */
  readonly terraform: Terraform | undefined;
  /** Of the cluster that has the objects; undefined where there is none any more. */
  readonly kubeconfig: Kubeconfig | undefined;
  /** Of the clusters that go, as far as they are there. */
  readonly going: readonly GoingCluster[];
  /** The clusters that are gone, or go. */
  readonly clusters: readonly number[];
}

interface GoingCluster {
  readonly id: number;
  readonly kubeconfig: Kubeconfig;
}

const NOTHING = {
  ...{ planned: undefined, terraform: undefined, kubeconfig: undefined },
  ...{ going: [], clusters: [] },
} as const;

/**
 * Deletes what was deployed to an environment. The plan is made first, so that nothing is touched where it is refused; then the objects
 * in the cluster go, which gives load balancers back, then what Terraform made; last it lists what stays. A run that is killed at any
 * point is completed by the next one. Never throws for a step's failure.
 */
export async function destroyOnly(
  settings: Settings,
  destroy: DestroySettings,
  ports: DeployPorts,
): Promise<DeployResult> {
  const { owner, repository } = settings.event;
  const { environment, manifests: its } = settings;
  const mark = await markOf(owner, repository, environment, its.run ? its.namespace : '');
  const around = { settings, destroy, mark, ports };
  const known = await planStep(around);
  if (known.status === 'failed')
    return result({ infra: known, manifests: nothing('the infrastructure cannot be destroyed') });
  const facts = known.status === 'succeeded' ? known.value : { ...NOTHING, kubeconfig: givenTo(settings) };
  let disks: readonly Disk[] = [];
  const manifests = await objectsStep(facts, around, (found) => {
    disks = [...found.volumes, ...found.released].map(({ object }) => diskOf(object));
  });
  if (manifests.status === 'failed')
    return result({ infra: nothing('what is in the cluster is not all deleted'), manifests });
  const infra = await applyStep(known, around);
  if (infra.status === 'failed') return result({ infra, manifests });
  const leftovers = await attempt('leftovers', ports, (did) =>
    listLeftovers(
      {
        ...{ mark, data: destroy.data, disks, clusters: facts.clusters },
        kept: facts.planned?.kept ?? [],
        bucket: settings.infra.run ? settings.infra.backend['bucket'] : undefined,
      },
      { made: ports.made, prices: ports.prices, clock: ports.clock, log: ports.log('leftovers'), did },
    ),
  );
  return { ...result({ infra, manifests }), leftovers };
}

function nothing(reason: string): { readonly status: 'skipped'; readonly reason: string } {
  return { status: 'skipped', reason };
}

function result(outcomes: Pick<DeployResult, 'infra' | 'manifests'>): DeployResult {
  const none = nothing('destroy only deletes');
  return { image: none, rollout: none, leftovers: nothing('not all is destroyed'), ...outcomes };
}

function givenTo({ manifests }: Settings): Kubeconfig | undefined {
  return manifests.run ? manifests.kubeconfig : undefined;
}

async function planStep({ settings, destroy, ports }: Around): Promise<StepOutcome<Known>> {
  const { infra } = settings;
  if (!infra.run) return skip(infra);
  return attempt(
    'infra',
    ports,
    async (did) => {
      const { terraform } = infraPorts(ports, did);
      const around = { ...preparePorts(ports), terraform };
      await initialise(infra, around);
      const planned = await planDestruction(infra, destroy, around);
      const { clusters, record } = planned;
      const looks = clusters.map(async (id) => ({ id, ...(await clusterOf(id, around)) }));
      const going = (await Promise.all(looks)).flatMap(({ id, kubeconfig }) =>
        kubeconfig === undefined ? [] : [{ id, kubeconfig }],
      );
      const known = givenTo(settings) ?? going[0]?.kubeconfig;
      if (known !== undefined || clusters.length > 0)
        return { planned, terraform, kubeconfig: known, going, clusters };
      // Terraform's state knows no cluster: the one of the last apply is kept, or gone.
      const last = await clusterOf(record?.clusterId, around);
      const gone = last.kubeconfig === undefined && last.clusterId !== undefined ? [last.clusterId] : [];
      return { planned, terraform, kubeconfig: last.kubeconfig, going, clusters: gone };
    },
    'plan',
  );
}

async function objectsStep(
  known: Known,
  { settings, mark, ports }: Around,
  tell: (found: InCluster) => void,
): Promise<StepOutcome<ManifestsResult>> {
  const { manifests, infra } = settings;
  const { kubeconfig, planned, going } = known;
  if (!manifests.run) return skip(manifests);
  if (kubeconfig === undefined) return nothing('there is no cluster any more');
  return attempt('manifests', ports, async (did) => {
    const cluster = ports.connect(kubeconfig);
    const found = await reached(() => findInCluster(whoseOf(settings, manifests, mark), cluster));
    tell(found);
    const others = going.map((each) => ({ id: each.id, cluster: ports.connect(each.kubeconfig) }));
    if (infra.run && planned !== undefined) await refuseShared(found, planned, infra, others);
    await markOthers(found, others, ports);
    const log = ports.log('manifests');
    const changes = await destroyObjects(
      found,
      { mark, seconds: manifests.timeoutSeconds, clusterGoes: going.length > 0 },
      { cluster, clock: ports.clock, log, did, made: ports.made },
    );
    return { changes, workloads: [] };
  });
}

function whoseOf(
  settings: Settings,
  manifests: ManifestsSettings,
  mark: string,
): Parameters<typeof findInCluster>[0] {
  const { inventory, namespace } = manifests;
  return { inventory, namespace, mark, scope: releaseScope(settings, manifests) };
}

const AWAY: readonly ErrorCode[] = ['cluster-unreachable', 'cluster-unauthorized'];

/** A cluster that does not answer may be gone, or away for a moment: its load balancers would be billed on without a word. */
async function reached<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof DeployError) || !AWAY.includes(error.details.code)) throw error;
    const advice = `${error.details.advice} Nothing was deleted. Where the cluster is gone for good, take kube-config away (the secret KUBE_CONFIG), or delete the cluster in Linode’s Cloud Manager, and run this again: the rest is destroyed, and what stays is listed.`;
    throw new DeployError({ ...error.details, advice }, { cause: error });
  }
}

interface ConnectedCluster {
  readonly id: number;
  readonly cluster: Cluster;
}

/** With a cluster goes all that others deployed to it. */
async function refuseShared(
  found: InCluster,
  { plan }: DestroyPlan,
  { allowDestroy }: InfraSettings,
  going: readonly ConnectedCluster[],
): Promise<void> {
  const addresses = plan.changes
    .filter(({ type }) => type === 'linode_lke_cluster')
    .map(({ address }) => address);
  if (addresses.every((address) => allowDestroy.includes(address))) return;
  const others = (await Promise.all(going.map(({ cluster }) => othersIn(found, cluster)))).flat();
  if (others.length === 0) return;
  throw new DeployError({
    code: 'destroy-shared-cluster',
    cause: `the cluster goes with this environment, but ${others.length} more ${others.length === 1 ? 'has' : 'have'} objects in it`,
    advice: `Destroy those first, or name ${addresses.join(' and ')} in allow-destroy. Nothing was deleted.`,
    evidence: others.map((name) => `ConfigMap/${name}`),
    plan,
  });
}

/** Volumes of others stay when the cluster goes, and would be known by nothing. */
async function markOthers(
  { volumes, released }: InCluster,
  going: readonly ConnectedCluster[],
  { made }: DeployPorts,
): Promise<void> {
  const own = new Set([...volumes, ...released].map(({ object }) => diskOf(object).id));
  for (const { id: clusterId, cluster } of made === undefined ? [] : going) {
    const disks = (await cluster.list(PERSISTENT_VOLUMES, undefined)).map(diskOf);
    for (const { id } of disks)
      if (id !== undefined && !own.has(id)) await made?.tagVolume(id, clusterMark(clusterId));
  }
}

async function applyStep(
  known: StepOutcome<Known>,
  { settings, ports }: Around,
): Promise<StepOutcome<InfraResult>> {
  if (known.status !== 'succeeded') return known;
  const { planned, terraform, kubeconfig } = known.value;
  if (planned === undefined || terraform === undefined) return nothing('there is nothing of Terraform’s');
  const outcome = await attempt('infra', ports, async () => {
    const around = { terraform, store: ports.infra?.store };
    const applied = await applyDestruction(planned, { commit: settings.event.sha }, around);
    const { plan, clusters } = planned;
    return { changed: true, plan, billed: undefined, applied, clusterId: clusters[0], kubeconfig };
  });
  if (outcome.status === 'skipped') return outcome;
  return { ...outcome, did: [...known.did, ...outcome.did], spans: [...known.spans, ...outcome.spans] };
}
