import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { repository } from '../sandbox/paths.ts';

/** The golden files that docs/ shows, each with the height of its picture in pixels. */
const PICTURES: Readonly<Record<string, number>> = {
  'plan-first-apply.comment': 1100,
  'update-preview.comment': 1065,
  'blocked-preview.summary': 1025,
  'drift.issue': 640,
};
const WIDTH = 940;

const run = promisify(execFile);

/** Gives a page that looks as GitHub shows the Markdown, with every fold open and every diagram drawn. */
async function pageOf(markdown: string): Promise<string> {
  const dependency = (path: string): string => join(repository, 'node_modules', path);
  const style = await readFile(dependency('github-markdown-css/github-markdown-light.css'), 'utf8');
  const body = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  const frame = 'margin: 16px; padding: 16px; border: 1px solid #d1d9e0; border-radius: 6px';
  return `<!doctype html><meta charset="utf-8"><style>${style}\n${DIFF_STYLE}</style><body class="markdown-body" style="${frame}">${drawn(coloured(body).replaceAll('<details>', '<details open>'))}<script src="${dependency('@mermaid-js/tiny/dist/mermaid.tiny.js')}"></script><script>mermaid.initialize()</script></body>`;
}

/** Mermaid draws what has this class when the page is there. */
function drawn(html: string): string {
  return html.replaceAll(
    /<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g,
    '<pre class="mermaid">$1</pre>',
  );
}

const DIFF_STYLE = '.add { background: #dafbe1 } .del { background: #ffebe9 } .mod { background: #fff8c5 }';

/** GitHub colours the lines of a diff; a `!` line as a changed one. */
function coloured(html: string): string {
  return html.replaceAll(
    /(<code class="language-diff">)([\s\S]*?)(<\/code>)/g,
    (_, open: string, text: string, close: string) =>
      open +
      text.replaceAll(
        /^([+!-]).*$/gm,
        (line, sign: string) => `<span class="${KINDS[sign]}">${line}</span>`,
      ) +
      close,
  );
}

const KINDS: Readonly<Record<string, string>> = { '+': 'add', '-': 'del', '!': 'mod' };

/** Makes the picture of one Markdown text. */
async function picture(markdown: string, height: number, file: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'screenshot-'));
  try {
    await writeFile(join(folder, 'page.html'), await pageOf(markdown));
    await run('chromium', [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      // Waits until the diagrams are drawn.
      '--virtual-time-budget=5000',
      `--user-data-dir=${join(folder, 'profile')}`,
      `--window-size=${WIDTH},${height}`,
      `--screenshot=${file}`,
      join(folder, 'page.html'),
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const [given, target] = process.argv.slice(2);
if (given === undefined) {
  const images = join(repository, 'docs/images');
  await mkdir(images, { recursive: true });
  const madeFrom: Record<string, string> = {};
  for (const [name, height] of Object.entries(PICTURES)) {
    const markdown = await readFile(join(repository, `__tests__/fixtures/${name}.md`), 'utf8');
    await picture(markdown, height, join(images, `${name}.png`));
    madeFrom[name] = createHash('sha256').update(markdown).digest('hex');
  }
  // By this a test tells a picture that is out of date.
  await writeFile(join(images, 'made-from.json'), `${JSON.stringify(madeFrom, undefined, 2)}\n`);
} else {
  await picture(await readFile(given, 'utf8'), 1400, target ?? 'screenshot.png');
}
