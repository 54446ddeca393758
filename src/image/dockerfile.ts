import { inert } from '../report/inert';

export interface Instruction {
  /** The line that it begins at, from 1 on. */
  readonly line: number;
  /** On one line, as BuildKit names it. */
  readonly text: string;
}

/** Gives the instructions of a Dockerfile, each with its continuation lines; comments are left out. */
export function instructions(dockerfile: string): readonly Instruction[] {
  const found: Instruction[] = [];
  let begun: Instruction | undefined;
  for (const [index, line] of dockerfile.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const goesOn = /\\\s*$/.test(line);
    const part = line.replace(/\\\s*$/, '');
    const whole: Instruction = { line: begun?.line ?? index + 1, text: `${begun?.text ?? ''}${part}` };
    begun = goesOn ? whole : undefined;
    if (!goesOn) found.push({ ...whole, text: whole.text.trim() });
  }
  return begun === undefined ? found : [...found, begun];
}

/** Gives the names of the stages, which is what the input `target` can be. */
export function stages(dockerfile: string): readonly string[] {
  return instructions(dockerfile).flatMap(({ text }) => {
    const [, name] = /^FROM\s.*\sAS\s+(\S+)$/i.exec(text) ?? [];
    return name === undefined ? [] : [name];
  });
}

/** Gives the line of an instruction, by its text as BuildKit repeats it and the log makes it inert; undefined where it was changed by arguments. */
export function lineOf(dockerfile: string, instruction: string): number | undefined {
  const plain = (text: string): string => inert(text.replaceAll(/\s+/g, ' ').trim());
  return instructions(dockerfile).find(({ text }) => plain(text) === plain(instruction))?.line;
}

/**
 * Whether anything may be copied of the context that the Dockerfile does not name: a whole folder above all, patterns, names in
 * variables, a mounted context, a copy that an image made from this one does.
 */
export function copiesUnnamed(dockerfile: string): boolean {
  return instructions(dockerfile).some(({ text }) => {
    if (/--mount=\S*type=bind/.test(text) && !/--mount=\S*from=/.test(text)) return true;
    const [, sources] = /^(?:ONBUILD\s+)?(?:COPY|ADD)\s+(.*)$/i.exec(text) ?? [];
    if (sources === undefined || /(^|\s)--from=/.test(sources)) return false;
    const names = sources
      .split(/[\s",[\]]+/)
      .filter((name) => name !== '' && !name.startsWith('--'))
      .slice(0, -1);
    return names.some((name) => /^[./]*$|[*?$]|^(\.?\/)*\.git(\/|$)/.test(name)) || sources.includes('[^');
  });
}
