import { chown, copyFile, mkdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { run } from '../command.ts';
import { repository } from '../paths.ts';
import { type Tool } from './cache.ts';
import { packImage } from './image-archive.ts';

const nodeVersion = (createRequire(import.meta.url)('node/package.json') as { version: string }).version;
const tag = nodeVersion.split('.')[0] ?? nodeVersion;

/** Every pod's first container, which only sleeps and so keeps the pod's namespaces open. */
export const pauseImageName = 'docker.io/sandbox/pause:1';

/** What stands for `node:24-slim`: Node from node_modules, the machine's libraries for it, and busybox as its shell. */
export const baseImage: Tool = {
  name: 'image-node',
  version: nodeVersion,
  task: `packing the image node:${tag}-slim`,
  fill: async (folder) => {
    const root = join(folder, 'root');
    const node = join(repository, 'node_modules/node/bin/node');
    await copyInto(root, node, '/usr/local/bin/node');
    for (const library of await libraries(node)) await copyInto(root, await realpath(library), library);
    await copyInto(root, '/etc/ssl/certs/ca-certificates.crt');
    await addBusybox(root, '/bin');
    await mkdir(join(root, 'usr'), { recursive: true });
    await symlink('../bin', join(root, 'usr/bin'));
    await addUsers(root);
    await mkdir(join(root, 'tmp'), { mode: 0o1777 });
    const Env = [
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      `NODE_VERSION=${nodeVersion}`,
    ];
    await packImage(folder, root, `node:${tag}-slim`, { Env, Cmd: ['node'] });
    await rm(root, { recursive: true });
  },
};

/** The pause image: busybox, asleep. */
export const pauseImage: Tool = {
  name: 'image-pause',
  version: '1',
  task: 'packing the pause image',
  fill: async (folder) => {
    const root = join(folder, 'root');
    await addBusybox(root, '/bin');
    await packImage(folder, root, pauseImageName, { Entrypoint: ['/bin/sleep', '2147483647'] });
    await rm(root, { recursive: true });
  },
};

/** Gives the files that the loader of a program opens, by the names that it opens them under. */
async function libraries(program: string): Promise<readonly string[]> {
  return [...(await run(['ldd', program])).matchAll(/(\/\S+) \(0x/g)].map(([, file = '']) => file);
}

async function copyInto(root: string, file: string, place = file): Promise<void> {
  await mkdir(dirname(join(root, place)), { recursive: true });
  await copyFile(file, join(root, place));
}

async function addBusybox(root: string, folder: string): Promise<void> {
  const busybox = (await run(['which', 'busybox'])).trim();
  await copyInto(root, busybox, join(folder, 'busybox'));
  for (const name of (await run([busybox, '--list'])).trim().split('\n')) {
    if (name !== 'busybox') await symlink('busybox', join(root, folder, name));
  }
}

async function addUsers(root: string): Promise<void> {
  await writeFile(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n',
  );
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnode:x:1000:\n');
  await mkdir(join(root, 'home/node'), { recursive: true });
  await mkdir(join(root, 'root'), { mode: 0o700 });
  await chown(join(root, 'home/node'), 1000, 1000);
}
