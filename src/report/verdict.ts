import type { ErrorCode } from '../errors';
import { dollars } from '../infra/cost';
import { goneInWords } from '../infra/plan-words';
import type { Forecast } from '../manifests/forecast';
import { escapeText } from './markdown';
import type { Report } from './report';

/** Failures by which the plan itself is refused. */
const STOPPED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'infra-destroy-blocked',
  'infra-volume-shrinks',
  'infra-change-impossible',
]);

/** Gives in one line what merging does, with a sign for how much care it needs. */
export function verdict(report: Report): string {
  if (report.failures.some(({ code: failure }) => STOPPED.has(failure)))
    return '🛑 Merging this would stop before the infrastructure is touched';
  if (report.outcome === 'failed') return '❌ Merging this cannot be previewed: it would fail';
  const parts = [
    ...imagePart(report),
    ...counted('changes', report.plan?.changes.length ?? 0, 'Linode resource'),
    ...objectsPart(report),
    ...rolloutPart(report.forecasts),
    ...costPart(report),
  ];
  const text = parts.length === 0 ? 'changes nothing' : joined(parts);
  return escapeText(`${needsCare(report) ? '⚠️' : '✅'} Merging this ${text}`);
}

function imagePart({ image }: Report): readonly string[] {
  if (image === undefined) return [];
  if (image.built) return ['builds a new image'];
  return image.comparison === undefined ? [] : ['deploys an image that is built already'];
}

function objectsPart({ objects }: Report): readonly string[] {
  const gone = objects.filter(({ action }) => action === 'pruned').length;
  const written = objects.filter(({ action }) => action === 'created' || action === 'configured').length;
  return [
    ...counted('writes', written, 'Kubernetes object'),
    ...counted('deletes', gone, `${written > 0 ? '' : 'Kubernetes '}object`),
  ];
}

function rolloutPart(forecasts: readonly Forecast[]): readonly string[] {
  const rolled = forecasts.filter(({ effect }) => effect !== 'ends');
  const downtime = rolled.some((each) => each.downtime === 'expected') ? ' with downtime' : '';
  return [
    ...counted('rolls out', rolled.length, 'workload').map((part) => `${part}${downtime}`),
    ...counted('ends', forecasts.length - rolled.length, 'workload'),
  ];
}

function costPart({ cost }: Report): readonly string[] {
  if (cost?.status !== 'known' || cost.change === 'unknown' || cost.change === 0) return [];
  const amount = `${dollars(Math.abs(cost.change))} USD a month`;
  return [cost.change > 0 ? `costs ${amount} more` : `saves ${amount}`];
}

/** Where something is lost, interrupted or already gone. */
function needsCare({ plan, forecasts, warnings }: Report): boolean {
  const risky = plan?.changes.some(
    ({ guard, action, consequences }) =>
      guard === 'allowed' || (action === 'update' && consequences.length > 0),
  );
  const gone = plan !== undefined && (goneInWords(plan).length > 0 || plan.failedChecks.length > 0);
  const down = forecasts.some(({ downtime }) => downtime === 'expected');
  return risky === true || gone || down || warnings.length > 0;
}

function counted(verb: string, count: number, noun: string): readonly string[] {
  return count === 0 ? [] : [`${verb} ${count} ${noun}${count === 1 ? '' : 's'}`];
}

function joined(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length === 1 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}
