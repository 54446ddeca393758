import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

/** What our own texts may have in HTML; all else would be markup that somebody got in. */
const OURS = new Set([
  ...['a', 'blockquote', 'code', 'details', 'em', 'h3', 'h4', 'li', 'p', 'pre', 'strong', 'summary', 'ul'],
  ...['table', 'thead', 'tbody', 'tr', 'th', 'td'],
]);

/** The URL of the application in what is rendered; of all links to elsewhere it alone is ours. */
export const APPLICATION_URL = 'https://api.example.com';
const RUN = /^https:\/\/github\.com\/[\w-]+\/[\w-]+\/actions\/runs\/\d+$/;

/** Gives what is wrong with a text as GitHub-flavoured Markdown: tags that are not ours, links but those of the runs and to APPLICATION_URL, mentions and references outside code, marks that reorder text. */
export function strayMarkup(markdown: string): readonly string[] {
  const html = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  const shown = html.replaceAll(/<!--.*?-->/g, '');
  const tags = [...shown.matchAll(/<\/?([A-Za-z][\w-]*)/g)].map(([, name = '']) => name.toLowerCase());
  const links = [...shown.matchAll(/<a href="([^"]*)"/g)].map(([, target = '']) => target);
  const text = shown.replaceAll(/<code[^>]*>[\s\S]*?<\/code>/g, '').replaceAll(/<[^>]*>/g, ' ');
  return [
    ...new Set(tags.filter((tag) => !OURS.has(tag)).map((tag) => `<${tag}>`)),
    ...links.filter((target) => target !== APPLICATION_URL && !RUN.test(target)),
    ...(markdown.match(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g) ?? []),
    ...(text.match(/(?<![\w/])@\w+|(?<!&)#\d+/g) ?? []),
  ];
}
