import { readdirSync, readFileSync, statSync } from 'node:fs';
import { relative, join, sep } from 'node:path';
import type { Files } from '../ports';

/** The runner's file system; relative paths are below the workspace, which is where the action runs. */
export const fileSystem: Files = {
  kind(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return 'missing';
    return stat.isDirectory() ? 'folder' : 'file';
  },
  list(folder) {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort();
  },
  read(path) {
    return readFileSync(path);
  },
};
