import { readRecord, type CommentRecord } from '../comment-record';
import { renderComment } from './comment';
import { shortened } from './lines';
import { code, escapeText, shortDigests } from './markdown';
import type { Report } from './report';

const RESULT = '<!-- wpp-deploy-action result -->';
/** The hidden line, the text, and an empty line. */
const RESULT_LINES = 3;
/** Escaping may make it six times as long; COMMENT_LIMIT leaves that much room. */
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

/** Whether a deployment has something to say in the comment that showed what it would do: it failed, or did more than to name an image. */
export function hasResult({ outcome, steps, outputs }: Report): boolean {
  const changed = steps.some(({ step, did }) => step !== 'image' && did.length > 0);
  return outcome === 'failed' || changed || outputs['image-built'] === 'true';
}

/**
 * Gives the text of a merged pull request's comment with what was deployed on top, in place of what an earlier run said of
 * it; undefined where there is none. It stands right below the hidden lines, where no text from outside can pass for it.
 */
export function commentWithResult(report: Report, before: string | undefined): string | undefined {
  if (before === undefined || readRecord(before) === undefined) return undefined;
  const [marker = '', record = '', ...shown] = before.split('\n');
  const kept = shown[0] === RESULT ? shown.slice(RESULT_LINES) : shown;
  return [marker, record, RESULT, resultLine(report), '', ...kept].join('\n');
}

function resultLine(report: Report): string {
  const { failures, steps, address, url, commit, runUrl } = report;
  const told = failures.length > 0 ? failures.map(({ cause }) => cause) : steps.flatMap(doneIn);
  const what = escapeText(shortened(shortDigests(told.join('; ')), LONGEST_RESULT));
  const back = report.outputs['rollout'] === 'rolled-back' ? '; the release before it runs again' : '';
  const where = url === undefined ? (address === undefined ? '' : `; ${code(address)}`) : `; <${url}>`;
  return `${resultTitle(report)} commit ${code(commit.slice(0, 12))} ([run](${runUrl})): ${what}${back}${where}`;
}

function resultTitle({ outcome, steps }: Report): string {
  if (outcome === 'succeeded') return '✅ **Deployed**';
  const infra = steps.find(({ step }) => step === 'infra');
  if (infra?.status !== 'failed') return '❌ **The deploy failed** for';
  return `❌ **The plan was ${infra.did.length > 0 ? 'applied in part' : 'not applied'}** for`;
}

function doneIn({ status, did, headline }: Report['steps'][number]): readonly string[] {
  return status === 'succeeded' && did.length > 0 ? [headline] : [];
}
