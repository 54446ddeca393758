import { chmod, cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.ts';
import { type Tool } from './cache.ts';
import { goEnvironment } from './go-programs.ts';
import { packImage } from './image-archive.ts';
import { addBusybox, copyInto } from './image-root.ts';

/** The newest version all of whose modules the module proxy serves. */
const version = '3.6.12';
const module = 'github.com/traefik/traefik/v3';

/** What stands for `docker.io/library/traefik`: the same program, compiled. */
export const traefikImageName = `docker.io/sandbox/traefik:v${version}`;

/** The image of Traefik, with a shell as the official one has. */
export const traefikImage: Tool = {
  name: 'image-traefik',
  version: `${version}-2`,
  task: `compiling traefik ${version} (some 6 minutes)`,
  fill: async (folder) => {
    const source = join(folder, 'source');
    const root = join(folder, 'root');
    await copySource(folder, source);
    const flags = `-s -w -X ${module}/pkg/version.Version=${version}`;
    await run(['go', 'build', '-ldflags', flags, '-o', join(folder, 'traefik'), './cmd/traefik'], {
      cwd: source,
      env: goEnvironment,
    });
    await rm(source, { recursive: true });
    await mkdir(join(root, 'usr/local/bin'), { recursive: true });
    await rename(join(folder, 'traefik'), join(root, 'usr/local/bin/traefik'));
    await copyInto(root, '/etc/ssl/certs/ca-certificates.crt');
    await addBusybox(root, '/bin');
    await mkdir(join(root, 'tmp'));
    await chmod(join(root, 'tmp'), 0o1777);
    const Env = ['PATH=/usr/local/bin:/bin'];
    await packImage(folder, root, traefikImageName, { Env, Entrypoint: ['traefik'] });
    await rm(root, { recursive: true });
  },
};

/** Copies the module's sources, for it replaces one of its modules by a folder of its own, which `go install` refuses. */
async function copySource(folder: string, source: string): Promise<void> {
  // Outside every module, so that none has to require it.
  const download = ['go', 'mod', 'download', '-json', `${module}@v${version}`];
  const { Dir } = JSON.parse(await run(download, { cwd: folder, env: goEnvironment })) as {
    readonly Dir: string;
  };
  await cp(Dir, source, { recursive: true });
  // The module cache is read-only, and what is copied from it.
  await run(['chmod', '-R', 'u+w', source]);
}
