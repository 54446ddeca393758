import { describe, expect, test } from '@jest/globals';
import type { ErrorDetails } from '../../src/errors';
import { renderComment } from '../../src/report/comment';
import { COMMENT_LIMIT, SUMMARY_LIMIT } from '../../src/report/markdown';
import { makeReport, type Report } from '../../src/report/report';
import { renderRefusal, renderSummary } from '../../src/report/summary';
import { aFailure } from '../support/failure';
import { decoded, isWellFormed } from '../support/markdown';
import { aPreview, failed } from '../support/results';
import { aSettings } from '../support/settings';

const RENDERED = [
  ['comment', renderComment],
  ['summary', renderSummary],
] as const;

function reportOf(given: Partial<ErrorDetails>): Report {
  const details = { ...aFailure('image-build-failed').details, ...given };
  return makeReport(aSettings({ command: 'preview' }), aPreview({ image: failed('image', details) }));
}

describe.each(RENDERED)('what is too long in a %s', (_, render) => {
  test.each([
    [2_000, 'c'.repeat(2_000)],
    [2_001, `${'c'.repeat(2_000)}…`],
    [100_000, `${'c'.repeat(2_000)}…`],
  ])('a cause of %d signs', (length, shown) => {
    const text = render(reportOf({ cause: 'c'.repeat(length) }));
    expect(text).toContain(`(\`image-build-failed\`): ${shown}\n`);
    expect(text).toContain(`| ${shown} |`);
    expect(text).not.toContain('c'.repeat(2_001));
    expect(text).toContain('**What to do:** Mend it.');
  });

  test.each([
    [500, 'e'.repeat(500)],
    [501, `${'e'.repeat(500)}…`],
    [100_000, `${'e'.repeat(500)}…`],
  ])('a line of %d signs', (length, shown) => {
    const text = render(reportOf({ evidence: ['before', 'e'.repeat(length), 'after'] }));
    expect(text).toContain(`\`\`\`text\nbefore\n${shown}\nafter\n\`\`\``);
    expect(isWellFormed(text)).toBe(true);
  });

  test.each([
    [1_500, undefined],
    [1_501, '(1 more lines)'],
    [5_000, '(3500 more lines)'],
  ])('%d lines', (count, left) => {
    const lines = Array.from({ length: count }, (_line, index) => `line ${index}`);
    const text = render(reportOf({ evidence: lines }));
    expect(text).toContain('\nline 1499\n');
    expect(text).not.toContain('\nline 1500\n');
    expect(/^\(\d+ more lines\)$/m.exec(text)?.[0]).toBe(left);
  });
});

test('a section that is too long for a comment leaves room for those after it', () => {
  const text = renderComment(reportOf({ evidence: Array.from({ length: 200 }, () => 'e'.repeat(500)) }));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(COMMENT_LIMIT + 100);
  expect(text).toContain('### ❌ Merging this cannot be previewed: it would fail');
  expect(text).toContain('| ❌ Image | it broke |');
  expect(text).not.toContain('eee');
  expect(text).toContain('· environment `production` ·');
  expect(text).toMatch(/_Too long to be shown here: 1 of \d+ sections\._$/);
});

describe('the summary of inputs that were refused', () => {
  test('has each fault as a line of its own, after the title', () => {
    expect(renderRefusal(['command is "x"', 'linode-token is missing'])).toBe(
      '### ❌ The inputs are not right; nothing was touched\n\n- command is "x"\n\n- linode-token is missing',
    );
  });

  test('shows what people gave as it is, with no markup', () => {
    const text = renderRefusal(['image is "<b>@ops</b>\n# x | `y`"']);
    expect(text).not.toMatch(/<b>|@ops|^# x/m);
    expect(decoded(text).replaceAll('\u200B', '')).toContain('image is "<b>@ops</b> # x | `y`"');
  });

  test('stays below the limit', () => {
    const problems = Array.from({ length: 20_000 }, (_, index) => `variables ${index} ${'x'.repeat(100)}`);
    expect(Buffer.byteLength(renderRefusal(problems))).toBeLessThan(SUMMARY_LIMIT + 100);
  });
});
