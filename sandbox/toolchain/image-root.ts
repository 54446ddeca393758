import { cp, mkdir, realpath, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../command.ts';

/** Copies a file of the machine, or a folder with all in it, into the root of an image. */
export async function copyInto(root: string, file: string, place = file): Promise<void> {
  await mkdir(dirname(join(root, place)), { recursive: true });
  await cp(await realpath(file), join(root, place), { recursive: true });
}

/** Copies the files that the loader opens for programs, under the names that it opens them by. */
export async function addLibraries(root: string, programs: readonly string[]): Promise<void> {
  const found = [...(await run(['ldd', ...programs])).matchAll(/(\/\S+) \(0x/g)];
  for (const library of new Set(found.map(([, file = '']) => file))) await copyInto(root, library);
}

/** Puts busybox into a folder of the root, with a link for each of its commands: the shell of the image. */
export async function addBusybox(root: string, folder: string): Promise<void> {
  const busybox = (await run(['which', 'busybox'])).trim();
  await copyInto(root, busybox, join(folder, 'busybox'));
  for (const name of (await run([busybox, '--list'])).trim().split('\n')) {
    if (name !== 'busybox') await symlink('busybox', join(root, folder, name));
  }
}
