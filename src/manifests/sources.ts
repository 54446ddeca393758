import { DeployError, messageOf } from '../errors';
import type { Files, Kustomize } from '../ports';
import type { Fault } from './faults';
import type { ManifestFile } from './objects';
import { LARGEST_FILE, showBytes } from './size';
import { decodeText } from './text';

const YAML_FILE = /\.(ya?ml|json)$/;
const KUSTOMIZATION = /^(kustomization\.ya?ml|Kustomization)$/;

export interface SourcePorts {
  readonly files: Files;
  readonly kustomize: Kustomize;
}

export interface ReadSources {
  readonly files: readonly ManifestFile[];
  readonly faults: readonly Fault[];
}

/** A file, or a folder that its kustomization file renders. */
interface Entry {
  readonly path: string;
  readonly renderedBy?: string;
}

/**
 * Reads what the input `manifests` names, in the order of its lines and each file once:
 *
 * - a file, whatever its name;
 * - a folder: all files below it at any depth whose name ends in .yaml, .yml or .json, hidden ones and those behind links too,
 *   sorted by path; one that has a kustomization file is rendered by `kubectl kustomize` instead;
 * - a glob such as `k8s/*.yaml`, which names files;
 * - `!` before any of these leaves out what it names.
 *
 * A line that names nothing is a fault, and so is a kustomization file that is not at the top of a named folder, since it is no
 * manifest. Throws DeployError where a folder cannot be rendered.
 */
export async function readSources(lines: readonly string[], ports: SourcePorts): Promise<ReadSources> {
  const faults: Fault[] = [];
  const entries = lines
    .filter((line) => !line.startsWith('!'))
    .flatMap((line) => entriesAt(line, ports.files, faults));
  const left = withoutExcluded(entries, lines, ports.files, faults);
  const unique = [...new Map(left.map((entry) => [entry.path, entry])).values()];
  const files: ManifestFile[] = [];
  for (const entry of unique) {
    const read = await readEntry(entry, ports);
    if ('path' in read) files.push(read);
    else faults.push(read);
  }
  return { files, faults };
}

/** Whether a line names files by a pattern, or leaves some out. */
export function isPattern(line: string): boolean {
  return /^!|[*?[\]{}]/.test(line);
}

function entriesAt(line: string, files: Files, faults: Fault[]): readonly Entry[] {
  const path = normalized(line);
  const kind = files.kind(path);
  if (kind === 'file') return [{ path }];
  if (kind === 'folder') return folderEntries(path, files);
  const matches = isPattern(path) ? files.glob(path) : [];
  if (matches.length === 0) faults.push({ text: `${line}: matches no file` });
  return matches.map((match) => ({ path: match }));
}

function folderEntries(folder: string, files: Files): readonly Entry[] {
  const names = files.list(folder);
  const root = names.find((name) => KUSTOMIZATION.test(name));
  if (root !== undefined) return [{ path: folder, renderedBy: below(folder, root) }];
  return names
    .filter((name) => YAML_FILE.test(name) || KUSTOMIZATION.test(baseName(name)))
    .map((name) => ({ path: below(folder, name) }));
}

function withoutExcluded(
  entries: readonly Entry[],
  lines: readonly string[],
  files: Files,
  faults: Fault[],
): readonly Entry[] {
  let left = entries;
  for (const line of lines.filter((each) => each.startsWith('!'))) {
    const path = normalized(line.slice(1).trim());
    const matches = new Set(files.kind(path) === 'missing' ? files.glob(path) : [path]);
    const kept = left.filter((entry) => !matches.has(entry.path) && !entry.path.startsWith(`${path}/`));
    if (kept.length === left.length) faults.push({ text: `${line}: leaves no file out` });
    left = kept;
  }
  return left;
}

/** Gives the file, or what is wrong with it. */
async function readEntry(entry: Entry, { files, kustomize }: SourcePorts): Promise<ManifestFile | Fault> {
  const { path, renderedBy } = entry;
  if (renderedBy !== undefined) {
    const text = await render(path, renderedBy, kustomize);
    return text.length > LARGEST_FILE ? tooBig(path, text.length) : { path, text, renderedBy };
  }
  if (KUSTOMIZATION.test(baseName(path)))
    return fault(
      path,
      1,
      'is no manifest, but says how its folder is rendered: name that folder in the input manifests, and no folder or glob around it',
    );
  try {
    const size = files.size(path);
    if (size > LARGEST_FILE) return tooBig(path, size);
    const text = decodeText(files.read(path));
    return typeof text === 'string' ? { path, text } : fault(path, text.line, text.reason);
  } catch (error) {
    return fault(path, 1, `cannot be read: ${messageOf(error)}`);
  }
}

async function render(folder: string, file: string, kustomize: Kustomize): Promise<string> {
  try {
    return await kustomize.render(folder);
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    throw new DeployError({ ...error.details, place: { file, line: 1 } }, { cause: error });
  }
}

function fault(file: string, line: number, what: string): Fault {
  return { text: `${file}:${line}: ${what}`, place: { file, line } };
}

function tooBig(path: string, size: number): Fault {
  return fault(path, 1, `has ${showBytes(size)}, but at most ${showBytes(LARGEST_FILE)} are read`);
}

/** Gives a path without `./`, doubled slashes and a slash at its end, so that a file has one name. */
function normalized(path: string): string {
  const plain = path
    .replaceAll(/\/(?:\.?\/)+/g, '/')
    .replace(/^\.\/+/, '')
    .replace(/(?<=.)\/\.?$/, '');
  return plain === '' ? '.' : plain;
}

function below(folder: string, name: string): string {
  return folder === '.' ? name : folder === '/' ? `/${name}` : `${folder}/${name}`;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
