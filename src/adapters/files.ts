import { globSync, readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
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
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(isFile)
      .map((entry) => slashed(relative(folder, join(entry.parentPath, entry.name))))
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
};

/** A link to a file is one; a link that leads nowhere is told when it is read. */
function isFile(entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  const target = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false });
  return target === undefined || target.isFile();
}

function pathOf(entry: Dirent, pattern: string): string {
  const path = join(entry.parentPath, entry.name);
  return pattern.startsWith('/') ? path : relative('.', path);
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}
