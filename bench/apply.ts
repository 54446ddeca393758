import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishEmptyImage } from '../e2e/support/manifests-only.ts';
import { hosts } from '../sandbox/hosts.ts';
import { administratorKubeconfig } from '../sandbox/kubeconfig.ts';
import { elapsed, say } from '../sandbox/progress.ts';
import { startDelayProxy } from '../sandbox/proxy/delay-proxy.ts';
import { emptyNamespace, makeNamespace, removeNamespaces, settle } from './cluster.ts';
import { writeObjects } from './objects.ts';
import { below, faster, median, within, type Row } from './rows.ts';
import { peakMegabytes, tools, writeChart, type Timed, type ToolName } from './tools.ts';

/** 20 ms each way: a cluster in another city. */
const ONE_WAY_MS = 20;
const MEMORY_OBJECTS = 1000;
const MEMORY_LIMIT_MB = 200;

/** How often each tool is run; the slow ones less often, since their distance is many times the noise. */
interface Series {
  readonly objects: number;
  readonly distance: 'local' | '40 ms';
  readonly runs: Readonly<Partial<Record<ToolName, number>>>;
}

const full: readonly Series[] = [
  { objects: 15, distance: 'local', runs: { ours: 5, kubectl: 5, helm: 5 } },
  { objects: 100, distance: 'local', runs: { ours: 5, bare: 5, helm: 5, kubectl: 3 } },
  { objects: 100, distance: '40 ms', runs: { ours: 5, bare: 5, helm: 2, kubectl: 2 } },
  { objects: 500, distance: 'local', runs: { ours: 3, helm: 3, kubectl: 1 } },
];
const quick: readonly Series[] = [{ objects: 15, distance: 'local', runs: { ours: 1, kubectl: 1 } }];

/** The seconds of every run by tool, of the apply into an empty namespace and of the one after it that changes nothing. */
interface Measured extends Series {
  readonly first: Readonly<Record<ToolName, readonly Timed[]>>;
  readonly unchanged: Readonly<Record<ToolName, readonly Timed[]>>;
}

/** Measures the action beside kubectl, helm and a bare script, and gives the rows. */
export async function benchApply(isQuick: boolean): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-apply-'));
  const { name: host } = hosts.kubernetes;
  const proxy = await startDelayProxy({ host, port: 443, oneWayMs: ONE_WAY_MS });
  const kubeconfigs = {
    local: await administratorKubeconfig(),
    '40 ms': await administratorKubeconfig(`https://localhost:${proxy.port}`),
  };
  try {
    await publishEmptyImage();
    await removeNamespaces(true);
    const measured: Measured[] = [];
    for (const series of isQuick ? quick : full) {
      measured.push(await measure(series, folder, kubeconfigs[series.distance]));
    }
    const rows = measured.flatMap((each) => rowsOf(each));
    return isQuick ? rows : [...rows, await memory(folder, kubeconfigs.local)];
  } finally {
    await removeNamespaces(false);
    await proxy.close();
    await rm(folder, { recursive: true });
  }
}

async function writeSet(folder: string, count: number): Promise<string> {
  const set = join(folder, String(count));
  await writeObjects(join(set, 'manifests'), count);
  await writeChart(set);
  return set;
}

async function measure(series: Series, folder: string, kubeconfig: string): Promise<Measured> {
  const since = Date.now();
  const objects = await writeSet(folder, series.objects);
  const first: Record<ToolName, Timed[]> = { ours: [], kubectl: [], helm: [], bare: [] };
  const unchanged: Record<ToolName, Timed[]> = { ours: [], kubectl: [], helm: [], bare: [] };
  const names = Object.keys(series.runs) as ToolName[];
  for (let round = 0; round < Math.max(...Object.values(series.runs)); round += 1) {
    for (const tool of names.filter((name) => round < (series.runs[name] ?? 0))) {
      const distance = series.distance.replace(' ', '');
      const namespace = await makeNamespace(`${series.objects}-${distance}-${tool}-${round}`);
      const task = { objects, kubeconfig, namespace };
      first[tool].push(await tools[tool](task));
      await settle(namespace);
      unchanged[tool].push(await tools[tool](task));
      await emptyNamespace(namespace);
    }
  }
  say(`${series.objects} objects, ${series.distance}: measured after ${elapsed(since)}`);
  for (const tool of names) say(`  ${tool.padEnd(8)} ${show(first[tool])} | ${show(unchanged[tool])}`);
  return { ...series, first, unchanged };
}

function rowsOf({ objects, distance, first, unchanged }: Measured): readonly Row[] {
  const titles = {
    first: `${objects} objects, first apply, ${distance}`,
    unchanged: `${objects} objects, unchanged, ${distance}`,
  };
  const compare = (which: 'first' | 'unchanged', peer: ToolName, times: number): Row => {
    const runs = which === 'first' ? first : unchanged;
    return faster(
      `${titles[which]}: kubectl`.replace('kubectl', peer),
      whole(runs.ours),
      whole(runs[peer]),
      times,
    );
  };
  if (objects === 15) {
    return (['first', 'unchanged'] as const).flatMap((which) =>
      (['kubectl', 'helm'] as const).flatMap((peer) => {
        const runs = which === 'first' ? first : unchanged;
        if (runs[peer].length === 0) return [];
        return [faster(`${titles[which]}, the step alone: ${peer}`, step(runs.ours), whole(runs[peer]), 1)];
      }),
    );
  }
  const floor = (): Row => within(`${titles.first}: bare script`, whole(first.ours), whole(first.bare), 1.5);
  if (distance === '40 ms') {
    return [
      compare('first', 'kubectl', 12),
      compare('first', 'helm', 5),
      floor(),
      compare('unchanged', 'kubectl', 10),
      compare('unchanged', 'helm', 10),
    ];
  }
  return [
    compare('first', 'kubectl', objects === 100 ? 6 : 9),
    compare('first', 'helm', 1),
    ...(first.bare.length === 0 ? [] : [floor()]),
    compare('unchanged', 'kubectl', objects === 100 ? 15 : 25),
    compare('unchanged', 'helm', 1),
  ];
}

async function memory(folder: string, kubeconfig: string): Promise<Row> {
  const objects = await writeSet(folder, MEMORY_OBJECTS);
  const namespace = await makeNamespace('memory');
  const task = { objects, kubeconfig, namespace };
  const peaks = [await peakMegabytes(task), await peakMegabytes(task)];
  await emptyNamespace(namespace);
  return below(`${MEMORY_OBJECTS} objects, memory`, Math.max(...peaks), MEMORY_LIMIT_MB, 'MB');
}

const whole = (runs: readonly Timed[]): number => median(runs.map(({ seconds }) => seconds));
const step = (runs: readonly Timed[]): number => median(runs.map((run) => run.step ?? Infinity));
const show = (runs: readonly Timed[]): string => runs.map(({ seconds }) => seconds.toFixed(2)).join(' ');
