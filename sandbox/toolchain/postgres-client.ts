import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.ts';
import { type Tool } from './cache.ts';

const version = '3.4.9';

/** The client of Postgres that the bot of the set uses, a package of npm without dependencies: `package/`. */
export const postgresClient: Tool = {
  name: 'postgres-client',
  version,
  task: `downloading the npm package postgres ${version}`,
  fill: async (folder) => {
    const name = await run(['npm', 'pack', '--silent', `postgres@${version}`, '--pack-destination', folder]);
    const archive = join(folder, name.trim());
    await run(['tar', '-C', folder, '-xzf', archive]);
    await rm(archive);
  },
};
