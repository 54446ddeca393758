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
import { readBilled, type Billed } from './billed';
import { fingerprint } from './fingerprint';
import { blockedChanges, halfMade } from './guard';
import { waitForNodes } from './nodes';
import { declaredVariables, readPlan, sensitiveValues, type PlanSummary } from './plan';
import type { InfraResult } from './result';
import { planReview, type PlanReview } from './review';
import { unknownInFiles } from './variable-files';

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
  await initialise(settings, ports);
  if (options.preview) {
    const { plan, billed, json, kept } = await makeSoundPlan(settings, options, ports);
    return { changed, plan, billed, shown: await review.shown(json, kept), applied: false, ...known };
  }
  const { plan, billed, applied } = await againWhereOvertaken(
    () => applyPlan(settings, review, record, ports),
    ports.log,
  );
  const outputs = await ports.terraform.outputs();
  const kubeconfig = kubeconfigFrom(outputs, ports);
  if (applied && kubeconfig !== undefined) await waitForNodes(ports.connect(kubeconfig), ports);
  await ports.store.writeRecord({
    fingerprint: current,
    commit: options.commit,
    clusterId: outputs.clusterId,
  });
  return { changed, plan, billed, applied, clusterId: outputs.clusterId, kubeconfig };
}

/** Plans, and applies what is to be changed. */
async function applyPlan(
  settings: InfraSettings,
  review: PlanReview,
  record: AppliedRecord | undefined,
  ports: InfraPorts,
): Promise<Planned & { readonly applied: boolean }> {
  const planned = await makeSoundPlan(settings, { preview: false }, ports);
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

async function makeSoundPlan(
  settings: InfraSettings,
  options: { readonly preview: boolean },
  ports: InfraPorts,
): Promise<Planned> {
  const planned = await planKeeping(settings, options, ports);
  refuseDestruction(planned.plan, settings);
  await refuseSecond(planned.plan, ports.linode);
  return planned;
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

interface Planned {
  readonly plan: PlanSummary;
  readonly billed: Billed;
  /** As Terraform gives it. */
  readonly json: unknown;
  /** The addresses in it that are kept instead, and so are no change. */
  readonly kept: readonly string[];
}

/** Plans; what Terraform would replace only because a cancelled run did not see it come up is kept instead. */
async function planKeeping(
  settings: InfraSettings,
  options: { readonly preview: boolean },
  ports: InfraPorts,
): Promise<Planned> {
  const planned = await makePlan(settings, options, ports);
  const { plan } = planned;
  const kept = halfMade(plan, settings.allowDestroy);
  if (kept.length === 0) return planned;
  if (options.preview) {
    const changes = plan.changes.filter((change) => !kept.includes(change));
    return { ...planned, plan: { ...plan, changes }, kept: kept.map(({ address }) => address) };
  }
  for (const { address } of kept) {
    ports.log.info(`${address} was being made when a run was cancelled: it is kept.`);
    await ports.terraform.untaint(address);
  }
  return makePlan(settings, options, ports);
}

async function makePlan(
  settings: InfraSettings,
  options: { readonly preview: boolean },
  { terraform, mask, files, log }: InfraPorts,
): Promise<Planned> {
  // A pull request must not hold the lock that a deployment waits for.
  const json = await terraform.plan({ lock: !options.preview });
  for (const secret of sensitiveValues(json)) mask(secret);
  const declared = declaredVariables(json);
  refuseUnknownVariables(settings, declared);
  for (const warning of unknownInFiles(settings, declared, files)) log.warning(warning);
  return { plan: readPlan(json), billed: readBilled(json), json, kept: [] };
}

/** Terraform takes a variable that nobody declares without a word, and so a mistyped name. */
function refuseUnknownVariables(settings: InfraSettings, declared: readonly string[]): void {
  const unknown = Object.keys(settings.variables).filter((name) => !declared.includes(name));
  if (unknown.length === 0) return;
  throw new DeployError({
    code: 'infra-variable-unknown',
    cause: `terraform-variables names ${unknown.join(', ')}, which ${settings.directory} does not declare`,
    advice: `It declares: ${declared.join(', ') || 'none'}.`,
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

function refuseDestruction(plan: PlanSummary, settings: InfraSettings): void {
  const blocked = blockedChanges(plan, settings.allowDestroy);
  if (blocked.length === 0) return;
  throw new DeployError({
    code: 'infra-destroy-blocked',
    cause: `the plan would destroy ${blocked.map((change) => `${change.address} (${change.action})`).join(', ')}`,
    advice: 'Where that is meant, name the addresses in allow-destroy; nothing was changed.',
    evidence: blocked.flatMap((change) =>
      change.attributes.map((a) => `${change.address}: ${a.name}: ${a.before} → ${a.after}`),
    ),
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
