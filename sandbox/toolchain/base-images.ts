import { chown, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { repository } from '../paths.ts';
import { type Tool } from './cache.ts';
import { packImage } from './image-archive.ts';
import { addBusybox, addLibraries, copyInto } from './image-root.ts';

const nodeVersion = (createRequire(import.meta.url)('node/package.json') as { version: string }).version;
const tag = nodeVersion.split('.')[0] ?? nodeVersion;

/** Every pod's first container, which only sleeps and so keeps the pod's namespaces open. */
export const pauseImageName = 'docker.io/sandbox/pause:1';

/** What stands for `node:24-slim`: Node from node_modules, the machine's libraries for it, and busybox as its shell. */
export const baseImage: Tool = {
  name: 'image-node',
  version: `${nodeVersion}-2`,
  task: `packing the image node:${tag}-slim`,
  fill: async (folder) => {
    const root = join(folder, 'root');
    const node = join(repository, 'node_modules/node/bin/node');
    await copyInto(root, node, '/usr/local/bin/node');
    await addLibraries(root, [node]);
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
