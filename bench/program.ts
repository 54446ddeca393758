import { join } from 'node:path';
import { run } from '../sandbox/command.ts';
import { repository } from '../sandbox/paths.ts';

/** Makes one file of a program, since Node.js does not find modules without a suffix. */
export async function bundled(name: string, entry: string, folder: string): Promise<string> {
  const ncc = join(repository, 'node_modules', '.bin', 'ncc');
  await run([ncc, 'build', entry, '--transpile-only', '-o', join(folder, name)]);
  return join(folder, name, 'index.js');
}

/** Does a work so many times, one after the other. */
export async function repeat<T>(runs: number, work: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let round = 0; round < runs; round += 1) results.push(await work());
  return results;
}
