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
  return instructions(dockerfile)
    .flatMap(({ text }) => [...copied(text), ...mounted(text)])
    .some((name) => /^[./]*$|[*?$[]|^(\.?\/)*\.git(\/|$)/.test(name));
}

/** Gives what COPY and ADD take from the context. */
function copied(instruction: string): readonly string[] {
  const [, sources] = /^(?:ONBUILD\s+)?(?:COPY|ADD)\s+(.*)$/i.exec(instruction) ?? [];
  if (sources === undefined || /(^|\s)--from=/.test(sources)) return [];
  const list = /^(?:--\S+\s+)*\[\s*"(.*)"\s*\]$/.exec(sources)?.[1]?.split(/"\s*,\s*"/);
  const words = (): string[] => sources.replaceAll(/["']/g, '').split(/\s+/);
  const names = list ?? words().filter((name) => !name.startsWith('--'));
  return names.slice(0, -1);
}

/** Gives what RUN mounts of the context: that is what a mount does which names neither another type nor an image. */
function mounted(instruction: string): readonly string[] {
  return [...instruction.matchAll(/--mount=(\S+)/g)].flatMap(([, options = '']) => {
    const parts = options.replaceAll('"', '').split(',');
    const valueOf = (name: RegExp): string | undefined =>
      parts.find((part) => name.test(part))?.replace(/^[^=]*=/, '');
    if ((valueOf(/^type=/i) ?? 'bind') !== 'bind' || valueOf(/^from=/i) !== undefined) return [];
    return [valueOf(/^(source|src)=/i) ?? '.'];
  });
}
