import type { DeployResult } from '../deploy-result';
import type { Failure } from '../errors';
import { pinned } from '../image/reference';
import { dollars, type Cost } from '../infra/cost';
import { countPlan } from '../infra/plan';
import type { ObjectChange } from '../manifests/apply';
import { changesNothing, type Settings } from '../settings/settings';

/** Gives the outputs of action.yml but for those that are known later; each is a text, empty where there is nothing to say. */
export function outputsOf(
  settings: Settings,
  result: DeployResult,
  failures: readonly Failure[],
  drift: boolean | undefined,
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
    drift: String(drift ?? ''),
    'ingress-address': result.address ?? '',
    url: result.url ?? '',
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
