import { copyFile, mkdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './command.ts';
import { home, repository } from './paths.ts';

/**
 * Gives a folder with what a runner gets of `org/wpp-deploy-action@v1`: the files that git knows or would take, as they
 * are in this checkout, and so no node_modules.
 */
export async function publishedAction(): Promise<string> {
  const folder = join(home, 'action');
  const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = (await run(['git', '-C', repository, ...listing])).split('\0').filter((path) => path !== '');
  await rm(folder, { recursive: true, force: true });
  await Promise.all(
    files
      .filter((path) => existsSync(join(repository, path)))
      .map(async (path) => {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await copyFile(join(repository, path), join(folder, path));
      }),
  );
  return folder;
}
