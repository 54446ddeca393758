/** Gives the text that a reader sees: entities decoded, as GitHub does before it looks for references. */
export function decoded(markdown: string): string {
  return markdown.replaceAll(/&#(\d+);/g, (_, point: string) => String.fromCodePoint(Number(point)));
}

/** Whether every fence and every `<details>` of a Markdown text is closed, and no fence is closed by its content. */
export function isWellFormed(markdown: string): boolean {
  let fence: string | undefined;
  let open = 0;
  for (const line of markdown.split('\n')) {
    const [, ticks, info = ''] = /^ {0,3}(`{3,})(.*)$/.exec(line) ?? [];
    if (fence !== undefined) {
      if (ticks !== undefined && ticks.length >= fence.length && info.trim() === '') fence = undefined;
    } else if (ticks !== undefined) {
      fence = ticks;
    } else {
      const markup = line.replaceAll(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
      open += (markup.match(/<details>/g) ?? []).length - (markup.match(/<\/details>/g) ?? []).length;
      if (open < 0) return false;
    }
  }
  return fence === undefined && open === 0;
}
