import { durationOf } from '../duration';
import type { Failure } from '../errors';
import type { ObjectChange } from '../manifests/apply';
import { nameRelease } from '../releases/result';
import { costSection } from './cost-section';
import { leftoversSection } from './leftovers-section';
import { cut, differenceLines, shortened } from './lines';
import { block, code, details, escapeText, shortDigests, table, type Stretch } from './markdown';
import { outlineSections, planSections } from './plan-sections';
import { forecastSection } from './forecast-section';
import { imageSection } from './image-section';
import { uncheckedSection, warningsSection } from './notes-section';
import type { Report, StepReport } from './report';
import { STEP_TITLES } from './step-titles';

/** Evidence is short but for a sealed state, which is of no use if it is cut. */
const MOST_EVIDENCE = 1_500;
const LONGEST_CAUSE = 2_000;

const SIGNS: Readonly<Record<StepReport['status'], string>> = {
  succeeded: '✅',
  failed: '❌',
  skipped: '⏭️',
};

/** Gives the table of the steps, with the time of each where `times` is asked for. */
export function stepTable(report: Report, times: boolean): string {
  const rows = report.steps.map((step) => [
    `${SIGNS[step.status]} ${STEP_TITLES[step.step]}`,
    `${step.status === 'skipped' ? 'not run: ' : ''}${escapeText(shortened(shortDigests(step.headline), LONGEST_CAUSE))}`,
    ...(times ? [step.seconds === undefined ? '' : durationOf(step.seconds)] : []),
  ]);
  return table(['Step', 'Result', ...(times ? ['Time'] : [])], rows);
}

/** Gives a section for each failure: code, cause, advice, and the lines that show it. */
export function failureSection({ code: failureCode, step, cause, advice, evidence = [] }: Failure): string {
  const text = `**${STEP_TITLES[step]} failed** (${code(failureCode)}): ${escapeText(shortened(cause, LONGEST_CAUSE))}\n\n**What to do:** ${escapeText(advice)}`;
  return evidence.length === 0 ? text : `${text}\n\n${block(cut(evidence, MOST_EVIDENCE), 'text')}`;
}

/** Gives what the steps changed outside before the run failed, so that nothing done is left untold. */
export function doneSection(report: Report): string {
  const lines = report.steps.flatMap((step) => step.did.map((line) => `${step.step}: ${line}`));
  if (lines.length === 0) return 'Nothing had been changed before that.';
  return `**Done before that:**\n\n${block(cut(lines), 'text')}`;
}

/** Gives which release runs now and where it is reached, each where that is known. */
export function runningSection({ release, address, url }: Report): readonly string[] {
  const running = release === undefined ? [] : [`Running: ${escapeText(shortDigests(nameRelease(release)))}`];
  const where = [
    ...(address === undefined ? [] : [code(address)]),
    ...(url === undefined ? [] : [`<${url}>`]),
  ];
  return [...running, ...(where.length === 0 ? [] : [`Address: ${where.join(', ')}`])];
}

/** Gives what is to be known of each step, each where there is something to show: first what is short, then the folds. */
export function detailSections(report: Report): readonly (string | Stretch)[] {
  const { command, cost, leftovers, objects } = report;
  const shown = objects.filter((change) => change.action !== 'unchanged' || change.note !== undefined);
  return [
    ...(leftovers === undefined ? [] : [leftoversSection(leftovers)]),
    ...outlineSections(report),
    ...forecastSection(report.forecasts),
    ...warningsSection(report),
    ...uncheckedSection(report),
    ...imageSection(report),
    ...planSections(report),
    ...(cost === undefined ? [] : [costSection(cost, command === 'preview')]),
    ...(shown.length === 0 ? [] : [objectsSection(shown, objects.length)]),
  ];
}

const OBJECT_SIGNS: Readonly<Record<ObjectChange['action'], string>> = {
  created: '+ create',
  configured: '! change',
  unchanged: '  keep',
  pruned: '- delete',
};

/** Gives the objects that would be or were written or deleted, with the fields that differ. */
function objectsSection(shown: readonly ObjectChange[], total: number): string {
  const lines = shown.flatMap((change) => [
    `${OBJECT_SIGNS[change.action]} ${change.object}${change.note === undefined ? '' : ` (${change.note})`}`,
    ...change.fields.flatMap(({ path, before, after }) => differenceLines(path, before, after)),
  ]);
  return details(`Manifests: ${shown.length} of ${total} objects`, block(cut(lines), 'diff'));
}
