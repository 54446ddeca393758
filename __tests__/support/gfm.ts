import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

/** What our own texts may have in HTML; all else would be markup that somebody got in. */
const OURS = new Set([
  ...['a', 'blockquote', 'code', 'details', 'em', 'h3', 'h4', 'li', 'p', 'pre', 'strong', 'summary', 'ul'],
  ...['table', 'thead', 'tbody', 'tr', 'th', 'td'],
]);

/** Gives what is wrong with a text as GitHub-flavoured Markdown: tags that are not ours, links but those of the runs, mentions and references outside code. */
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
    ...links.filter((target) => !/^https:\/\/github\.com\/[\w-]+\/[\w-]+\/actions\/runs\/\d+$/.test(target)),
    ...(text.match(/(?<![\w/])@\w+|(?<!&)#\d+/g) ?? []),
  ];
}
