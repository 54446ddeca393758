import { DeployError, type ErrorCode } from '../errors';
import type { Kubeconfig } from '../manifests/kubeconfig';
import type { AppliedRecord, Cluster, Linode, Log, PullRequests, Terraform } from '../ports';
import type { InfraSettings } from '../settings/settings';
import { kubeconfigFrom } from './cluster';
import { refusalOf } from './guard';
import { waitForNodes } from './nodes';
import { wishesOf } from './offers';
import type { PlanSummary } from './plan';
import { makePlan, type Planned } from './planning';
import { checkOffers } from './preflight';
import type { Prepared, PreparePorts } from './prepare';
import type { InfraResult } from './result';
import { planReview, type PlanReview } from './review';

const LABELLED: Readonly<Record<string, 'lke/clusters' | 'volumes'>> = {
  linode_lke_cluster: 'lke/clusters',
  linode_volume: 'volumes',
};

/** How a plan fails that another run has made worthless. */
const OVERTAKEN: readonly ErrorCode[] = ['infra-plan-stale', 'infra-exists-already'];

export interface InfraPorts extends PreparePorts {
  readonly terraform: Terraform;
  readonly pullRequests: PullRequests;
  readonly connect: (kubeconfig: Kubeconfig) => Cluster;
}

export interface InfraOptions {
  readonly preview: boolean;
  readonly commit: string;
  /** Whether a preview only looks for what differs, and so refuses nothing. */
  readonly drift?: boolean;
}

/** Plans the infrastructure where that is due; applies the plan unless `preview`. Throws DeployError. */
export async function runInfra(
  settings: InfraSettings,
  options: InfraOptions,
  prepared: Prepared,
  ports: InfraPorts,
): Promise<InfraResult> {
  const { changed, clusterId: knownId, kubeconfig: known } = prepared;
  const unapplied = { changed, applied: false, clusterId: knownId, kubeconfig: known };
  const review = await planReview(settings, options.commit);
  if (!prepared.due) return { ...unapplied, plan: undefined, billed: undefined, shown: await review.shown() };
  await initialise(settings, ports);
  if (options.preview) {
    const looked = async ({ plan, billed, json, kept }: Planned): Promise<InfraResult> => {
      return { ...unapplied, plan, billed, shown: await review.shown(json, kept) };
    };
    if (options.drift === true) return looked(await makePlan(settings, options, ports));
    return withSoundPlan(settings, options, ports, looked);
  }
  const { record } = prepared;
  const { plan, billed, applied } = await againWhereOvertaken(
    () => withSoundPlan(settings, options, ports, (planned) => applyPlan(planned, review, record, ports)),
    ports.log,
  );
  return showing(plan, async () => {
    const outputs = await ports.terraform.outputs();
    const { clusterId } = outputs;
    const kubeconfig = kubeconfigFrom(outputs, ports);
    if (applied && kubeconfig !== undefined) await waitForNodes(ports.connect(kubeconfig), clusterId, ports);
    await ports.store?.writeRecord({
      // What a plan puts off is for the next run: to that one the infrastructure is to be changed still.
      fingerprint: plan.complete ? prepared.fingerprint : '',
      commit: options.commit,
      clusterId,
      shipped: settings.shipped,
    });
    return { changed, plan, billed, applied, clusterId, kubeconfig };
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
  if (record !== undefined) await ports.store?.writeRecord({ ...record, fingerprint: '' });
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
    await checkOffers(wishesOf(planned.json), ports.linode);
    await refuseSecond(planned.plan, ports.linode);
    return goOn(planned);
  });
}

/** Initialises the working folder, whose backend must be one that the action knows. Throws DeployError. */
export async function initialise(
  settings: InfraSettings,
  { terraform }: Pick<InfraPorts, 'terraform'>,
): Promise<void> {
  const backend = await terraform.init();
  if (backend === (settings.localState ? 'local' : 's3')) return;
  throw new DeployError({
    code: 'infra-backend-local',
    cause: `${settings.directory} keeps its state in the backend "${backend}", which other runs do not share or the action does not know`,
    advice:
      'Add `terraform { backend "s3" {} }` as the shipped terraform/ has it; without shared state each run would make another cluster. On a runner whose disk stays, allow-local-state lets it be local.',
  });
}

/** Labels are not unique at Linode: a cluster that the state has lost would be made, and billed, a second time. */
async function refuseSecond(plan: PlanSummary, linode: Linode): Promise<void> {
  const looks = plan.changes.map(async ({ address, type, action, label }) => {
    const kind = LABELLED[type];
    if (action !== 'create' || kind === undefined || label === '') return [];
    const id = await linode.find(kind, label);
    return id === undefined ? [] : [{ address, label, id }];
  });
  const there = (await Promise.all(looks)).flat();
  if (there.length === 0) return;
  const causes = there.map(
    ({ address, label, id }) => `${address}, but Linode has one with the label "${label}" already (id ${id})`,
  );
  const imports = there.map(({ address, id }) => `\`terraform import ${address} ${id}\``);
  throw new DeployError({
    code: 'infra-exists-already',
    cause: `the plan would create ${causes.join('; and ')}, which the state does not know`,
    advice: `Where ${there.length === 1 ? 'it is this one' : 'they are these'}, run ${imports.join(' and ')}; else give another label.`,
  });
}
