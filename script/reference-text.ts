/** An input or output of the action, as action.yml describes it. */
interface Entry {
  readonly name: string;
  readonly description: string;
  readonly fallback: string | undefined;
}

/** Inputs of one heading in action.yml. */
interface Group {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** What action.yml says of the interface; the groups of the inputs are its comments. */
export interface Interface {
  readonly groups: readonly Group[];
  readonly outputs: readonly Entry[];
}

interface Described {
  readonly description: string;
  readonly default?: string;
}

/** What the YAML of action.yml holds, as far as it is read here. */
export interface ActionFile {
  readonly inputs: Readonly<Record<string, Described>>;
  readonly outputs: Readonly<Record<string, Described>>;
}

/** Gives the interface; throws where an input stands under no comment. */
export function interfaceOf(text: string, { inputs, outputs }: ActionFile): Interface {
  const entryOf = ([name, { description, default: fallback }]: readonly [string, Described]): Entry => ({
    name,
    description,
    fallback,
  });
  const titles = titlesByInput(text);
  const titled = Object.entries(inputs).map(([name, input]) => {
    const title = titles.get(name);
    if (title === undefined) throw new Error(`action.yml: the input ${name} stands under no \`# heading\``);
    return { title, entry: entryOf([name, input]) };
  });
  const groups = [...new Set(titled.map(({ title }) => title))].map((title) => ({
    title,
    entries: titled.filter((each) => each.title === title).map(({ entry }) => entry),
  }));
  return { groups, outputs: Object.entries(outputs).map(entryOf) };
}

/** YAML does not give comments, so the text is read line by line: a comment is the heading of the inputs below it. */
function titlesByInput(text: string): ReadonlyMap<string, string> {
  const titles = new Map<string, string>();
  let title: string | undefined;
  const [section = ''] = text.split(/^outputs:/m);
  for (const line of section.split('\n')) {
    title = /^ {2}# (.+)$/.exec(line)?.[1] ?? title;
    const name = /^ {2}([\w-]+):$/.exec(line)?.[1];
    if (name !== undefined && title !== undefined) titles.set(name, title);
  }
  return titles;
}

const MADE = '<!-- Made from action.yml by script/reference. -->';

/** Gives docs/reference/inputs.md; `secrets` are the inputs that the reusable workflow takes as secrets. */
export function inputsDocument({ groups }: Interface, secrets: ReadonlySet<string>): string {
  const section = ({ name, description, fallback }: Entry): string =>
    [
      `### \`${name}\``,
      description,
      ...(fallback === undefined ? [] : [`Default: \`${fallback}\``]),
      ...(secrets.has(name) ? [`In the reusable workflow: the secret \`${secretName(name)}\`.`] : []),
    ].join('\n\n');
  return page(
    'Inputs',
    'Every input of the action. A word that is not allowed, and a boolean that is not exactly `true` or `false` are errors, told all at once. The reusable workflow takes the same inputs, but those that are secret as secrets.',
    groups.map(({ title, entries }) => [`## ${title}`, ...entries.map(section)].join('\n\n')).join('\n\n'),
  );
}

/** Gives docs/reference/outputs.md; `passed` are the outputs that the reusable workflow hands on. */
export function outputsDocument({ outputs }: Interface, passed: ReadonlySet<string>): string {
  const section = ({ name, description }: Entry): string =>
    [
      `### \`${name}\``,
      description,
      ...(passed.has(name) ? [] : ['Of the action only: the reusable workflow does not hand it on.']),
    ].join('\n\n');
  return page(
    'Outputs',
    'Every output of the action, set also where the run fails; what is not known is empty.',
    outputs.map(section).join('\n\n'),
  );
}

function page(title: string, lead: string, body: string): string {
  return `# ${title}\n\n${MADE}\n\n${lead}\n\n${body}\n`;
}

/** Gives the table of the README: the names of all that there is. */
export function readmeTable({ groups, outputs }: Interface): string {
  const names = (entries: readonly Entry[]): string => entries.map(({ name }) => `\`${name}\``).join(', ');
  return [
    '| [inputs](docs/reference/inputs.md) | |',
    '| --- | --- |',
    ...groups.map(({ title, entries }) => `| ${title} | ${names(entries)} |`),
    `| **[outputs](docs/reference/outputs.md)** | ${names(outputs)} |`,
  ].join('\n');
}

/** Gives the name of the secret that stands for an input. */
export function secretName(input: string): string {
  return input.toUpperCase().replaceAll('-', '_');
}
