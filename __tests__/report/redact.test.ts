import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { redactor } from '../../src/report/redact';

/** Secrets as people have them: of printable characters, and long enough to be looked for. No `*`, which the mask is made of. */
const secret = fc.stringMatching(/^[!-)+-~]{6,40}$/);
const around = fc.string({ maxLength: 30 });
const bytes = fc.uint8Array({ maxLength: 20 });

/** Whether any run of base64 in the text, read at any of its four starts, holds the secret. */
function decodesTo(text: string, value: string): boolean {
  const runs = text.match(/[\w+/-]+/g) ?? [];
  return runs.some((run) =>
    [0, 1, 2, 3].some((start) => Buffer.from(run.slice(start), 'base64').toString('latin1').includes(value)),
  );
}

describe('no form of a secret survives', () => {
  test.each<[string, (value: string) => string]>([
    ['as it is', (value) => value],
    ['as JSON', (value) => JSON.stringify({ value })],
    ['in the path of a URL', (value) => `https://example.com/${encodeURIComponent(value)}/x`],
  ])('%s', (_, form) => {
    fc.assert(
      fc.property(secret, around, around, (value, before, after) => {
        const text = `${before}${form(value)}${after}`;
        const inner = form(value);
        expect(redactor([value])(text)).not.toContain(inner.includes(value) ? value : inner);
      }),
    );
  });

  test.each(['base64', 'base64url'] as const)('in %s at any offset', (encoding) => {
    fc.assert(
      fc.property(secret, bytes, bytes, (value, before, after) => {
        const text = Buffer.concat([before, Buffer.from(value), after]).toString(encoding);
        expect(decodesTo(text, value)).toBe(true);
        expect(decodesTo(redactor([value])(text), value)).toBe(false);
      }),
    );
  });

  test.each<[string, string, string]>([
    ['the query of a URL', 'p ss(w)ord!', new URLSearchParams({ p: 'p ss(w)ord!' }).toString()],
    ['JSON as Go writes it', 'p<ss&word>', String.raw`{"p":"p\u003css\u0026word\u003e"}`],
  ])('in %s', (_, value, text) => {
    const [, inner = ''] = /(?:p=|"p":")([^"]*)/.exec(text) ?? [];
    expect(redactor([value])(text)).not.toContain(inner);
  });

  test('of several secrets, also where one holds another', () => {
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 5 }), around, (secrets, between) => {
        const nested = secrets.flatMap((value, index) => [value, `${value}${secrets[index - 1] ?? ''}`]);
        const redacted = redactor(nested)(nested.join(` ${between} `));
        for (const value of secrets) expect(redacted.replaceAll(between, '')).not.toContain(value);
      }),
    );
  });
});

test('each line of a secret counts by itself', () => {
  const redact = redactor(['-----BEGIN KEY-----\nline-of-key-1\r\nline-of-key-2\n-----END KEY-----\n']);
  expect(redact('  line-of-key-1\n  and line-of-key-2.')).toBe('  ***\n  and ***.');
});

test('white space around a secret does not matter', () => {
  expect(redactor(['  hunter2-x\n'])('is hunter2-x here')).toBe('is *** here');
});

test('characters of regular expressions are characters', () => {
  expect(redactor(['a.b.c.d+'])('a.b.c.d+ aXbXcXdd')).toBe('*** aXbXcXdd');
});

test.each([[[]], [['']], [['ab']], [['short']]])('with %j nothing is looked for', (secrets) => {
  expect(redactor(secrets)('ab short text')).toBe('ab short text');
});

test('text without a secret is left as it is', () => {
  fc.assert(
    fc.property(around, (text) => {
      expect(redactor(['hunter2-Passw0rd-that-is-nowhere'])(text)).toBe(text);
    }),
  );
});
