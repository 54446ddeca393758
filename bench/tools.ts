import { existsSync, realpathSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { run } from '../sandbox/command.ts';
import { toolFolder } from '../sandbox/toolchain/cache.ts';
import { helm } from '../sandbox/toolchain/go-programs.ts';
import { reportOf, startManifestsOnly } from '../e2e/support/manifests-only.ts';

/** What is applied, and where. */
export interface Task {
  /** Folder of a `manifests` folder and of a Helm chart `chart` with the same objects. */
  readonly objects: string;
  readonly kubeconfig: string;
  readonly namespace: string;
}

export interface Timed {
  /** Seconds from the start of the process to its end. */
  readonly seconds: number;
  /** Seconds of the manifests step alone, of the action only. */
  readonly step?: number;
}

/** One way to apply a folder of manifests, as a process that starts with nothing cached. */
export type Tool = (task: Task) => Promise<Timed>;

/** The program for the cluster's version, where kubectl on PATH only chooses one and so takes twice the time to start. */
function realKubectl(): string {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'kubectl'))
    .find((file) => existsSync(file));
  if (found === undefined) throw new Error('kubectl is not on PATH');
  const versioned = join(dirname(realpathSync(found)), 'kubectl.1.33');
  return existsSync(versioned) ? versioned : found;
}

export const kubectlProgram = realKubectl();

export const tools = {
  ours: async ({ objects, kubeconfig, namespace }) =>
    ours({ kubeconfig, namespace, manifests: join(objects, 'manifests') }),
  kubectl: ({ objects, kubeconfig, namespace }) =>
    peer([kubectlProgram, 'apply', '-R', '-f', join(objects, 'manifests'), '-n', namespace], kubeconfig),
  helm: ({ objects, kubeconfig, namespace }) =>
    peer(
      [
        join(toolFolder(helm), 'helm'),
        'upgrade',
        '--install',
        'bench',
        join(objects, 'chart'),
        '-n',
        namespace,
      ],
      kubeconfig,
    ),
  bare: async ({ objects, kubeconfig, namespace }) => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const file = join(folder, 'kubeconfig');
    await writeFile(file, kubeconfig);
    const script = join(import.meta.dirname, 'bare.js');
    const seconds = await timed(() =>
      run([process.execPath, script, file, join(objects, 'manifests'), namespace]),
    );
    await rm(folder, { recursive: true });
    return { seconds };
  },
} satisfies Record<string, Tool>;

export type ToolName = keyof typeof tools;

/** Runs a peer with an empty home, as on a fresh runner: no cache of what the server knows. */
async function peer(argv: readonly string[], kubeconfig: string): Promise<Timed> {
  const home = await mkdtemp(join(tmpdir(), 'bench-'));
  const file = join(home, 'kubeconfig');
  await writeFile(file, kubeconfig, { mode: 0o600 });
  const env = { ...process.env, HOME: home, KUBECONFIG: file };
  const seconds = await timed(() => run(argv, { env }));
  await rm(home, { recursive: true });
  return { seconds };
}

/** Runs the bundle, whole; throws what it printed where it fails. */
async function ours(
  task: { readonly kubeconfig: string; readonly namespace: string; readonly manifests: string },
  env: Readonly<Record<string, string>> = {},
): Promise<Timed> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const start = performance.now();
  const step = await startManifestsOnly({ ...task, folder, inputs: { rollout: 'never' }, env });
  const code = await step.ended;
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`the action failed:\n${step.printed()}`);
  const { steps } = await reportOf(step);
  await rm(folder, { recursive: true });
  return { seconds, step: steps.find((each) => each.step === 'manifests')?.seconds ?? Infinity };
}

/** Gives the most memory that the action had resident, in MB (10^6 bytes), as the kernel counts it for the process. */
export async function peakMegabytes({ objects, kubeconfig, namespace }: Task): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const file = join(folder, 'status');
  const hook = join(import.meta.dirname, 'keep-status.js');
  await ours(
    { kubeconfig, namespace, manifests: join(objects, 'manifests') },
    { NODE_OPTIONS: `--import=${hook}`, BENCH_STATUS: file },
  );
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(file, 'utf8')) ?? [];
  await rm(folder, { recursive: true });
  return (Number(kibibytes) * 1024) / 1e6;
}

/** Gives the seconds that a work took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Makes the chart of a folder of manifests beside it. */
export async function writeChart(objects: string): Promise<void> {
  const chart = join(objects, 'chart');
  await mkdir(chart, { recursive: true });
  await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: bench\nversion: 0.0.1\n');
  await cp(join(objects, 'manifests'), join(chart, 'templates'), { recursive: true });
}
