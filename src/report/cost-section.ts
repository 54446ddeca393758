import { dollars, type Amount, type Cost, type Total } from '../infra/cost';
import { code, details, escapeText, table } from './markdown';

/** How many lines are shown; the rest is summed up in the last row all the same. */
const MOST_LINES = 50;

/** Gives the section on the bill; `preview` says whether what is planned is still to come. */
export function costSection(cost: Cost, preview: boolean): string {
  if (cost.status === 'unknown') return `Cost: not known. ${escapeText(cost.reason)}`;
  const { lines, now, after, ceiling, change } = cost;
  const shown = lines.slice(0, MOST_LINES);
  const left = lines.length - shown.length;
  const rows = [
    ...shown.map((line) => [
      [code(line.name), escapeText(line.detail)].filter((text) => text !== '').join(' '),
      ...[line.now, line.after, line.ceiling].map(amount),
    ]),
    ...(left === 0 ? [] : [[`(${left} more)`, '', '', '']]),
    ['**Sum**', ...[now, after, ceiling].map((each) => `**${sum(each)}**`)],
  ];
  const columns = preview ? ['Now', 'After'] : ['Before', 'Now'];
  const body = [
    table(['US dollars a month', ...columns, 'Most'], rows),
    'List prices without traffic and taxes. “Most” is with as many nodes as the autoscalers may make.',
  ];
  return details(title(after, change, ceiling, preview), body.join('\n\n'));
}

function title(after: Total, change: Amount, ceiling: Total, preview: boolean): string {
  const most = ceiling.known === after.known ? '' : `; most: ${sum(ceiling)}`;
  return `Cost: ${sum(after)} USD a month (${difference(change, preview)}${most})`;
}

function difference(change: Amount, preview: boolean): string {
  if (change === 'unknown') return 'the difference is not known';
  if (change === 0) return preview ? 'as now' : 'as before';
  return `${change > 0 ? '+' : '−'}${dollars(Math.abs(change))}`;
}

function amount(cents: Amount): string {
  return cents === 'unknown' ? 'unknown' : dollars(cents);
}

function sum({ known, complete }: Total): string {
  return complete ? dollars(known) : `over ${dollars(known)}`;
}
