import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './command.ts';
import { home, repository } from './paths.ts';

/**
 * Gives a folder with what a runner gets of `org/wpp-deploy-action@v1`: the files that git knows or would take, as they
 * are in this checkout, and so no node_modules. The reusable workflow lacks the one key that act does not know.
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
  await leaveOutDeployment(join(folder, '.github/workflows/deploy.yml'));
  return folder;
}

/** act's schema (0.2.89) has no `deployment` below `environment`, which GitHub added in 2026. */
async function leaveOutDeployment(workflow: string): Promise<void> {
  const text = await readFile(workflow, 'utf8');
  const known = text.replace(/^ +deployment: \$\{\{ .* \}\}\n/m, '');
  if (known === text) throw new Error(`${workflow} has no \`deployment\` that act would have to be spared`);
  await writeFile(workflow, known);
}
