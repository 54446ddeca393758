import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { slowly } from '../progress.ts';
import { cache } from '../paths.ts';

/** A folder of the cache, and how it is filled when it is not there. */
export interface Tool {
  readonly name: string;
  /** A version, or a hash of what the tool is made from. */
  readonly version: string;
  /** Says what is done, for the progress line. */
  readonly task: string;
  /** Fills the empty folder. */
  fill(folder: string): Promise<void>;
}

/** Gives the folder of the cache that holds a tool. */
export const toolFolder = ({ name, version }: Pick<Tool, 'name' | 'version'>): string =>
  join(cache, name, version);

/** Fills the folders of the tools that are missing, `atOnce` at a time in the order given; a killed run leaves none half filled. */
export async function provide(tools: readonly Tool[], atOnce = 2): Promise<void> {
  const waiting = tools.filter((tool) => !existsSync(toolFolder(tool)));
  const work = async (): Promise<void> => {
    for (let tool = waiting.shift(); tool; tool = waiting.shift()) await provideOne(tool);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

async function provideOne(tool: Tool): Promise<void> {
  const folder = toolFolder(tool);
  const partial = `${folder}.partial-${process.pid}`;
  await removeAbandoned(dirname(folder));
  await mkdir(partial, { recursive: true });
  try {
    await slowly(tool.task, () => tool.fill(partial));
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Removes what processes that were killed had begun; their ids are in the names. */
async function removeAbandoned(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const name of await readdir(folder)) {
    const [, pid] = /\.partial-(\d+)$/.exec(name) ?? [];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) await rm(join(folder, name), { recursive: true });
  }
}
