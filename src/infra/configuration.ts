/** Facts that are read from the text of a configuration, before Terraform is there to ask. Only literal values count. */

/** Gives the literal settings in the block `backend "s3"` of a configuration's files. */
export function backendSettings(texts: readonly string[]): Readonly<Record<string, string>> {
  const text = withoutComments(texts.join('\n'));
  const [header] = /\bbackend\s+"s3"\s*\{/.exec(text) ?? [];
  return header === undefined ? {} : literals(bodyAfter(header, text));
}

/** Gives where a configuration keeps its state: the type of its backend, `cloud`, or `local` where it names none. */
export function backendType(texts: readonly string[]): string {
  const header = /\bbackend\s+"(\w+)"\s*\{|\b(cloud)\s*\{/.exec(withoutComments(texts.join('\n')));
  return header?.[1] ?? header?.[2] ?? 'local';
}

/** Gives the types of the resources that a configuration has, such as `linode_volume`, each once. */
export function resourceTypes(texts: readonly string[]): readonly string[] {
  const headers = texts.flatMap((text) => [
    ...withoutComments(text).matchAll(/^\s*resource\s+"(\w+)"\s+"/gm),
  ]);
  return [...new Set(headers.map(([, type = '']) => type))];
}

/** Gives the literal defaults of the variables that a configuration declares, but for those that are no text. */
export function variableDefaults(texts: readonly string[]): Readonly<Record<string, string>> {
  const text = withoutComments(texts.join('\n'));
  return Object.fromEntries(
    [...text.matchAll(/^\s*variable\s+"(\w+)"\s*\{/gm)].flatMap(([header, name = '']): [string, string][] => {
      const value = literals(bodyAfter(header, text))['default'];
      return value === undefined ? [] : [[name, value]];
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

/**
 * Gives the paths that a configuration names from where it lies, such as those of modules and of files that it reads; of one that is
 * put together the folder, as far as it is literal.
 */
export function namedPaths(texts: readonly string[]): readonly string[] {
  const paths = texts
    .flatMap((text) => [
      ...withoutComments(text).matchAll(/"(?:\$\{path\.\w+\}\/)?(\.\.?\/(?:\\.|[^"\\])*)"/g),
    ])
    .map(([, path = '']) =>
      path.includes('${') ? path.slice(0, path.indexOf('${')).replace(/[^/]*$/, '') : path,
    );
  // A folder of which nothing but its height is known may hold everything.
  return [...new Set(paths)].filter((path) => /[^./]/.test(path));
}

/** Gives the literal texts and booleans of a block, by name. */
function literals(body: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    body.split('\n').flatMap((line): [string, string][] => {
      const match = /^\s*(\w+)\s*=\s*(?:"([^"$]*)"|(true|false))\s*$/.exec(line);
      return match === null ? [] : [[match[1] ?? '', match[2] ?? match[3] ?? '']];
    }),
  );
}

/** Gives what stands in the block of a header itself: a map in it, such as `endpoints`, has names of its own. */
function bodyAfter(header: string, text: string): string {
  const rest = text.slice(text.indexOf(header) + header.length);
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
