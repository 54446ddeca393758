import { commentMarker, formatRecord, type CommentRecord } from '../comment-record';
import { code, COMMENT_LIMIT, fit } from './markdown';
import type { Report } from './report';
import { detailSections, doneSection, failureSection, stepTable } from './sections';
import { verdict } from './verdict';

export interface CommentHistory {
  /** What the comment holds out of sight. */
  readonly record?: CommentRecord;
  /** The commit whose plan stood there before, where there is no plan any more. */
  readonly voided?: string | undefined;
}

/** Gives the text of the pull request's comment: what merging would do, most important first. */
export function renderComment(report: Report, { record, voided }: CommentHistory = {}): string {
  const hidden = [commentMarker(report.environment), ...(record === undefined ? [] : [formatRecord(record)])];
  return fit(
    [
      [...hidden, `### ${verdict(report)}`].join('\n'),
      ...(voided === undefined
        ? []
        : [
            `The plan that stood here for commit ${code(voided.slice(0, 12))} is void: the infrastructure would stay as it is.`,
          ]),
      stepTable(report, false),
      ...report.failures.map(failureSection),
      ...(report.failures.length > 0 && report.steps.some((step) => step.did.length > 0)
        ? [doneSection(report)]
        : []),
      ...detailSections(report),
      `Commit ${code(report.commit.slice(0, 12))} · environment ${code(report.environment)} · [run](${report.runUrl})`,
    ],
    COMMENT_LIMIT,
  );
}
