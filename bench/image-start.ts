import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { repository } from '../sandbox/paths.ts';
import { environment } from '../sandbox/environment.ts';
import { repeat } from './program.ts';
import { below, faster, median, notRun, type Row } from './rows.ts';

const START_SECONDS = 0.15;
/** Bundles of other actions, each as the path of its file, with `:` between. */
const PEERS = 'WPP_BENCH_BUNDLES';

/** Measures how long a bundle takes from the start of its process to the first that it prints; without inputs that is what is wrong with them. */
export async function startRows(runs: number): Promise<readonly Row[]> {
  const own = await start(join(repository, 'dist/main/index.js'), runs);
  const peers = (process.env[PEERS] ?? '').split(delimiter).filter((path) => path !== '');
  const name = 'start of the bundle to its first line';
  if (peers.length === 0)
    return [
      below(name, own, START_SECONDS, 's'),
      notRun(`${name}, beside other actions`, `set ${PEERS} to their bundles (bench/README.md)`),
    ];
  const rows: Row[] = [below(name, own, START_SECONDS, 's')];
  for (const peer of peers) {
    if (!existsSync(peer)) throw new Error(`${PEERS} has ${peer}, which is not there`);
    rows.push(faster(`${name}: ${basename(dirname(dirname(peer)))}`, own, await start(peer, runs), 1));
  }
  return rows;
}

/** Gives the median in seconds. */
async function start(bundle: string, runs: number): Promise<number> {
  return median(await repeat(runs, () => firstLine(bundle)));
}

function firstLine(bundle: string): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, [bundle], { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.once('data', () => resolve((performance.now() - begun) / 1000));
    child.on('error', reject);
    child.on('close', () => reject(new Error(`${bundle} prints nothing`)));
  });
}
