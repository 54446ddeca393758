import type { DeployResult, StepOutcome } from '../deploy-result';
import type { Leftovers } from '../destroy/result';
import type { Failure, StepName } from '../errors';
import type { ImageComparison } from '../image/contents';
import { formatName } from '../image/reference';
import type { Cost } from '../infra/cost';
import type { PlanSummary } from '../infra/plan';
import type { ObjectChange } from '../manifests/apply';
import type { Forecast } from '../manifests/forecast';
import type { ReleaseName } from '../releases/result';
import { deletedHeadline, destroyedHeadline, leftoversHeadline } from './leftovers-section';
import { changesNothing, type Settings } from '../settings/settings';
import {
  bootstrapHeadline,
  imageHeadline,
  infraHeadline,
  manifestsHeadline,
  rolloutHeadline,
} from './headlines';
import { outputsOf } from './outputs';

export interface StepReport {
  readonly step: StepName;
  readonly status: StepOutcome<unknown>['status'];
  /** One sentence: what happened, or why nothing did. */
  readonly headline: string;
  /** What the step changed outside, one line each; also when it failed half way. */
  readonly did: readonly string[];
  /** How long it worked; undefined where it did not run. */
  readonly seconds: number | undefined;
  /** When it worked, in seconds after the first step began. */
  readonly spans: readonly { readonly start: number; readonly end: number }[];
}

/** The image of a run, where there is one. */
export interface ImageReport {
  /** Without tag and digest. */
  readonly name: string;
  /** Undefined where a preview only built it. */
  readonly digest: string | undefined;
  /** Whether this run built it, or a preview would. */
  readonly built: boolean;
  /** The one that runs beside it, where this is another one for the cluster. */
  readonly comparison: ImageComparison | undefined;
}

/** What was warned of in a step. */
export interface Warning {
  readonly step: StepName;
  readonly text: string;
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
  readonly warnings: readonly Warning[];
  readonly image: ImageReport | undefined;
  readonly plan: PlanSummary | undefined;
  readonly cost: Cost | undefined;
  /** What is there still after a destruction. */
  readonly leftovers: Leftovers | undefined;
  readonly objects: readonly ObjectChange[];
  /** What would happen to pods; only a preview says so. */
  readonly forecasts: readonly Forecast[];
  /** Whether what runs differs from the repository; undefined where nobody looked, or could not see all. */
  readonly drift: boolean | undefined;
  /** The release that runs now, where that is known. */
  readonly release: ReleaseName | undefined;
  /** The address at which the application is reached. */
  readonly address: string | undefined;
  /** Its URL, of a host that DNS can know. */
  readonly url: string | undefined;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Makes the report of a run; `warnings` are those that were told in the log. */
export function makeReport(
  settings: Settings,
  result: DeployResult,
  warnings: readonly Warning[] = [],
): Report {
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
  const drift = driftOf(settings, result);
  return {
    version: 1,
    command: settings.command,
    environment: settings.environment,
    repository: `${settings.event.owner}/${settings.event.repository}`,
    commit: settings.event.sha,
    runUrl: settings.event.runUrl,
    outcome: failures.length > 0 ? 'failed' : 'succeeded',
    steps: stepReports(result, { preview, began: beginOf(outcomes) }),
    failures,
    warnings,
    image: imageOf(result),
    plan: planOf(result.infra),
    cost: result.cost,
    leftovers: result.leftovers?.status === 'succeeded' ? result.leftovers.value : undefined,
    objects: result.manifests.status === 'succeeded' ? result.manifests.value.changes : [],
    forecasts: result.manifests.status === 'succeeded' ? (result.manifests.value.forecasts ?? []) : [],
    drift,
    release: result.release ?? failures.find(({ rolledBackTo }) => rolledBackTo !== undefined)?.rolledBackTo,
    address: result.address,
    url: result.url,
    outputs: outputsOf(settings, result, failures, drift),
  };
}

interface Run {
  readonly preview: boolean;
  /** When its first step began, in milliseconds since the epoch. */
  readonly began: number;
}

function beginOf(outcomes: readonly StepOutcome<unknown>[]): number {
  const spans = outcomes.flatMap((outcome) => (outcome.status === 'skipped' ? [] : outcome.spans));
  return Math.min(...spans.map(({ from }) => from));
}

function stepReports(result: DeployResult, run: Run): readonly StepReport[] {
  const { bootstrap, leftovers, image, infra, manifests, rollout } = result;
  const { preview, began } = run;
  if (bootstrap !== undefined) return [stepReport('bootstrap', bootstrap, began, bootstrapHeadline)];
  if (leftovers !== undefined) return destructionReports(result, leftovers, began);
  return [
    stepReport('image', image, began, imageHeadline),
    stepReport('infra', infra, began, (value) => infraHeadline(value, preview)),
    stepReport('manifests', manifests, began, (value) => manifestsHeadline(value.changes, preview)),
    stepReport('rollout', rollout, began, rolloutHeadline),
  ];
}

/** In the order in which they ran. */
function destructionReports(
  { manifests, infra }: DeployResult,
  leftovers: StepOutcome<Leftovers>,
  began: number,
): readonly StepReport[] {
  return [
    stepReport('manifests', manifests, began, deletedHeadline),
    stepReport('infra', infra, began, destroyedHeadline),
    stepReport('leftovers', leftovers, began, leftoversHeadline),
  ];
}

function imageOf({ image, comparison }: DeployResult): ImageReport | undefined {
  if (image.status !== 'succeeded') return undefined;
  const name = formatName(image.value.name);
  if (image.value.kind === 'checked') return { name, digest: undefined, built: true, comparison };
  const { digest, built } = image.value;
  return { name, digest, built, comparison };
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

function stepReport<T>(
  step: StepName,
  outcome: StepOutcome<T>,
  began: number,
  headline: (value: T) => string,
): StepReport {
  const { status } = outcome;
  if (status === 'skipped')
    return { step, status, headline: outcome.reason, did: [], seconds: undefined, spans: [] };
  const after = (time: number): number => (time - began) / 1000;
  const spans = outcome.spans.map(({ from, to }) => ({ start: after(from), end: after(to) }));
  return {
    ...{ step, status },
    headline: status === 'succeeded' ? headline(outcome.value) : outcome.error.cause,
    did: outcome.did,
    seconds: outcome.spans.reduce((sum, { from, to }) => sum + (to - from), 0) / 1000,
    spans,
  };
}
