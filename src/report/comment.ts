import { commentMarker, formatRecord, type CommentRecord } from '../comment-record';
import type { ErrorCode } from '../errors';
import { code, COMMENT_LIMIT, escapeText, fit } from './markdown';
import type { Report } from './report';
import { detailSections, doneSection, failureSection, stepTable } from './sections';

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

/** Failures by which the plan itself is refused. */
const STOPPED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'infra-destroy-blocked',
  'infra-volume-shrinks',
  'infra-change-impossible',
]);

function verdict(report: Report): string {
  if (report.failures.some(({ code: failure }) => STOPPED.has(failure)))
    return 'Merging this would stop before the infrastructure is touched';
  if (report.outcome === 'failed') return 'Merging this cannot be previewed: it would fail';
  const { plan, objects } = report;
  const resources = plan?.changes.length ?? 0;
  const changed = objects.filter((object) => object.action !== 'unchanged').length;
  const parts = [
    ...(resources > 0 ? [`changes ${resources} Linode resource${resources === 1 ? '' : 's'}`] : []),
    ...(changed > 0 ? [`writes ${changed} Kubernetes object${changed === 1 ? '' : 's'}`] : []),
  ];
  const text =
    parts.length === 0 ? 'changes no infrastructure and no Kubernetes object' : parts.join(' and ');
  return escapeText(`Merging this ${text}`);
}
