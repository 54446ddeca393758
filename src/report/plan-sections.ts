import type { Guard } from '../infra/guard';
import type { PlanChange, PlanSummary } from '../infra/plan';
import type { PlanAction } from '../infra/plan-action';
import type { Told } from '../infra/plan-notes';
import { ACTION_WORDS, goneInWords, inReadingOrder, remarksOn } from '../infra/plan-words';
import { cut, differenceLines, shortened } from './lines';
import { block, code, details, escapeText, type Stretch } from './markdown';
import type { Report } from './report';

/** How many changes the outline names, in how many characters, and how many lines one resource gets: the report as JSON has all. */
const MOST_NAMED = 100;
const LONGEST_OUTLINE = 16_000;
const MOST_LINES = 60;
const LONGEST_ADDRESS = 200;
const LONGEST_REMARK = 300;

const STOPPED: ReadonlySet<Guard> = new Set<Guard>(['blocked', 'impossible']);
const SIGNS: Readonly<Record<PlanAction, string>> = {
  create: '➕',
  update: '✏️',
  replace: '♻️',
  delete: '➖',
  forget: '👋',
  'forget-and-create': '♻️',
  move: '↪️',
  import: '📥',
  other: '❔',
};

/** Gives what the plan does in an outline with every name. */
export function outlineSections(report: Report): readonly string[] {
  const { plan } = report;
  return plan === undefined ? [] : outline(plan, inReadingOrder(plan.changes), report);
}

/** Gives the plan in detail: each resource folded, what differed before, and the checks. */
export function planSections(report: Report): readonly (string | Stretch)[] {
  const { plan } = report;
  if (plan === undefined) return [];
  return [
    ...resources(inReadingOrder(plan.changes), report),
    ...driftSection(plan),
    ...toldSection('⚠️ Checks that fail', plan.failedChecks),
    ...toldSection('Put off to a later run', plan.deferred),
  ];
}

/** Gives the resources by name, what is lost first, with what is to be known of each. */
function outline(plan: PlanSummary, changes: readonly PlanChange[], report: Report): readonly string[] {
  const lines = [
    ...named(changes),
    ...plan.outputsChanged.slice(0, MOST_NAMED).map((name) => `- ✏️ output ${address(name)}`),
    ...plan.invoked.slice(0, MOST_NAMED).map((name) => `- ▶️ run ${address(name)}`),
  ];
  if (lines.length === 0) return [];
  const stay = plan.unchanged === 0 ? '' : ` ${plan.unchanged} more stay as they are.`;
  return [
    '#### Infrastructure',
    ...goneInWords(plan).map((gone) => `> [!CAUTION]\n> ${escapeText(shortened(gone, LONGEST_REMARK))}`),
    lines.join('\n'),
    ...(report.command === 'preview' ? [`${onMerge(plan)}${stay}`] : stay === '' ? [] : [stay.trim()]),
  ];
}

function named(changes: readonly PlanChange[]): readonly string[] {
  const lines: string[] = [];
  let length = 0;
  for (const change of changes.slice(0, MOST_NAMED)) {
    const line = outlineLine(change);
    length += line.length;
    if (length > LONGEST_OUTLINE) break;
    lines.push(line);
  }
  const left = changes.length - lines.length;
  return left === 0 ? lines : [...lines, `- and ${left} more`];
}

function outlineLine(change: PlanChange): string {
  const remarks = remarksOn(change).map((remark) => escapeText(shortened(remark, LONGEST_REMARK)));
  const sign = STOPPED.has(change.guard) ? '🛑' : isRisky(change) ? '⚠️' : SIGNS[change.action];
  return `- ${sign} **${ACTION_WORDS[change.action]}** ${address(change.address)}${remarks.length === 0 ? '' : `: ${remarks.join('; ')}`}`;
}

/** Allowed, but what it destroys or does on the way is to be known. */
function isRisky({ guard, action, consequences }: PlanChange): boolean {
  return guard === 'allowed' || (action === 'update' && consequences.length > 0);
}

function onMerge({ changes, complete }: PlanSummary): string {
  const stopped = changes.filter(({ guard }) => STOPPED.has(guard)).length;
  if (stopped > 0)
    return `**On merge** nothing of this is done: the deploy stops, because of ${stopped} of ${changes.length} changes.`;
  return `**On merge** Terraform plans anew and does this.${complete ? '' : ' What it puts off is done by later runs.'}`;
}

/** Gives a fold for each resource of which there is more to show than its name. */
function resources(changes: readonly PlanChange[], report: Report): readonly Stretch[] {
  const shown = changes.filter(({ attributes }) => attributes.length > 0);
  if (shown.length === 0) return [];
  return [
    {
      count: shown.length,
      section: (index) => resourceSection(shown[index]),
      rest: (count) =>
        `_${count} of ${shown.length} resources are shown here; the others are in the [summary of the run](${report.runUrl}) and in its report._`,
    },
  ];
}

function resourceSection(change: PlanChange | undefined): string {
  if (change === undefined) return '';
  const { action, attributes } = change;
  const lines = attributes.flatMap(({ path, before, after, forces }) =>
    differenceLines(`${path}${forces ? ' (forces the replacement)' : ''}`, before, after),
  );
  const name = escapeText(shortened(change.address, LONGEST_ADDRESS));
  const title = `${SIGNS[action]} ${ACTION_WORDS[action]} <code>${name}</code>`;
  return details(title, block(cut(lines, MOST_LINES), 'diff'));
}

function driftSection({ drift }: PlanSummary): readonly string[] {
  if (drift.length === 0) return [];
  const lines = drift.flatMap(({ address: name, gone, attributes }) => [
    `${gone ? '- gone' : '! changed'} ${name}`,
    ...attributes.flatMap(({ path, before, after }) => differenceLines(path, before, after)),
  ]);
  const count = `${drift.length} resource${drift.length === 1 ? '' : 's'}`;
  return [details(`Changed outside of Terraform: ${count}`, block(cut(lines), 'diff'))];
}

function toldSection(title: string, told: readonly Told[]): readonly string[] {
  if (told.length === 0) return [];
  const lines = told.map(({ address: name, text }) => `${name}: ${text}`);
  return [details(`${title}: ${told.length}`, block(cut(lines), 'text'))];
}

/** People copy it into allow-destroy: a code span has it as it is, but for a pipe, which would end a cell of a table. */
function address(name: string): string {
  const shown = shortened(name, LONGEST_ADDRESS);
  return shown.includes('|') ? `<code>${escapeText(shown)}</code>` : code(shown);
}
