import type { Forecast } from '../manifests/forecast';
import { shortened } from './lines';
import { escapeText } from './markdown';

/** How many workloads are named; those with downtime come first. */
const MOST_NAMED = 50;
const LONGEST_NAME = 200;

const WORDS: Readonly<Record<Forecast['effect'], string>> = {
  starts: '➕ **start**',
  rolls: '🔄 **roll**',
  scales: '↕️ **scale**',
  runs: '▶️ **run**',
  ends: '➖ **end**',
};
const DOWNTIME: Readonly<Record<Forecast['downtime'], string>> = {
  none: '',
  possible: '; a short downtime is possible',
  expected: '; **downtime**',
};
const ORDER: readonly Forecast['downtime'][] = ['expected', 'possible', 'none'];

/** Gives which workloads roll, and which of them are away meanwhile. */
export function forecastSection(forecasts: readonly Forecast[]): readonly string[] {
  if (forecasts.length === 0) return [];
  const sorted = forecasts.toSorted(
    (one, other) => ORDER.indexOf(one.downtime) - ORDER.indexOf(other.downtime),
  );
  const lines = sorted.slice(0, MOST_NAMED).map(forecastLine);
  const left = sorted.length - lines.length;
  return ['#### Rollout', [...lines, ...(left === 0 ? [] : [`- and ${left} more`])].join('\n')];
}

function forecastLine({ workload, effect, downtime, reason }: Forecast): string {
  const sign = downtime === 'expected' ? WORDS[effect].replace(/^\S+/, '⚠️') : WORDS[effect];
  const name = escapeText(shortened(workload, LONGEST_NAME));
  return `- ${sign} <code>${name}</code>: ${escapeText(reason)}${effect === 'ends' ? '' : DOWNTIME[downtime]}`;
}
