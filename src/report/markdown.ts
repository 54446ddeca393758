/** Bytes. GitHub refuses a comment over 65,536 characters; the rest is room for the line that says what was left out. */
export const COMMENT_LIMIT = 64_000;
/** Bytes. GitHub rejects a summary over 1 MiB as a whole. */
export const SUMMARY_LIMIT = 900_000;

/**
 * Gives text from outside as Markdown that shows it and does nothing else: no markup, HTML, link, mention, issue
 * reference or emoji. What stands between word characters is left as it is, so that the source stays readable.
 */
export function escapeText(text: string): string {
  return (
    text
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
  const flat = text.replaceAll(/[\r\n|]+/g, ' ').trim();
  if (flat === '') return '';
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = flat.startsWith('`') || flat.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${flat}${pad}${fence}`;
}

/** Gives lines from outside as a block of code; the fence is longer than any run of backticks in them. */
export function block(lines: readonly string[], language = ''): string {
  const body = lines.map((line) => line.replaceAll(/[\r\n]+/g, ' '));
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

/** Joins the sections that fit in `limit` bytes; says how many were left out, so that no fence is ever cut. */
export function fit(sections: readonly string[], limit: number): string {
  let length = 0;
  const kept = sections.filter((section) => {
    const size = Buffer.byteLength(section) + 2;
    if (length + size > limit) return false;
    length += size;
    return true;
  });
  const left = sections.length - kept.length;
  return left === 0
    ? kept.join('\n\n')
    : [...kept, `_Too long to be shown here: ${left} of ${sections.length} sections._`].join('\n\n');
}
