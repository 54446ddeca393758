import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../paths.ts';
import { type Tool } from './cache.ts';
import { packImage } from './image-archive.ts';
import { addBusybox, addLibraries, copyInto } from './image-root.ts';

/** What stands for `docker.io/library/postgres`: Debian's server with the official image's interface. */
export const postgresImageName = 'docker.io/sandbox/postgres:debian';

const entrypoint = join(repository, 'sandbox/set/postgres-entrypoint.sh');
/** The user `postgres` of the official image. */
const uid = 999;
/** The compiler of queries takes a hundred megabytes of libraries; without it the server interprets them. */
const compiler = /\/(bitcode|pgxs|llvmjit[^/]*)$/;

/** The image of Postgres: programs of the machine's newest server with their libraries, and busybox as the shell. */
export const postgresImage: Tool = {
  name: 'image-postgres',
  version: createHash('sha256').update(readFileSync(entrypoint)).digest('hex').slice(0, 12),
  task: 'packing the image of Postgres',
  fill: async (folder) => {
    const home = newest();
    const root = join(folder, 'root');
    const files = [...globSync(`${home}/bin/*`), ...globSync(`${home}/lib/*`)];
    const kept = files.filter((file) => !compiler.test(file));
    for (const file of kept) await copyInto(root, file);
    await addLibraries(
      root,
      kept.filter((file) => file.includes('/bin/') || file.endsWith('.so')),
    );
    for (const data of [home.replace('/lib/', '/share/'), '/usr/share/zoneinfo', '/usr/lib/locale/C.utf8'])
      await copyInto(root, data);
    await addBusybox(root, '/bin');
    await addUser(root);
    await copyInto(root, entrypoint, '/usr/local/bin/docker-entrypoint.sh');
    await chmod(join(root, 'usr/local/bin/docker-entrypoint.sh'), 0o755);
    await packImage(folder, root, postgresImageName, {
      Env: [`PATH=${home}/bin:/usr/local/bin:/bin`, 'LANG=C.UTF-8', 'PGDATA=/var/lib/postgresql/data'],
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['postgres'],
    });
    await rm(root, { recursive: true });
  },
};

/** Gives the folder of Debian's newest server. */
function newest(): string {
  const folders = globSync('/usr/lib/postgresql/*/bin/postgres').map((file) =>
    file.replace('/bin/postgres', ''),
  );
  const version = (folder: string): number => Number(folder.split('/').at(-1));
  const [first] = folders.sort((one, other) => version(other) - version(one));
  if (first === undefined)
    throw new Error('no server in /usr/lib/postgresql: the package postgresql is missing');
  return first;
}

async function addUser(root: string): Promise<void> {
  await mkdir(join(root, 'etc'), { recursive: true });
  const home = '/var/lib/postgresql';
  await writeFile(
    join(root, 'etc/passwd'),
    `root:x:0:0:root:/root:/bin/sh\npostgres:x:${uid}:${uid}::${home}:/bin/sh\n`,
  );
  await writeFile(join(root, 'etc/group'), `root:x:0:\npostgres:x:${uid}:\n`);
  await mkdir(join(root, 'tmp'));
  await chmod(join(root, 'tmp'), 0o1777);
  for (const place of [`${home}/data`, '/var/run/postgresql']) {
    await mkdir(join(root, place), { recursive: true });
    await chown(join(root, place), uid, uid);
  }
  await chmod(join(root, 'var/run/postgresql'), 0o3777);
}
