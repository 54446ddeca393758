import { inOrder } from './inert';

/** Bytes. GitHub refuses a comment over 65,536 characters; the rest is room for the lines that say what was left out, and what became of it. */
export const COMMENT_LIMIT = 63_000;
/** Bytes. GitHub rejects a summary over 1 MiB as a whole. */
export const SUMMARY_LIMIT = 900_000;
const SEPARATOR = '\n\n';

/**
 * Gives text from outside as Markdown that shows it and does nothing else: no markup, HTML, link, mention, issue
 * reference or emoji. What stands between word characters is left as it is, so that the source stays readable.
 */
export function escapeText(text: string): string {
  return (
    inOrder(text)
      .replaceAll(/[\r\n]+/g, ' ')
      // GitHub looks for mentions and references in the text that is left when entities are decoded.
      .replaceAll(/@|#(?=\d)/g, '$&\u200B')
      .replaceAll(
        /[\\`*[\]|~<>&$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=\/\/|[\w+-]+:)/g,
        (sign) => `&#${sign.codePointAt(0)};`,
      )
      .replaceAll(/\b(www)\./gi, '$1&#46;')
  );
}

/** Gives a text with every digest cut to the twelve characters by which people tell them apart. */
export function shortDigests(text: string): string {
  return text.replaceAll(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, '$1…');
}

/** Gives text from outside as inline code, in one line. */
export function code(text: string): string {
  const flat = inOrder(text)
    .replaceAll(/[\r\n|]+/g, ' ')
    .trim();
  if (flat === '') return '';
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = flat.startsWith('`') || flat.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${flat}${pad}${fence}`;
}

/** Gives lines from outside as a block of code; the fence is longer than any run of backticks in them. */
export function block(lines: readonly string[], language = ''): string {
  const body = lines.map((line) => inOrder(line).replaceAll(/[\r\n]+/g, ' '));
  const longest = Math.max(
    2,
    ...body.flatMap((line) => [...line.matchAll(/`+/g)].map((run) => run[0].length)),
  );
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...body, fence].join('\n');
}

/** Gives a section that is folded away until it is clicked. */
export function details(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

/** Gives a table; its cells are Markdown already. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A run of sections of which as many are shown, from the first on, as there is room for. */
export interface Stretch {
  readonly count: number;
  /** Gives one of them; asked only for those that may have room. */
  readonly section: (index: number) => string;
  /** Says how many of them are shown and where the others are; counted to the limit. */
  readonly rest: (shown: number) => string;
}

/**
 * Joins the sections that fit in `limit` bytes; says how many were left out, so that no fence is ever cut. A stretch takes the room
 * that all the others leave.
 */
export function fit(sections: readonly (string | Stretch)[], limit: number): string {
  let room = limit;
  const take = (section: string): boolean => {
    const size = Buffer.byteLength(section) + SEPARATOR.length;
    if (size > room) return false;
    room -= size;
    return true;
  };
  const kept = sections.map((section) => typeof section !== 'string' || take(section));
  const shown = sections.flatMap((section, index) => {
    if (kept[index] !== true) return [];
    return typeof section === 'string' ? [section] : stretched(section, take);
  });
  const left = kept.filter((each) => !each).length;
  return [
    ...shown,
    ...(left === 0 ? [] : [`_Too long to be shown here: ${left} of ${sections.length} sections._`]),
  ].join(SEPARATOR);
}

function stretched({ count, section, rest }: Stretch, take: (section: string) => boolean): readonly string[] {
  // Of all that it can say, the longest: this much is kept free for it.
  if (count === 0 || !take(rest(count))) return [];
  const shown: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const next = section(index);
    if (!take(next)) return [...shown, rest(index)];
    shown.push(next);
  }
  return shown;
}
