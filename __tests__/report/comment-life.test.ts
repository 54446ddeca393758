import { describe, expect, test } from '@jest/globals';
import { commentMarker, readRecord, type CommentRecord } from '../../src/comment-record';
import type { DeployResult } from '../../src/deploy-result';
import { commentWithResult, hasResult, nextComment } from '../../src/report/comment-life';
import { COMMENT_LIMIT } from '../../src/report/markdown';
import { makeReport, type Report } from '../../src/report/report';
import { aFailure } from '../support/failure';
import { expectGolden } from '../support/golden';
import { aPlan, aPlanChange } from '../support/infra';
import { isWellFormed } from '../support/markdown';
import { anInfraResult, anObject, aPreview, aResult, failed, succeeded } from '../support/results';
import { aSettings, SHA } from '../support/settings';

const SEAL = 'f'.repeat(64);
const planned: CommentRecord = {
  head: SHA,
  run: 4711,
  attempt: 1,
  plan: { digests: ['0123456789abcdef'], seal: SEAL },
};
const unchanged: CommentRecord = {
  head: 'b'.repeat(40),
  run: 4712,
  attempt: 1,
  plan: { digests: [], seal: SEAL },
};
const PLAN = anInfraResult({ changed: true, plan: aPlan({ changes: [aPlanChange()] }) });
const report = makeReport(aSettings({ command: 'preview' }), aPreview());
const first = nextComment(
  makeReport(aSettings({ command: 'preview' }), aPreview({ infra: succeeded(PLAN) })),
  planned,
  undefined,
);

describe('the comment of a preview', () => {
  test('holds the record of its run', () => {
    expect(readRecord(first ?? '')).toEqual(planned);
  });

  test.each<[string, Partial<CommentRecord>, boolean]>([
    ['a newer run', { run: 4712 }, true],
    ['an older run', { run: 4710 }, false],
    ['an older run that is tried again', { run: 4710, attempt: 9 }, false],
    ['a newer attempt', { attempt: 2 }, true],
    ['the same attempt', {}, true],
  ])('is written over by %s: %j %j', (_, given, expected) => {
    const next = nextComment(report, { ...planned, ...given }, first);
    expect(next !== undefined).toBe(expected);
  });

  test('an older attempt does not write over a newer one', () => {
    const newer = nextComment(report, { ...planned, attempt: 2 }, first);
    expect(nextComment(report, planned, newer)).toBeUndefined();
  });

  test('one without a record, as of an earlier version, is written over', () => {
    expect(nextComment(report, planned, `${commentMarker('production')}\n### Old`)).toBeDefined();
  });

  test.each<[string, CommentRecord, boolean]>([
    ['where the newer commit has none', unchanged, true],
    ['where the newer commit’s preview failed', { ...unchanged, plan: undefined }, false],
    ['where the newer commit has one', { ...planned, head: 'b'.repeat(40), run: 4712 }, false],
    ['where it is the same commit', { ...unchanged, head: SHA }, false],
  ])('says that the plan which stood there is void %s: %j %j', (_, record, expected) => {
    const next = nextComment(report, record, first);
    expect(next?.includes('is void')).toBe(expected);
  });

  test('says of the void plan what people read', () => {
    expectGolden('voided.comment.md', nextComment(report, unchanged, first) ?? '');
  });
});

describe('what became of a plan', () => {
  const settings = aSettings();
  const { value } = aResult().image as Extract<DeployResult['image'], { status: 'succeeded' }>;
  const BUILT = succeeded({ ...value, built: true } as typeof value, 'pushed it');
  const NAMED = succeeded(value, 'tagged it');
  const applied = makeReport(
    settings,
    aResult({
      image: BUILT,
      infra: succeeded({ ...PLAN, applied: true }, 'linode_volume.a: Creation complete'),
      address: 'https://bot.example.com',
    }),
  );
  const written = makeReport(
    settings,
    aResult({
      manifests: succeeded({ changes: [anObject('Service/a/b')], workloads: [] }, 'created Service/a/b'),
    }),
  );
  const crashed = makeReport(
    settings,
    aResult({
      rollout: failed('rollout', {
        ...aFailure('rollout-container-crashing', 'it crashes').details,
        rolledBackTo: { number: 4, commit: SHA, image: 'ghcr.io/acme/wpp-bot' },
      }),
    }),
  );
  const refused = makeReport(
    settings,
    aResult({ infra: failed('infra', aFailure('infra-plan-not-reviewed', 'it <differs> @ops').details) }),
  );
  const halfWay = makeReport(
    settings,
    aResult({
      infra: failed('infra', aFailure('infra-apply-failed').details, 'linode_volume.a: Creation complete'),
    }),
  );

  test.each<[string, Report, boolean]>([
    ['an apply', applied, true],
    ['a failure', refused, true],
    ['objects alone', written, true],
    ['a build alone', makeReport(settings, aResult({ image: BUILT })), true],
    ['a name for the image', makeReport(settings, aResult({ image: NAMED })), false],
    ['nothing', makeReport(settings, aResult()), false],
  ])('%s has something to tell: %j', (_, given, expected) => {
    expect(hasResult(given)).toBe(expected);
  });

  test.each<[string, Report]>([
    ['applied', applied],
    ['written', written],
    ['crashed', crashed],
    ['refused', refused],
    ['half-way', halfWay],
  ])('%s', (name, given) => {
    const text = commentWithResult(given, first) ?? '';
    expect(isWellFormed(text)).toBe(true);
    expect(readRecord(text)).toEqual(planned);
    expectGolden(`plan-${name}.comment.md`, text);
  });

  test('a later run tells it in place of the one before, and the plan stays', () => {
    const text = commentWithResult(applied, commentWithResult(refused, first));
    expect(text).toBe(commentWithResult(applied, first));
    expect(text?.endsWith(first?.split('\n').slice(2).join('\n') ?? '?')).toBe(true);
  });

  test('stays within the limit of a comment, however long its cause', () => {
    const long = { ...aFailure('infra-apply-failed', '|'.repeat(100_000)).details };
    const given = makeReport(settings, aResult({ infra: failed('infra', long) }));
    const full = `${first}\n${'x'.repeat(COMMENT_LIMIT + 100 - (first ?? '').length - 1)}`;
    expect(commentWithResult(given, full)?.length).toBeLessThan(65_536);
  });

  test.each([[undefined], [`${commentMarker('production')}\n### Old`]])('is not told in %j', (before) => {
    expect(commentWithResult(applied, before)).toBeUndefined();
  });
});
