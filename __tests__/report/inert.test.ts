import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inert } from '../../src/report/inert';
import { block, code, escapeText } from '../../src/report/markdown';

/** What the runner takes for a command: actions/runner, src/Runner.Common/ActionCommand.cs. */
function isCommand(line: string): boolean {
  return line.trim().startsWith('::') || line.includes('##[');
}

test.each([
  '::error::x',
  '  ::set-output name=a::b',
  '\t::add-mask::x',
  '\u00A0::stop-commands::x',
  'text ##[error]x',
  '##[command]rm',
  '####[group]x',
  '\u001B[31m::error::x',
  '##\u001B[0m[error]x',
  ':\u0000:error::x',
  '\r::error::x',
  'a\n::error::x',
  '\u2028::error::x',
  ':::error::x',
])('%j is no command any more', (line) => {
  expect(isCommand(inert(line))).toBe(false);
});

test.each(['plain text', 'a::b', 'time: 12:30', '# [x]', '\tindented', 'größe — 日本', '#[derive]', ''])(
  '%j is left as it is',
  (line) => expect(inert(line)).toBe(line),
);

test.each([...'\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069'])(
  'the mark %j is shown, and reorders nothing',
  (mark) => {
    const shown = `a\\u${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}b`;
    expect(inert(`a${mark}b`)).toBe(shown);
    expect(code(`a${mark}b`)).toBe(`\`${shown}\``);
    expect(block([`a${mark}b`])).toContain(shown);
    expect(escapeText(`a${mark}b`)).toBe(shown.replace('\\', '&#92;'));
  },
);

test('colours are taken out, their text stays', () => {
  expect(inert('\u001B[1;31mError:\u001B[0m it \u001B[2Kbroke')).toBe('Error: it broke');
});

test('whatever the line: no command, no control character, one line', () => {
  const piece = fc.constantFrom(
    '::',
    ':',
    '##[',
    '#',
    '[',
    ' ',
    '\t',
    '\u001B',
    '\u001B[',
    'm',
    '\r',
    '\n',
    '\u0085',
    '\u2029',
    'a',
  );
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(line, (text) => {
      const safe = inert(text);
      expect(isCommand(safe)).toBe(false);
      expect(safe).not.toMatch(/(?!\t)[\p{Cc}\u2028\u2029]/v);
    }),
    { numRuns: 1000 },
  );
});

test('what is safe already is not changed again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const once = inert(text);
      expect(inert(once)).toBe(once);
    }),
  );
});
