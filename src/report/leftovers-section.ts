import type { Leftover, Leftovers } from '../destroy/result';
import { dollars } from '../infra/cost';
import { countsInWords } from '../infra/plan-words';
import type { InfraResult } from '../infra/result';
import type { ManifestsResult } from '../manifests/result';
import { code, escapeText, table } from './markdown';

/** Many volumes of one application are some dozen. */
const MOST_LINES = 200;

/** Gives in one sentence what was deleted in the cluster. */
export function deletedHeadline({ changes }: ManifestsResult): string {
  const deleted = changes.filter(({ action }) => action === 'pruned').length;
  const kept = changes.length - deleted;
  return `${deleted} deleted${kept === 0 ? '' : `, ${kept} kept`}`;
}

/** Gives in one sentence what Terraform destroyed. */
export function destroyedHeadline({ applied, plan }: InfraResult): string {
  return applied && plan !== undefined ? `applied: ${countsInWords(plan)}` : 'nothing was left to destroy';
}

/** Gives in one sentence how much stays. */
export function leftoversHeadline({ stays, unseen }: Leftovers): string {
  const seen = unseen.length === 0 ? '' : '; not all could be looked for';
  if (stays.length === 0) return `nothing that is billed is left${seen}`;
  const known = stays.flatMap(({ monthly }) => (monthly === 'unknown' ? [] : [monthly]));
  const sum = known.reduce((total, each) => total + each, 0);
  const over = known.length < stays.length ? 'over ' : '';
  return `${stays.length} left, ${over}${dollars(sum)} USD a month${seen}`;
}

/** Gives what stays, with its price and how it goes. */
export function leftoversSection({ stays, unseen }: Leftovers): string {
  const rows = stays
    .slice(0, MOST_LINES)
    .map((each) => [
      `${escapeText(each.kind)} ${code(each.label)}${each.id === undefined ? '' : `, id ${each.id}`}`,
      escapeText(each.detail),
      amount(each),
      escapeText(each.why),
    ]);
  const more = stays.length - rows.length;
  const all = more === 0 ? rows : [...rows, [`(${more} more)`, '', '', '']];
  return [
    '**What stays, and is billed**',
    ...(all.length === 0 ? ['Nothing.'] : [table(['What', 'Size', 'USD a month', 'Why'], all)]),
    ...unseen.map(escapeText),
  ].join('\n\n');
}

function amount({ monthly }: Leftover): string {
  return monthly === 'unknown' ? 'unknown' : dollars(monthly);
}
