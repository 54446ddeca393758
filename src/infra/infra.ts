import { DeployError, type ErrorCode } from '../errors';
import { readKubeconfig, type Kubeconfig } from '../manifests/kubeconfig';
import type {
  AppliedRecord,
  Cluster,
  Clock,
  Files,
  Linode,
  Log,
  PullRequests,
  StateStore,
  Terraform,
  TerraformOutputs,
} from '../ports';
import type { InfraSettings } from '../settings/settings';
import { fingerprint } from './fingerprint';
import { refusalOf } from './guard';
import { waitForNodes } from './nodes';
import type { PlanSummary } from './plan';
import { makePlan, type Planned } from './planning';
import type { InfraResult } from './result';
import { planReview, type PlanReview } from './review';

const LABELLED: Readonly<Record<string, 'lke/clusters' | 'volumes'>> = {
  linode_lke_cluster: 'lke/clusters',
  linode_volume: 'volumes',
};

/** How a plan fails that another run has made worthless. */
const OVERTAKEN: readonly ErrorCode[] = ['infra-plan-stale', 'infra-exists-already'];

export interface InfraPorts {
  readonly files: Files;
  readonly store: StateStore;
  readonly terraform: Terraform;
  readonly linode: Linode;
  readonly pullRequests: PullRequests;
  readonly connect: (kubeconfig: Kubeconfig) => Cluster;
  readonly clock: Clock;
  readonly log: Log;
  /** Keeps a value out of everything that people see from here on. */
  readonly mask: (secret: string) => void;
}

/** Plans the infrastructure where its content differs from the last apply; applies the plan unless `preview`. */
export async function runInfra(
  settings: InfraSettings,
  options: { readonly preview: boolean; readonly commit: string },
  ports: InfraPorts,
): Promise<InfraResult> {
  const [current, record] = await Promise.all([fingerprint(settings, ports.files), ports.store.readRecord()]);
  const changed = record?.fingerprint !== current;
  const known = await clusterOf(record, ports);
  const review = await planReview(settings, options.commit);
  // A cluster that is gone, or that no record names, is a matter for Terraform too.
  if (!changed && settings.mode === 'auto' && known.kubeconfig !== undefined) {
    ports.log.info(`The infrastructure is as applied for commit ${record.commit}: Terraform is not run.`);
    return {
      changed,
      plan: undefined,
      billed: undefined,
      shown: await review.shown(),
      applied: false,
      ...known,
    };
  }
  refuseOther(settings, record);
  await initialise(settings, ports);
  if (options.preview) {
    return withSoundPlan(settings, options, ports, async ({ plan, billed, json, kept }) => {
      return { changed, plan, billed, shown: await review.shown(json, kept), applied: false, ...known };
    });
  }
  const { plan, billed, applied } = await againWhereOvertaken(
    () => withSoundPlan(settings, options, ports, (planned) => applyPlan(planned, review, record, ports)),
    ports.log,
  );
  return showing(plan, async () => {
    const outputs = await ports.terraform.outputs();
    const kubeconfig = kubeconfigFrom(outputs, ports);
    if (applied && kubeconfig !== undefined) await waitForNodes(ports.connect(kubeconfig), ports);
    await ports.store.writeRecord({
      // What a plan puts off is for the next run: to that one the infrastructure is to be changed still.
      fingerprint: plan.complete ? current : '',
      commit: options.commit,
      clusterId: outputs.clusterId,
      shipped: settings.shipped,
    });
    return { changed, plan, billed, applied, clusterId: outputs.clusterId, kubeconfig };
  });
}

/** A failure after the planning shows the plan too. */
async function showing<T>(plan: PlanSummary, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DeployError) throw new DeployError({ ...error.details, plan }, { cause: error });
    throw error;
  }
}

/** Applies what is to be changed. */
async function applyPlan(
  planned: Planned,
  review: PlanReview,
  record: AppliedRecord | undefined,
  ports: InfraPorts,
): Promise<Planned & { readonly applied: boolean }> {
  await review.demand(planned.plan, planned.json, record?.commit, ports);
  const applied = planned.plan.changes.length > 0 || planned.plan.outputsChanged.length > 0;
  if (!applied) return { ...planned, applied };
  // An apply that fails or is killed half way leaves what no commit describes: until it is through, the record vouches for nothing.
  if (record !== undefined) await ports.store.writeRecord({ ...record, fingerprint: '' });
  await ports.terraform.apply();
  return { ...planned, applied };
}

/** Another run that applied meanwhile makes a plan worthless; what is left to do is planned once more, behind its lock. */
async function againWhereOvertaken<T>(attempt: () => Promise<T>, log: Log): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof DeployError) || !OVERTAKEN.includes(error.details.code)) throw error;
    log.info(`Planning again, since another run may have been faster: ${error.details.cause}.`);
    return attempt();
  }
}

/** Plans, and goes on where nothing speaks against the plan; whatever fails from then on shows it. */
async function withSoundPlan<T>(
  settings: InfraSettings,
  options: { readonly preview: boolean },
  ports: InfraPorts,
  goOn: (planned: Planned) => Promise<T>,
): Promise<T> {
  const planned = await makePlan(settings, options, ports);
  return showing(planned.plan, async () => {
    const refusal = refusalOf(planned.plan);
    if (refusal !== undefined) throw new DeployError(refusal);
    await refuseSecond(planned.plan, ports.linode);
    return goOn(planned);
  });
}

/** Gives the cluster of the last successful apply, without looking at the infrastructure. */
export async function findCluster(ports: InfraPorts): Promise<Pick<InfraResult, 'clusterId' | 'kubeconfig'>> {
  return clusterOf(await ports.store.readRecord(), ports);
}

async function initialise(settings: InfraSettings, { terraform }: InfraPorts): Promise<void> {
  const backend = await terraform.init();
  if (backend === 's3') return;
  throw new DeployError({
    code: 'infra-backend-local',
    cause: `${settings.directory} keeps its state in the backend "${backend}", which other runs do not share or the action does not know`,
    advice:
      'Add `terraform { backend "s3" {} }` as the shipped terraform/ has it; without shared state each run would make another cluster.',
  });
}

/** Labels are not unique at Linode: a cluster that the state has lost would be made, and billed, a second time. */
async function refuseSecond(plan: PlanSummary, linode: Linode): Promise<void> {
  for (const { address, type, action, label } of plan.changes) {
    const kind = LABELLED[type];
    if (action !== 'create' || kind === undefined || label === '') continue;
    const id = await linode.find(kind, label);
    if (id === undefined) continue;
    throw new DeployError({
      code: 'infra-exists-already',
      cause: `the plan would create ${address}, but Linode has one with the label "${label}" already (id ${id}), which the state does not know`,
      advice: `Where it is this one, run \`terraform import ${address} ${id}\`; else give another label.`,
    });
  }
}

/** A repository that lost its own configuration must not have the shipped one put over its state. */
function refuseOther({ shipped }: InfraSettings, record: AppliedRecord | undefined): void {
  if (!shipped || record?.shipped !== false) return;
  throw new DeployError({
    code: 'infra-configuration-gone',
    cause: `the repository has no folder terraform any more, which the deploy of commit ${record.commit} applied: the set that ships with the action would be put over its state`,
    advice:
      'Bring the folder back, or name where it is in terraform-directory; to go over to the shipped set, copy it to terraform/. Nothing was changed.',
  });
}

async function clusterOf(
  record: AppliedRecord | undefined,
  ports: InfraPorts,
): Promise<Pick<InfraResult, 'clusterId' | 'kubeconfig'>> {
  const clusterId = record?.clusterId;
  if (clusterId === undefined) return { clusterId, kubeconfig: undefined };
  const kubeconfig = kubeconfigFrom(
    { clusterId, kubeconfig: await ports.linode.kubeconfig(clusterId) },
    ports,
  );
  return { clusterId, kubeconfig };
}

function kubeconfigFrom(outputs: TerraformOutputs, { mask, clock, log }: InfraPorts): Kubeconfig | undefined {
  if (outputs.kubeconfig === undefined) return undefined;
  mask(outputs.kubeconfig);
  const kubeconfig = readKubeconfig(outputs.kubeconfig, { now: clock.now() });
  if (typeof kubeconfig === 'string') {
    throw new DeployError({
      code: 'kubeconfig-missing',
      cause: `the kubeconfig of cluster ${outputs.clusterId ?? 'unknown'} ${kubeconfig}`,
      advice:
        'Let the output `kubeconfig` be linode_lke_cluster.<name>.kubeconfig, or give the input kube-config.',
    });
  }
  for (const credential of kubeconfig.credentials) mask(credential);
  for (const warning of kubeconfig.warnings ?? []) log.warning(`the cluster’s kubeconfig ${warning}`);
  return kubeconfig;
}
