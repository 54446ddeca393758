/** Facts that are read from the text of a configuration, before Terraform is there to ask. Only literal values count. */

/** Gives the literal settings in the block `backend "s3"` of a configuration's files. */
export function backendSettings(texts: readonly string[]): Readonly<Record<string, string>> {
  const lines = texts.flatMap((text) => backendBlock(withoutComments(text)).split('\n'));
  return Object.fromEntries(
    lines.flatMap((line): [string, string][] => {
      const match = /^\s*(\w+)\s*=\s*(?:"([^"$]*)"|(true|false))\s*$/.exec(line);
      return match === null ? [] : [[match[1] ?? '', match[2] ?? match[3] ?? '']];
    }),
  );
}

/** Gives the texts of `required_version`, such as `~> 1.11`. */
export function requiredVersions(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) =>
    [...withoutComments(text).matchAll(/\brequired_version\s*=\s*"([^"$]*)"/g)].map(
      ([, constraint]) => constraint ?? '',
    ),
  );
}

/** Gives the folders of modules that a configuration takes from beside itself, relative to it. */
export function localModules(texts: readonly string[]): readonly string[] {
  const sources = texts.flatMap((text) => [
    ...withoutComments(text).matchAll(/\bsource\s*=\s*"(\.\.?\/[^"]+)"/g),
  ]);
  return [...new Set(sources.map(([, source]) => source ?? ''))];
}

/** Gives what stands in the block itself: a map in it, such as `endpoints`, has names of its own. */
function backendBlock(text: string): string {
  const start = /\bbackend\s+"s3"\s*\{/.exec(text);
  if (start === null) return '';
  const rest = text.slice(start.index + start[0].length);
  let depth = 1;
  let body = '';
  for (const [token] of rest.matchAll(/"(?:\\.|[^"\\\n])*"|[^"{}]+|["{}]/g)) {
    if (token === '}') depth -= 1;
    if (depth === 0) break;
    if (depth === 1 && token !== '}') body += token;
    if (token === '{') depth += 1;
  }
  return body;
}

/** Comments begin outside of texts only: an address has `//` too. */
function withoutComments(text: string): string {
  return text.replaceAll(/("(?:\\.|[^"\\\n])*")|\/\*[\s\S]*?\*\/|(?:#|\/\/).*/g, '$1');
}
