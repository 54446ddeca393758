/** Facts that are read from the text of a configuration, before Terraform is there to ask. Only literal values count. */

/** Gives the literal settings in the block `backend "s3"` of a configuration's files. */
export function backendSettings(texts: readonly string[]): Readonly<Record<string, string>> {
  const body = texts.map((text) => /backend\s+"s3"\s*\{([\s\S]*?)^\s*\}/m.exec(withoutComments(text))?.[1]);
  const lines = body.flatMap((text) => (text ?? '').split('\n'));
  return Object.fromEntries(
    lines.flatMap((line): [string, string][] => {
      const match = /^\s*(\w+)\s*=\s*(?:"([^"$]*)"|(true|false))\s*$/.exec(line);
      return match === null ? [] : [[match[1] ?? '', match[2] ?? match[3] ?? '']];
    }),
  );
}

/** Gives the folders of modules that a configuration takes from beside itself, relative to it. */
export function localModules(texts: readonly string[]): readonly string[] {
  const sources = texts.flatMap((text) => [
    ...withoutComments(text).matchAll(/\bsource\s*=\s*"(\.\.?\/[^"]+)"/g),
  ]);
  return [...new Set(sources.map(([, source]) => source ?? ''))];
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*(#|\/\/).*$/gm, '');
}
