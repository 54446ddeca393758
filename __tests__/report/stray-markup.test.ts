import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { strayMarkup } from '../support/gfm';
import { isWellFormed } from '../support/markdown';

const FOLDER = join(import.meta.dirname, '..', 'fixtures');
const GOLDEN = readdirSync(FOLDER).filter((name) => /\.(comment|summary|issue)\.md$/.test(name));

describe('what people read parses as GitHub-flavoured Markdown with nothing astray', () => {
  test('there are enough of them', () => expect(GOLDEN.length).toBeGreaterThanOrEqual(25));

  test.each(GOLDEN)('%s', (name) => {
    const text = readFileSync(join(FOLDER, name), 'utf8');
    expect(strayMarkup(text)).toEqual([]);
    expect(isWellFormed(text)).toBe(true);
  });
});

describe('astray is', () => {
  test.each<[string, string, string]>([
    ['a tag', 'a <img src=x> b', '<img>'],
    ['a link', '[a](https://example.com/)', 'https://example.com/'],
    ['a bare address', 'see www.example.com', 'http://www.example.com'],
    ['a mention', 'thanks @octocat', '@octocat'],
    ['a reference', 'fixes #12', '#12'],
  ])('%s', (_, text, expected) => expect(strayMarkup(text)).toContain(expected));

  test.each(['`@octocat #12 <img>`', '```\n@octocat <img>\n```', '@\u200Bocto', '&#64;&#60;'])(
    'not: %s',
    (text) => expect(strayMarkup(text)).toEqual([]),
  );
});
