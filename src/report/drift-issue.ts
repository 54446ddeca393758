import { code, COMMENT_LIMIT, fit } from './markdown';
import type { Report } from './report';
import { detailSections, stepTable } from './sections';

/** Gives the hidden first line by which the issue of an environment is found again. */
export function driftMarker(environment: string): string {
  return `<!-- wpp-deploy-action drift environment=${environment} -->`;
}

/** Gives the title of the issue; it stays the same, whatever differs. */
export function driftTitle({ environment }: Report): string {
  return `Drift: ${environment} is not as the repository says`;
}

/** Gives the text of the issue: what differs at Linode and in the cluster, and how it goes away. */
export function renderDrift(report: Report): string {
  return fit(
    [
      `${driftMarker(report.environment)}\nThis is what a deployment would change to make ${code(report.environment)} as commit ${code(report.commit.slice(0, 12))} has it. Somebody changed it by hand, or the last deployment did not come through.`,
      stepTable(report, false),
      ...detailSections(report),
      `To take it back, run the workflow by hand with the command ${code('deploy')}; to keep it, bring the repository up to it. The issue is kept up to date, and closed when nothing differs any more. Looked at by this [run](${report.runUrl}).`,
    ],
    COMMENT_LIMIT,
  );
}

/** Gives the comment with which the issue is closed. */
export function renderNoDrift({ environment, commit, runUrl }: Report): string {
  return `Nothing differs any more: ${code(environment)} is as commit ${code(commit.slice(0, 12))} has it ([run](${runUrl})).`;
}
