import type { Failure } from '../errors';
import { code, escapeText, fit, SUMMARY_LIMIT } from './markdown';
import type { Report } from './report';
import { detailSections, doneSection, failureSection, runningSection, stepTable } from './sections';
import { timelineSection } from './timeline';

/** Gives the text of the job summary: what happened, on failure with the cause on top. */
export function renderSummary(report: Report): string {
  const failed = report.outcome === 'failed';
  return fit(
    [
      `### ${failed ? '❌' : '✅'} ${escapeText(`${report.command} of ${report.repository} (${report.environment})`)}`,
      ...report.failures.map(failureSection),
      ...(failed ? [doneSection(report)] : []),
      ...runningSection(report),
      stepTable(report, true),
      ...timelineSection(report.steps),
      ...detailSections(report),
      `Commit ${code(report.commit.slice(0, 12))}`,
    ],
    SUMMARY_LIMIT,
  );
}

/** Gives the text of the job summary of a run whose inputs were refused. */
export function renderRefusal(problems: readonly string[]): string {
  const list = problems.map((problem) => `- ${escapeText(problem)}`);
  return fit(['### ❌ The inputs are not right; nothing was touched', ...list], SUMMARY_LIMIT);
}

/** Gives the text of the job summary of a run that was killed before it could give one. */
export function renderKilled(failure: Failure): string {
  return fit(['### ❌ The run was killed', failureSection(failure)], SUMMARY_LIMIT);
}
