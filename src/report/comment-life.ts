import { readRecord, type CommentRecord } from '../comment-record';
import { renderComment } from './comment';
import { code, escapeText, shortDigests } from './markdown';
import type { Report } from './report';

const RESULT = '<!-- wpp-deploy-action result -->';
/** The hidden line, the text, and an empty line. */
const RESULT_LINES = 3;
/** Escaping may make it five times as long; COMMENT_LIMIT leaves that much room. */
const LONGEST_RESULT = 240;

/**
 * Gives the text of a preview's comment in place of the one before it; undefined where a newer run wrote that one, which an older
 * run that was started again must not take back.
 */
export function nextComment(
  report: Report,
  record: CommentRecord,
  before: string | undefined,
): string | undefined {
  const earlier = before === undefined ? undefined : readRecord(before);
  if (earlier !== undefined && isNewer(earlier, record)) return undefined;
  const empty = record.plan?.digests.length === 0;
  const gone = empty && hadPlan(earlier) && earlier?.head !== record.head;
  return renderComment(report, { record, voided: gone ? earlier?.head : undefined });
}

function isNewer(one: CommentRecord, other: CommentRecord): boolean {
  return one.run === other.run ? one.attempt > other.attempt : one.run > other.run;
}

function hadPlan(record: CommentRecord | undefined): boolean {
  return (record?.plan?.digests.length ?? 0) > 0;
}

/** Whether a deployment has something to say in the comment that showed its plan. */
export function hasResult(report: Report): boolean {
  const infra = report.steps.find(({ step }) => step === 'infra');
  return infra?.status === 'failed' || report.outputs['infra-applied'] === 'true';
}

/**
 * Gives the text of a merged pull request's comment with what became of its plan on top, in place of what an earlier run said of
 * it; undefined where there is none. It stands right below the hidden lines, where no text from outside can pass for it.
 */
export function commentWithResult(report: Report, before: string | undefined): string | undefined {
  if (before === undefined || readRecord(before) === undefined) return undefined;
  const [marker = '', record = '', ...shown] = before.split('\n');
  const kept = shown[0] === RESULT ? shown.slice(RESULT_LINES) : shown;
  return [marker, record, RESULT, resultLine(report), '', ...kept].join('\n');
}

function resultLine(report: Report): string {
  const infra = report.steps.find(({ step }) => step === 'infra');
  const failed = infra?.status === 'failed';
  const began = (infra?.did.length ?? 0) > 0;
  const title = failed
    ? `❌ **The plan was ${began ? 'applied in part' : 'not applied'}**`
    : '✅ **The plan was applied**';
  const what = escapeText(shortDigests(infra?.headline ?? '').slice(0, LONGEST_RESULT));
  return `${title} for commit ${code(report.commit.slice(0, 12))} ([run](${report.runUrl})): ${what}`;
}
