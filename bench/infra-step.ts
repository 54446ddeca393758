import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BundleRun } from '../e2e/support/bundle.ts';
import { startShippedInfra } from '../e2e/support/shipped-infra.ts';
import { publishEmptyImage, reportOf } from '../e2e/support/manifests-only.ts';
import { run } from '../sandbox/command.ts';
import { resetInfrastructure } from '../sandbox/reset.ts';
import { below, holds, median, type Row } from './rows.ts';

const UNCHANGED_SECONDS = 0.3;
const FIRST_LINE_SECONDS = 1;
/** What `terraform init` prints first. */
const FIRST_LINE = 'Initializing the backend';

/** Measures the infra step of the whole bundle against the real Terraform, the store and Linode's simulator. */
export async function benchInfraStep(isQuick: boolean): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-infra-'));
  try {
    await publishEmptyImage();
    await resetInfrastructure();
    const { env, starts } = await countingStarts(folder);
    let runners = 0;
    const start = (more: Readonly<Record<string, string>> = {}): Promise<BundleRun> =>
      startShippedInfra(join(folder, `runner-${(runners += 1)}`), { ...env, ...more });
    await stepSeconds(await start());
    const before = await starts();
    if (before === 0) throw new Error('the bench does not see Terraform start');

    const unchanged: number[] = [];
    const firstLine: number[] = [];
    for (let round = 0; round < (isQuick ? 1 : 5); round += 1)
      unchanged.push(await stepSeconds(await start()));
    const started = (await starts()) - before;
    for (let round = 0; round < (isQuick ? 1 : 5); round += 1) {
      const since = performance.now();
      const step = await start({ INPUT_INFRA: 'always' });
      firstLine.push(await secondsToLine(step, since));
      await stepSeconds(step);
    }
    return [
      below('infrastructure unchanged, the step', median(unchanged), UNCHANGED_SECONDS, 's'),
      holds('infrastructure unchanged, Terraform not started', started === 0),
      below('start of the action to Terraform’s first line', median(firstLine), FIRST_LINE_SECONDS, 's'),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Gives an environment whose Terraform notes each of its starts, with a tool cache of its own, and what counts them. */
async function countingStarts(
  folder: string,
): Promise<{ readonly env: Readonly<Record<string, string>>; readonly starts: () => Promise<number> }> {
  const [programs, notes] = [join(folder, 'programs'), join(folder, 'starts')];
  await mkdir(programs);
  await writeFile(notes, '');
  const terraform = (await run(['sh', '-c', 'command -v terraform'])).trim();
  const script = join(programs, 'terraform');
  await writeFile(script, `#!/bin/sh\necho start >>'${notes}'\nexec '${terraform}' "$@"\n`);
  await chmod(script, 0o755);
  return {
    env: {
      PATH: [programs, process.env['PATH']].join(delimiter),
      RUNNER_TOOL_CACHE: join(folder, 'tools'),
    },
    starts: async () => (await readFile(notes, 'utf8')).split('\n').length - 1,
  };
}

/** Gives the seconds of the infra step as the report has them; throws where the run failed. */
async function stepSeconds(step: BundleRun): Promise<number> {
  if ((await step.ended) !== 0) throw new Error(`the action failed:\n${step.printed()}`);
  return (await reportOf(step)).steps.find((each) => each.step === 'infra')?.seconds ?? Infinity;
}

/** Gives the seconds since `since` when the step prints what Terraform says first. */
async function secondsToLine(step: BundleRun, since: number): Promise<number> {
  while (!step.printed().includes(FIRST_LINE)) {
    if (step.process.exitCode !== null) throw new Error(`Terraform never started:\n${step.printed()}`);
    await sleep(5);
  }
  return (performance.now() - since) / 1000;
}
