import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textAt } from '../../src/json';

/** What kubectl makes of a file: the values below `v` of its objects, in order, or its error. */
export type Read = { readonly values: readonly unknown[] } | { readonly error: string };

/** Gives the text of an object with `fields`, as a file that kubectl takes without a cluster. */
export function document(fields: string, name = 'a'): string {
  return `apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: ${name}}\n${fields}\n`;
}

/**
 * Asks kubectl, without a cluster, what it reads in files: all in one call, since each costs a second of the processor. Objects are
 * told apart by their names: those of the file `i` must be `f<i>` or `f<i>-…`.
 */
export function readByKubectl(files: readonly (string | Uint8Array)[]): readonly Read[] {
  const folder = mkdtempSync(join(tmpdir(), 'wpp-oracle-'));
  try {
    files.forEach((content, index) => writeFileSync(join(folder, `${index}.yaml`), content));
    const args = ['annotate', '--local', '-f', folder, '-o', 'json', 'z=z'];
    const { stdout, stderr } = spawnSync('kubectl', args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
    const objects = stdout
      .split(/^(?=\{)/m)
      .filter((part) => part.trim() !== '')
      .map((part) => JSON.parse(part) as { readonly v?: unknown });
    return files.map((_, index) => {
      const error = new RegExp(`/${index}\\.yaml"?: (.*)`).exec(stderr)?.[1];
      if (error !== undefined) return { error };
      const own = objects.filter((object) =>
        new RegExp(`^f${index}(-.*)?$`).test(textAt(object, 'metadata', 'name')),
      );
      return { values: own.map(({ v }) => v ?? null) };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
