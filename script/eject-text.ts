import { clusterLabel, dnsLabel } from '../src/settings/names.ts';
import {
  SHIPPED_DEFAULTS,
  SHIPPED_PARTS,
  shippedSet,
  USUAL_PARTS,
} from '../src/settings/shipped-manifests.ts';

interface Reader {
  readonly list: (folder: string) => readonly string[];
  readonly read: (path: string) => Uint8Array;
}

export interface Ejected {
  /** The texts of the files, by their path in the repository. */
  readonly files: ReadonlyMap<string, string>;
  /** What is wrong with what was asked for; then there are no files. */
  readonly faults: readonly string[];
}

/** What is no variable of the set, but chooses it, or stands for what the action makes of the repository's name. */
const OTHERS = ['shipped-manifests', 'environment', 'namespace', 'image', 'label'];
/** A text that needs no quotes wherever it stands in a line of YAML. */
const PLAIN = /^[A-Za-z0-9][\w.:/@+-]*$/;
/** One that is read as text, and not as a number or a word such as `true`. */
const PLAIN_TEXT = /^(?!(?:true|false|null|yes|no|on|off|y|n)$)[A-Za-z][\w.:/@+-]*$/i;

/**
 * Gives manifests/ and terraform/ of the action for a repository (`owner/name`), with the placeholders filled in: the same objects
 * and resources that the action makes for it of the same values. `given` has lines of `name=value`.
 */
export function eject(repository: string, given: readonly string[], files: Reader): Ejected {
  const pairs = given.map((each) => /^([\w-]+)=(.*)$/s.exec(each) ?? each);
  const wrong = pairs.filter((pair) => typeof pair === 'string').map((pair) => `${pair}: must be name=value`);
  const values = new Map(
    pairs.flatMap((pair) => (typeof pair === 'string' ? [] : [[pair[1] ?? '', pair[2] ?? '']])),
  );
  const name = repository.split('/')[1] ?? '';
  const words: readonly string[] =
    values
      .get('shipped-manifests')
      ?.split(',')
      .map((word) => word.trim()) ?? USUAL_PARTS;
  const variables = Object.fromEntries(
    [...values].filter(([key]) => !OTHERS.includes(key)).map(([key, value]) => [key, typed(key, value)]),
  );
  // Which keys a Secret has is the concern of the runs.
  const secrets = { 'postgres-secret': { POSTGRES_PASSWORD: '' } };
  const parts = SHIPPED_PARTS.filter((part) => words.includes(part));
  const set = shippedSet('manifests', { parts, variables, secrets }, files);
  const all = {
    namespace: values.get('namespace') ?? dnsLabel(name),
    image: values.get('image') ?? `ghcr.io/${repository.toLowerCase()}:latest`,
    ...set.variables,
  };
  const texts = set.paths.map((path) => [path, decode(files.read(path))] as const);
  const label = values.get('label') ?? clusterLabel(name, values.get('environment') ?? 'production');
  const faults = [
    ...wrong,
    ...(/^[\w.-]+\/[\w.-]+$/.test(repository) ? [] : [`${repository}: must be owner/name of the repository`]),
    ...words
      .filter((word) => !parts.some((part) => part === word))
      .map((word) => `shipped-manifests: there is no ${word}`),
    ...set.faults.map(({ input, text }) => `${input} ${text}`),
    ...unused(
      Object.keys(variables),
      texts.map(([, text]) => text),
    ),
    ...Object.entries(all)
      .filter(([, value]) => !fits(value))
      .map(([key]) => `${key}: has what cannot stand in a manifest as it is`),
  ];
  if (faults.length > 0) return { files: new Map(), faults };
  const manifests = texts.map(([path, text]) => [path, fill(text, all)] as const);
  return { files: new Map([...manifests, ...terraform(label, files)]), faults };
}

/** Gives a value with its type: lists as such, and a number where the default is one. */
function typed(name: string, value: string): unknown {
  const isNumber = typeof Object.entries(SHIPPED_DEFAULTS).find(([key]) => key === name)?.[1] === 'number';
  if (isNumber && /^\d+$/.test(value)) return Number(value);
  return /^\[.*\]$/s.test(value)
    ? value
        .slice(1, -1)
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== '')
    : value;
}

function unused(names: readonly string[], texts: readonly string[]): readonly string[] {
  return names
    .filter((name) => !texts.some((text) => text.includes(`\${${name}}`)))
    .map((name) => `${name}: is used by no manifest of these parts`);
}

function fits(value: unknown): boolean {
  return typeof value !== 'string' || PLAIN.test(value) || value.startsWith('{');
}

/** Fills the placeholders of a manifest; one that is all that a field holds gets the quotes that its value needs. */
function fill(text: string, values: Readonly<Record<string, unknown>>): string {
  const whole = text.replaceAll(/(?<=^\s*(?:- )?(?:[\w./-]+: |- ))\$\{([\w-]+)\}$/gm, (_, name: string) =>
    asYaml(values[name]),
  );
  return whole.replaceAll(/\$\{([\w-]+)\}/g, (_, name: string) => String(values[name]));
}

function asYaml(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return PLAIN_TEXT.test(value) ? value : `'${value}'`;
}

/** Gives the files of the configuration, with the label that the action gives to the cluster of this repository. */
function terraform(label: string, files: Reader): readonly (readonly [string, string])[] {
  const own = files.list('terraform').filter((path) => !/(^|\/)(\.terraform|tests)\//.test(path));
  return own.map((path) => {
    const text = decode(files.read(`terraform/${path}`));
    const labelled = text.replace(/(variable "label" \{[^}]*?default\s*= )"[^"]*"/, `$1"${label}"`);
    return [`terraform/${path}`, path === 'variables.tf' ? labelled : text];
  });
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
