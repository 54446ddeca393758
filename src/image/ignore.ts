/** What a .dockerignore leaves out of the context. */
export interface IgnoreRules {
  /** Whether the path, relative to the context and with slashes, is left out. */
  readonly ignores: (path: string) => boolean;
  /** Whether a folder that is left out may still hold something that is not. */
  readonly mayHold: (folder: string) => boolean;
}

interface Rule {
  readonly text: string;
  readonly expression: RegExp;
  readonly excepts: boolean;
}

/**
 * Reads a .dockerignore as docker does (github.com/moby/patternmatcher): the last pattern counts that matches the path or a folder above
 * it; a `!` before one takes back what it matches. Where buildx and docker's older builder differ, what either takes is not ignored: what
 * may be in the image must count. Throws SyntaxError for a pattern that docker refuses.
 */
export function ignoreRules(text: string): IgnoreRules {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .flatMap((line) => readRule(line.trim()));
  const exceptions = rules.filter(({ excepts }) => excepts);
  return {
    ignores(path) {
      const parts = path.split('/');
      const places = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
      return byLast(rules, places) && byFolder(rules, places);
    },
    mayHold: (folder) => exceptions.some(({ text: it }) => /[*?[\\]/.test(it) || it.startsWith(`${folder}/`)),
  };
}

/** As the older builder does (MatchesOrParentMatches); `places` are the folders above the path and the path itself. */
function byLast(rules: readonly Rule[], places: readonly string[]): boolean {
  const last = rules.findLast(({ expression }) => places.some((place) => expression.test(place)));
  return last !== undefined && !last.excepts;
}

/**
 * As buildx does (MatchesUsingParentResults): it goes down folder by folder and remembers which patterns matched, but a pattern that would
 * have changed nothing for a folder was not tried there, and so is not remembered below it.
 */
function byFolder(rules: readonly Rule[], places: readonly string[]): boolean {
  let matched = false;
  let above = rules.map(() => false);
  for (const place of places) {
    matched = false;
    above = rules.map(({ excepts, expression }, index) => {
      const matches = above[index] === true || (excepts === matched && expression.test(place));
      if (matches) matched = !excepts;
      return matches;
    });
  }
  return matched;
}

function readRule(line: string): readonly Rule[] {
  const excepts = line.startsWith('!');
  const text = clean(excepts ? line.slice(1).trim() : line);
  if (text === '' || text === '.') return [];
  return [{ text, expression: expressionOf(text), excepts }];
}

/** Gives a path as Go's filepath.Clean does, without a slash before it. */
function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/').filter((each) => each !== '' && each !== '.')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

function expressionOf(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    if (pattern.startsWith('**', at)) {
      at += pattern[at + 2] === '/' ? 2 : 1;
      // Any number of folders, none too; at the end everything.
      source += at + 1 >= pattern.length ? '.*' : '(?:.*/)?';
    } else if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const end = pattern.indexOf(']', at + 1);
      if (end < 0) throw new SyntaxError(`the pattern ${pattern} has a [ without ]`);
      source += pattern.slice(at, end + 1);
      at = end;
    } else if (character === '\\') {
      at += 1;
      source += literal(pattern[at] ?? '\\');
    } else source += literal(character);
  }
  return new RegExp(`^${source}$`, 's');
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`);
}
