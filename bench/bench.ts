import { say } from '../sandbox/progress.ts';
import { inside } from '../sandbox/world.ts';
import { provide } from '../sandbox/toolchain/cache.ts';
import { helm } from '../sandbox/toolchain/go-programs.ts';
import { benchApply } from './apply.ts';
import { benchImage } from './image.ts';
import { benchInfra } from './infra.ts';
import { benchRollout } from './rollout.ts';
import { table, type Row } from './rows.ts';

const usage = `usage: script/bench apply|image|infra|rollout [--quick]
  apply      the action beside kubectl, helm and a bare script
  image      the image step beside docker buildx build --push, and the start of the bundle
  infra      the infra step, and a large plan to its comment, beside terraform-plan-comment
  rollout    the time to a verdict beside kubectl rollout status
  --quick    one run of the least, to see that the bench works; its figures say nothing, nor does its exit code`;

const benches: Readonly<Record<string, (quick: boolean) => Promise<readonly Row[]>>> = {
  apply: benchApply,
  image: benchImage,
  infra: benchInfra,
  rollout: benchRollout,
};

/** Outside of the sandbox, where things can be downloaded, provides what a bench needs; inside runs it. */
async function main([name = '', ...options]: readonly string[]): Promise<void> {
  const bench = benches[name];
  const quick = options[0] === '--quick';
  if (bench === undefined || options.length > (quick ? 1 : 0)) throw new Error(usage);
  if (!inside) return name === 'apply' && !quick ? provide([helm]) : undefined;
  const rows = await bench(quick);
  console.log(table(rows));
  if (!quick && rows.some(({ met }) => met === false)) process.exitCode = 1;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  say((error as Error).message);
  process.exitCode = 2;
}
