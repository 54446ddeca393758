import type { DeployResult, StepOutcome } from '../deploy-result';
import type { Leftovers } from '../destroy/result';
import type { Failure, StepName } from '../errors';
import { formatName, pinned } from '../image/reference';
import { KEY_SECRETS, type BootstrapResult } from '../infra/bootstrap';
import { dollars, type Cost } from '../infra/cost';
import { countPlan, type PlanSummary } from '../infra/plan';
import { countsInWords } from '../infra/plan-words';
import type { ObjectChange } from '../manifests/apply';
import type { ReleaseName } from '../releases/result';
import { deletedHeadline, destroyedHeadline, leftoversHeadline } from './leftovers-section';
import { changesNothing, type Settings } from '../settings/settings';

export interface StepReport {
  readonly step: StepName;
  readonly status: StepOutcome<unknown>['status'];
  /** One sentence: what happened, or why nothing did. */
  readonly headline: string;
  /** What the step changed outside, one line each; also when it failed half way. */
  readonly did: readonly string[];
  readonly seconds: number | undefined;
}

/** All that a run has to say; comment, summary, outputs and the JSON file are made of nothing else. */
export interface Report {
  readonly version: 1;
  readonly command: Settings['command'];
  readonly environment: string;
  readonly repository: string;
  readonly commit: string;
  readonly runUrl: string;
  readonly outcome: 'succeeded' | 'failed';
  readonly steps: readonly StepReport[];
  readonly failures: readonly Failure[];
  readonly plan: PlanSummary | undefined;
  readonly cost: Cost | undefined;
  /** What is there still after a destruction. */
  readonly leftovers: Leftovers | undefined;
  readonly objects: readonly ObjectChange[];
  /** Whether what runs differs from the repository; undefined where nobody looked, or could not see all. */
  readonly drift: boolean | undefined;
  /** The release that runs now, where that is known. */
  readonly release: ReleaseName | undefined;
  /** The address at which the application is reached. */
  readonly address: string | undefined;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Makes the report of a run. */
export function makeReport(settings: Settings, result: DeployResult): Report {
  const preview = changesNothing(settings.command);
  const outcomes: readonly StepOutcome<unknown>[] = [
    ...(result.bootstrap === undefined ? [] : [result.bootstrap]),
    result.image,
    result.infra,
    result.manifests,
    result.rollout,
    ...(result.leftovers === undefined ? [] : [result.leftovers]),
  ];
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === 'failed' ? [withoutPlan(outcome.error)] : [],
  );
  return {
    version: 1,
    command: settings.command,
    environment: settings.environment,
    repository: `${settings.event.owner}/${settings.event.repository}`,
    commit: settings.event.sha,
    runUrl: settings.event.runUrl,
    outcome: failures.length > 0 ? 'failed' : 'succeeded',
    steps: stepReports(result, preview),
    failures,
    plan: planOf(result.infra),
    cost: result.cost,
    leftovers: result.leftovers?.status === 'succeeded' ? result.leftovers.value : undefined,
    objects: result.manifests.status === 'succeeded' ? result.manifests.value.changes : [],
    drift: driftOf(settings, result),
    release: result.release ?? failures.find(({ rolledBackTo }) => rolledBackTo !== undefined)?.rolledBackTo,
    address: result.address,
    outputs: outputsOf(settings, result, failures),
  };
}

function stepReports(result: DeployResult, preview: boolean): readonly StepReport[] {
  if (result.bootstrap !== undefined) return [stepReport('bootstrap', result.bootstrap, bootstrapHeadline)];
  if (result.leftovers !== undefined) return destructionReports(result, result.leftovers);
  return [
    stepReport('image', result.image, (value) => imageHeadline(value)),
    stepReport('infra', result.infra, (value) => infraHeadline(value, preview)),
    stepReport('manifests', result.manifests, (value) => manifestsHeadline(value.changes, preview)),
    stepReport('rollout', result.rollout, (value) => rolloutHeadline(value)),
  ];
}

/** In the order in which they ran. */
function destructionReports(
  { manifests, infra }: DeployResult,
  leftovers: StepOutcome<Leftovers>,
): readonly StepReport[] {
  return [
    stepReport('manifests', manifests, deletedHeadline),
    stepReport('infra', infra, destroyedHeadline),
    stepReport('leftovers', leftovers, leftoversHeadline),
  ];
}

/** A plan that failed later, or was refused, is shown too. */
function planOf(infra: DeployResult['infra']): PlanSummary | undefined {
  if (infra.status === 'skipped') return undefined;
  return infra.status === 'succeeded' ? infra.value.plan : infra.error.plan;
}

function withoutPlan({ plan: _shownByItself, ...failure }: Failure): Failure {
  return failure;
}

/** None is said only where all was seen that there is to see. */
function driftOf(settings: Settings, { infra, manifests }: DeployResult): boolean | undefined {
  const looked = [infra, manifests].filter(({ status }) => status !== 'skipped');
  if (settings.command !== 'drift' || looked.length === 0) return undefined;
  if (looked.some(({ status }) => status === 'failed')) return undefined;
  const changes = infra.status === 'succeeded' ? (infra.value.plan?.changes ?? []) : [];
  const objects = manifests.status === 'succeeded' ? manifests.value.changes : [];
  if (changes.length > 0 || objects.some(({ action }) => action !== 'unchanged')) return true;
  return settings.manifests.run && manifests.status === 'skipped' ? undefined : false;
}

function stepReport<T>(step: StepName, outcome: StepOutcome<T>, headline: (value: T) => string): StepReport {
  switch (outcome.status) {
    case 'succeeded':
      return {
        step,
        status: outcome.status,
        headline: headline(outcome.value),
        did: outcome.did,
        seconds: outcome.seconds,
      };
    case 'failed':
      return {
        step,
        status: outcome.status,
        headline: outcome.error.cause,
        did: outcome.did,
        seconds: outcome.seconds,
      };
    case 'skipped':
      return { step, status: outcome.status, headline: outcome.reason, did: [], seconds: undefined };
  }
}

type ValueOf<K extends keyof DeployResult> = Extract<DeployResult[K], { status: 'succeeded' }>['value'];

function bootstrapHeadline({ bucket, region, madeBucket, madeKey }: BootstrapResult): string {
  const made = madeBucket ? 'made' : 'there already';
  const key = madeKey ? `made, and kept in the secrets ${KEY_SECRETS.join(' and ')}` : 'there already';
  return `the bucket ${bucket} in ${region} was ${made}; its key was ${key}`;
}

function imageHeadline(image: ValueOf<'image'>): string {
  if (image.kind === 'checked') return `${formatName(image.name)} builds`;
  const reference = pinned(image.name, image.digest);
  return image.built ? `built and pushed ${reference}` : `${reference} is in the registry already`;
}

function infraHeadline(infra: ValueOf<'infra'>, preview: boolean): string {
  if (infra.plan === undefined) return 'unchanged since the last apply';
  const { changes, outputsChanged } = infra.plan;
  const outputs = outputsChanged.length === 0 ? '' : `, ${outputsChanged.length} of outputs`;
  const counts = changes.length === 0 ? `no change to resources${outputs}` : countsInWords(infra.plan);
  if (preview) return counts;
  return infra.applied ? `applied: ${counts}` : 'changed in content, but the plan changes nothing';
}

function manifestsHeadline(changes: readonly ObjectChange[], preview: boolean): string {
  const count = (action: ObjectChange['action']): number =>
    changes.filter((change) => change.action === action).length;
  const [created, configured, pruned] = preview
    ? ['to create', 'to configure', 'to delete']
    : ['created', 'configured', 'deleted'];
  const gone = count('pruned') === 0 ? '' : `, ${count('pruned')} ${pruned}`;
  return `${count('created')} ${created}, ${count('configured')} ${configured}, ${count('unchanged')} unchanged${gone}`;
}

function rolloutHeadline(workloads: ValueOf<'rollout'>): string {
  const rolled = workloads.filter((workload) => workload.rolled).map((workload) => workload.workload);
  if (rolled.length > 0) return `rolled out ${rolled.join(', ')}`;
  return workloads.length === 0
    ? 'the manifests have no workload'
    : 'nothing to roll out: every workload runs as it should';
}

function outputsOf(
  settings: Settings,
  result: DeployResult,
  failures: readonly Failure[],
): Readonly<Record<string, string>> {
  const image =
    result.image.status === 'succeeded' && result.image.value.kind === 'available'
      ? result.image.value
      : undefined;
  const infra = result.infra.status === 'succeeded' ? result.infra.value : undefined;
  const plan = infra?.plan === undefined ? undefined : countPlan(infra.plan);
  const changes =
    result.manifests.status === 'succeeded' && !changesNothing(settings.command)
      ? result.manifests.value.changes
      : [];
  const count = (...actions: readonly ObjectChange['action'][]): string =>
    String(changes.filter((change) => actions.includes(change.action)).length);
  return {
    image: image === undefined ? '' : pinned(image.name, image.digest),
    tag: image?.tag ?? '',
    digest: image?.digest ?? '',
    'image-built': String(image?.built ?? false),
    'infra-changed': String(infra?.changed ?? false),
    'infra-applied': String(infra?.applied ?? false),
    'plan-create': String(plan?.create ?? 0),
    'plan-update': String(plan?.update ?? 0),
    'plan-delete': String(plan?.delete ?? 0),
    ...costOutputs(result.cost),
    'cluster-id': infra?.clusterId === undefined ? '' : String(infra.clusterId),
    'objects-changed': count('created', 'configured'),
    'objects-pruned': count('pruned'),
    rollout: rolloutOutput(settings, result.rollout, failures),
    drift: String(driftOf(settings, result) ?? ''),
    'ingress-address': result.address ?? '',
    'failure-code': failures[0]?.code ?? '',
  };
}

/** Dollars; empty where they are not known. */
function costOutputs(cost: Cost | undefined): Readonly<Record<string, string>> {
  const known = cost?.status === 'known' ? cost : undefined;
  return {
    'monthly-cost': known?.after.complete === true ? dollars(known.after.known) : '',
    'monthly-cost-change': typeof known?.change === 'number' ? dollars(known.change) : '',
  };
}

function rolloutOutput(
  { command }: Settings,
  rollout: DeployResult['rollout'],
  failures: readonly Failure[],
): 'succeeded' | 'failed' | 'rolled-back' | 'skipped' {
  if (failures.some(({ rolledBackTo }) => rolledBackTo !== undefined)) return 'rolled-back';
  if (rollout.status !== 'succeeded') return rollout.status;
  return command === 'rollback' || rollout.value.some((workload) => workload.rolled)
    ? 'succeeded'
    : 'skipped';
}
