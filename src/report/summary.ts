import { code, escapeText, fit, SUMMARY_LIMIT } from './markdown';
import type { Report } from './report';
import { doneSection, failureSection, objectsSection, planSection, stepTable } from './sections';

/** Gives the text of the job summary: what happened, on failure with the cause on top. */
export function renderSummary(report: Report): string {
  const failed = report.outcome === 'failed';
  return fit(
    [
      `### ${failed ? '❌' : '✅'} ${escapeText(`${report.command} of ${report.repository} to ${report.environment}`)}`,
      ...report.failures.map(failureSection),
      ...(failed ? [doneSection(report)] : []),
      stepTable(report, true),
      ...(report.plan === undefined || report.plan.changes.length + report.plan.outputsChanged.length === 0
        ? []
        : [planSection(report.plan)]),
      ...(report.objects.some((object) => object.action !== 'unchanged')
        ? [objectsSection(report.objects)]
        : []),
      `Commit ${code(report.commit.slice(0, 12))}`,
    ],
    SUMMARY_LIMIT,
  );
}
