import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ignoreRules } from '../../src/image/ignore';

/** Lines of a .dockerignore, a path, and whether docker leaves the path out (github.com/moby/patternmatcher, its tests). */
test.each<[readonly string[], string, boolean]>([
  [[], 'a', false],
  [['a'], 'a', true],
  [['a'], 'a/b/c', true],
  [['a'], 'b/a', false],
  [['a/'], 'a/b', true],
  [['/a'], 'a', true],
  [['./a'], 'a', true],
  [['a/../b'], 'b', true],
  [['A'], 'a', false],
  [['*'], 'a', true],
  [['*'], 'a/b', true],
  [['*.md'], 'README.md', true],
  [['*.md'], 'docs/README.md', false],
  [['*/*.md'], 'docs/README.md', true],
  [['**/*.md'], 'docs/a/README.md', true],
  [['**/*.md'], 'README.md', true],
  [['**'], 'a/b', true],
  [['a/**'], 'a/b/c', true],
  [['a/**'], 'a', false],
  [['a/**/b'], 'a/b', true],
  [['a/**/b'], 'a/x/y/b', true],
  [['a?c'], 'abc', true],
  [['a?c'], 'a/c', false],
  [['[ab]'], 'b', true],
  [['[^ab]'], 'b', false],
  [['a\\*'], 'a*', true],
  [['a\\*'], 'ab', false],
  [['c++'], 'c++', true],
  [['a(b)|{c}.$'], 'a(b)|{c}.$', true],
  [['a.b'], 'axb', false],
  [['*', '!a'], 'a', false],
  [['*', '!a'], 'a/b', false],
  [['*', '!a/b'], 'a/c', true],
  [['!a', '*'], 'a', true],
  [['a', '!a/b', 'a/b/c'], 'a/b/c', true],
  [['a', '! a/b'], 'a/b', false],
  [['**/node_modules', '!x/node_modules'], 'x/node_modules/y', false],
  [['#a'], '#a', false],
  [[' #a'], '#a', true],
  [['\uFEFFa'], 'a', true],
  [['  a  '], 'a', true],
  [['a\r'], 'a', true],
  [['constructor'], 'constructor', true],
  [['a'], 'constructor', false],
  [['.'], 'a', false],
  [['!'], 'a', false],
])('%j of %s: %s', (lines, path, ignored) => {
  expect(ignoreRules(lines.join('\n')).ignores(path)).toBe(ignored);
});

test('what either of buildx and the older builder takes is not left out', () => {
  // buildx does not remember for what is in `a` that the last line matched `a`, since the first line did already.
  expect(ignoreRules('a\n!a/b\na').ignores('a/b')).toBe(false);
  // Nor does it remember the `!lib`, which changed nothing for `lib`; the older builder takes it.
  expect(ignoreRules('**/src\n!lib').ignores('lib/src/a')).toBe(false);
});

test.each(['[a', '[z-a]'])('%s is refused, as docker does', (pattern) => {
  expect(() => ignoreRules(pattern)).toThrow(SyntaxError);
});

describe('a folder that is left out', () => {
  test.each([
    ['*', 'a', false],
    ['*\n!b', 'a', false],
    ['*\n!a/b/c', 'a', true],
    ['*\n!a/b/c', 'a/b', true],
    ['*\n!**/c', 'a', true],
    ['*\n!a', 'ab', false],
  ])('by %j may hold something: %s', (text, folder, may) => {
    expect(ignoreRules(text).mayHold(folder)).toBe(may);
  });

  test('is never passed by where it holds something', () => {
    const name = fc.constantFrom('a', 'b', 'c', '*', '**', '?', '[ab]');
    const pattern = fc
      .tuple(fc.constantFrom('', '!'), fc.array(name, { minLength: 1, maxLength: 3 }))
      .map(([sign, parts]) => `${sign}${parts.join('/')}`);
    const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 5 }), path, (patterns, parts) => {
        const rules = ignoreRules(patterns.join('\n'));
        if (rules.ignores(parts.join('/'))) return;
        for (let depth = 1; depth < parts.length; depth += 1) {
          const folder = parts.slice(0, depth).join('/');
          expect(!rules.ignores(folder) || rules.mayHold(folder)).toBe(true);
        }
      }),
    );
  });
});
