import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readBilled } from '../../src/infra/billed';
import { costOf, type Cost } from '../../src/infra/cost';
import { refusalOf } from '../../src/infra/guard';
import { readPlan, type PlanSummary } from '../../src/infra/plan';
import { sensitiveValues } from '../../src/infra/plan-secrets';
import { countsInWords } from '../../src/infra/plan-words';
import { renderComment } from '../../src/report/comment';
import { COMMENT_LIMIT, fit } from '../../src/report/markdown';
import { outlineSections, planSections } from '../../src/report/plan-sections';
import { redactor, redactValues } from '../../src/report/redact';
import { makeReport, type Report } from '../../src/report/report';
import { renderSummary } from '../../src/report/summary';
import { expectGolden } from '../support/golden';
import { isWellFormed } from '../support/markdown';
import { PRICES } from '../support/prices';
import { anInfraResult, aPreview, failed, succeeded } from '../support/results';
import { aSettings } from '../support/settings';

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'plans');
const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace('.json', ''));
/** Every secret text of the fixtures; numbers are hidden where they are marked, which the golden files show. */
const SECRETS =
  /hunter[23]|CmFwaVZlcnNpb246|service-account-token|-root-password|random-password-of-old|kubeconfig-in-a-child|ea4127d19e45/;

const read = (name: string): unknown => JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));

/** As a run makes it: what is secret is taken out before it is rendered. */
function reportOf(json: unknown, plan: PlanSummary, cost?: Cost): Report {
  const refusal = refusalOf(plan);
  const infra =
    refusal === undefined
      ? succeeded(anInfraResult({ changed: true, plan, clusterId: undefined, kubeconfig: undefined }))
      : failed('infra', { ...refusal, plan });
  const report = makeReport(aSettings({ command: 'preview' }), aPreview({ infra, cost }));
  return redactValues(report, redactor(sensitiveValues(json)));
}

function verdictOf(report: Report): string {
  const [failure] = report.failures;
  if (failure === undefined) return 'Verdict: may be applied';
  const { code, cause, advice, evidence = [] } = failure;
  return [`Verdict: ${code}`, cause, ...evidence.map((line) => `| ${line}`), advice].join('\n');
}

test('there are enough plans', () => expect(NAMES.length).toBeGreaterThanOrEqual(60));

describe.each(NAMES)('the plan %s', (name) => {
  const json = read(name);
  const plan = readPlan(json);
  const report = reportOf(json, plan);
  const sections = fit([...outlineSections(report), ...planSections(report)], COMMENT_LIMIT);

  test('is told as it was', () => {
    expectGolden(`plans/${name}.md`, [countsInWords(plan), verdictOf(report), sections].join('\n\n'));
  });

  test('is shown well-formed and without a secret', () => {
    for (const text of [renderComment(report), renderSummary(report)]) {
      expect(isWellFormed(text)).toBe(true);
      expect(text).not.toMatch(SECRETS);
    }
  });

  test('may be applied where all addresses are allowed, unless Linode would refuse it', () => {
    const allowed = plan.changes.map(({ address }) => address);
    const refusal = refusalOf(readPlan(json, allowed));
    const impossible = plan.changes.some(({ guard }) => guard === 'impossible');
    expect(refusal === undefined || refusal.code !== 'infra-destroy-blocked').toBe(true);
    expect(refusal !== undefined).toBe(impossible);
  });
});

describe.each([
  'first-apply',
  'pool-first-removed',
  'cluster-gone',
  'volume-resized-by-hand',
  'forgotten-and-more',
  'check-fails',
])('the whole comment and summary on the plan %s', (name) => {
  const json = read(name);
  const cost = costOf(readBilled(json, true).items, PRICES);
  const report = reportOf(json, readPlan(json), cost);

  test('comment', () => expectGolden(`plan-${name}.comment.md`, renderComment(report)));
  test('summary', () => expectGolden(`plan-${name}.summary.md`, renderSummary(report)));
});
