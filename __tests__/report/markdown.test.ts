import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { block, code, details, escapeText, fit, table } from '../../src/report/markdown';
import { decoded, isWellFormed } from '../support/markdown';

const SIGNS = '\\`*_[]|~<>&$#@:!1a \n\r';
const nasty = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...SIGNS) }));

describe('escapeText', () => {
  test.each([
    ['<b>x</b>', '&#60;b&#62;x&#60;/b&#62;'],
    ['[a](b)', '&#91;a&#93;(b)'],
    ['a\r\nb\n\nc', 'a b c'],
    ['&amp;', '&#38;amp;'],
    ['snake_case_name', 'snake_case_name'],
    ['linode_volume.a[0]', 'linode_volume.a&#91;0&#93;'],
    ['__init__', '&#95;&#95;init&#95;&#95;'],
    ['_emphasis_', '&#95;emphasis&#95;'],
    ['https://example.com', 'https&#58;//example.com'],
    ['www.example.com', 'www&#46;example.com'],
    ['$x$', '&#36;x&#36;'],
  ])('%j becomes %j', (text, expected) => expect(escapeText(text)).toBe(expected));

  test('has no raw markup, whatever the text', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const escaped = escapeText(text);
        expect(escaped.replaceAll(/&#\d+;/g, '')).not.toMatch(/[\\`*[\]|~<>&$\r\n]/);
        expect(escaped).not.toMatch(/(^|\W)_|_(\W|$)|@\w|:\/\//);
      }),
      { numRuns: 1000 },
    );
  });

  test('shows the text that was given', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(decoded(escapeText(text)).replaceAll('\u200B', '')).toBe(
          text.replaceAll('\u200B', '').replaceAll(/[\r\n]+/g, ' '),
        );
      }),
    );
  });

  // GitHub looks for mentions and references in the rendered text, where entities are characters again
  // (github/cmark-gfm issue 181): only a character in between breaks them.
  test.each(['@octocat', 'acme/bot@main', '#12', 'acme/bot#12', 'fixes #1'])(
    '%s refers to nothing',
    (text) => {
      expect(decoded(escapeText(text))).not.toMatch(/@\w|#\d/);
    },
  );
});

describe('code', () => {
  test.each([
    ['a', '`a`'],
    ['a`b', '``a`b``'],
    ['`a', '`` `a ``'],
    ['``', '``` `` ```'],
    ['a\n|b', '`a b`'],
    ['  ', ''],
  ])('%j becomes %j', (text, expected) => expect(code(text)).toBe(expected));

  test('is one span in one cell, whatever the text', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const span = code(text);
        if (span === '') return;
        const [, fence = '', body = ''] = /^(`+)([^`].*[^`]|[^`])\1$/.exec(span) ?? [];
        expect(fence).not.toBe('');
        expect((body.match(/`+/g) ?? []).map((run) => run.length)).not.toContain(fence.length);
        expect(span).not.toMatch(/[\r\n|]/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('block', () => {
  test('has lines, a language and a fence', () => {
    expect(block(['a', '  b'], 'diff')).toBe('```diff\na\n  b\n```');
  });

  test('is never closed by its content', () => {
    const line = fc.string({ unit: fc.constantFrom('`', '~', ' ', 'a', '\n', '\r') });
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = block(lines);
        const [fence = '', ...rest] = text.split('\n');
        expect(rest.at(-1)).toBe(fence);
        expect(rest).toHaveLength(lines.length + 1);
        const closes = rest.filter(
          (each) => /^ {0,3}`+\s*$/.test(each) && each.trim().length >= fence.length,
        );
        expect(closes).toEqual([fence]);
        expect(isWellFormed(text)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

test('details fold a body away', () => {
  expect(details('T', 'body')).toBe('<details><summary>T</summary>\n\nbody\n\n</details>');
});

test('cells of a table have no newline and no bare pipe', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(nasty, nasty), { minLength: 1 }), (rows) => {
      const lines = table(
        ['A', 'B'],
        rows.map(([a, b]) => [escapeText(a), code(b)]),
      ).split('\n');
      expect(lines).toHaveLength(rows.length + 2);
      for (const line of lines) expect(line.match(/\|/g)).toHaveLength(3);
    }),
  );
});

describe('fit', () => {
  test('all that fits is joined', () => expect(fit(['a', 'b'], 100)).toBe('a\n\nb'));

  test('what does not fit is counted', () => {
    const sections = ['a', 'b'.repeat(10), 'c'.repeat(10)];
    expect(fit(sections, 10)).toBe('a\n\n_Too long to be shown here: 2 of 3 sections._');
  });

  test('what comes after a section that is too long is shown', () => {
    expect(fit(['a', 'b'.repeat(10), 'c'], 10)).toMatch(/^a\n\nc\n\n_Too long to be shown here: 1 of 3 /);
  });

  test('is never much longer than its limit', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 50 })), fc.nat(200), (sections, limit) => {
        expect(fit(sections, limit).length).toBeLessThanOrEqual(limit + 70);
      }),
    );
  });
});
