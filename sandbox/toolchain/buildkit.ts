import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.ts';
import { type Tool } from './cache.ts';
import { compileInModule } from './go-programs.ts';
import { packImage } from './image-archive.ts';
import { addBusybox, addLibraries, copyInto } from './image-root.ts';

const version = '0.34.2';

/** What stands for `moby/buildkit`, the image that buildx runs for the driver `docker-container`. */
export const buildkitImageName = `docker.io/sandbox/buildkit:v${version}`;

/** Docker's builder as a server of its own, and its image. */
export const buildkit: Tool = {
  name: 'buildkit',
  version,
  task: `compiling buildkit ${version}`,
  fill: async (folder) => {
    const commands = ['./cmd/buildkitd', './cmd/buildctl'];
    await compileInModule(`github.com/moby/buildkit@v${version}`, commands, folder);
    const root = join(folder, 'root');
    for (const name of ['buildkitd', 'buildctl'])
      await copyInto(root, join(folder, name), `/usr/bin/${name}`);
    const runc = (await run(['which', 'runc'])).trim();
    await copyInto(root, runc, '/usr/bin/buildkit-runc');
    await addLibraries(root, [runc]);
    await copyInto(root, '/etc/ssl/certs/ca-certificates.crt');
    await addBusybox(root, '/bin');
    await mkdir(join(root, 'tmp'));
    await chmod(join(root, 'tmp'), 0o1777);
    await packImage(folder, root, buildkitImageName, {
      Env: ['PATH=/usr/bin:/bin'],
      Entrypoint: ['buildkitd'],
    });
    await rm(root, { recursive: true });
  },
};
