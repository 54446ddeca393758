import {
  globSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  type Dirent,
  type Stats,
} from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Files } from '../ports';

/** The runner's file system; relative paths are below the workspace, which is where the action runs. */
export const fileSystem: Files = {
  kind(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) return 'folder';
    // What can only be read once or without an end, such as a pipe, is no file to us.
    return stat?.isFile() === true ? 'file' : 'missing';
  },
  size(path) {
    return statSync(path).size;
  },
  list(folder) {
    return filesBelow(folder)
      .map((path) => slashed(relative(folder, path)))
      .sort();
  },
  glob(pattern) {
    return globSync(pattern, { withFileTypes: true })
      .filter(isFile)
      .map((entry) => slashed(pathOf(entry, pattern)))
      .sort();
  },
  read(path) {
    return readFileSync(path);
  },
  isExecutable(path) {
    return (statSync(path).mode & 0o100) !== 0;
  },
};

/**
 * Gives the files of a folder and of those in it, links to folders too, each real folder once: Node's own recursive listing goes
 * round for ever where a link leads back.
 */
function filesBelow(folder: string, seen = new Set<string>()): readonly string[] {
  const real = realpathSync(folder);
  if (seen.has(real)) return [];
  seen.add(real);
  const entries = readdirSync(folder, { withFileTypes: true });
  const below = (wanted: (entry: Dirent) => boolean): readonly string[] =>
    entries.filter(wanted).map((entry) => join(folder, entry.name));
  // A folder itself before a link to it, so that its files have their own names.
  const folders = [...below((entry) => entry.isDirectory()), ...below(leadsToFolder)];
  return [...below(isFile), ...folders.flatMap((path) => filesBelow(path, seen))];
}

function leadsToFolder(entry: Dirent): boolean {
  return entry.isSymbolicLink() && targetOf(entry)?.isDirectory() === true;
}

/** A link to a file is one; a link that leads nowhere is told when it is read. */
function isFile(entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  const target = targetOf(entry);
  return target === undefined || target.isFile();
}

function targetOf(entry: Dirent): Stats | undefined {
  return statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false });
}

function pathOf(entry: Dirent, pattern: string): string {
  const path = join(entry.parentPath, entry.name);
  return pattern.startsWith('/') ? path : relative('.', path);
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}
