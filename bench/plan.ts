import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from '../sandbox/command.ts';
import { repository } from '../sandbox/paths.ts';
import { say } from '../sandbox/progress.ts';
import { largePlan, manyResources } from './plan-json.ts';
import type { Rendered } from './plan-render.ts';
import { bundled, repeat } from './program.ts';
import { below, faster, holds, median, notRun, type Row } from './rows.ts';

const LARGE = 10_000;
const MIDDLE = 1_000;
/** What reading and rendering may take beside parsing. */
const TIMES_PARSING = 2;
const SECONDS_MORE = 0.5;
const MOST_MEGABYTES = 600;
const TIMES_FASTER = 3;
/** Folder of a checkout of github.com/borchero/terraform-plan-comment with its packages installed. */
const PEER = 'WPP_BENCH_PLAN_COMMENT';

/** Measures how a plan becomes a comment and a summary, each time in a process of its own. */
export async function benchPlan(isQuick: boolean): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-plan-'));
  try {
    const ours = await bundled('ours', join(repository, 'bench', 'plan-render.ts'), folder);
    const runs = isQuick ? 1 : 5;
    return [
      ...(await largeRows(ours, folder, isQuick ? MIDDLE : LARGE, runs)),
      await peerRow(ours, folder, isQuick ? 10 : MIDDLE, runs),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function largeRows(
  program: string,
  folder: string,
  count: number,
  runs: number,
): Promise<readonly Row[]> {
  const file = join(folder, 'large.json');
  await writeFile(file, JSON.stringify(largePlan(count)));
  const results = await repeat(runs, () => rendered(program, [file], folder));
  const of = (value: (result: Rendered) => number): number => median(results.map(value));
  const parsing = of(({ parse }) => parse);
  say(`JSON.parse ${parsing.toFixed(2)} s, ${of(({ megabytes }) => megabytes).toFixed(0)} MB`);
  const name = `plan of ${count} changes`;
  return [
    below(
      `${name} to comment and summary`,
      of(({ whole }) => whole),
      TIMES_PARSING * parsing + SECONDS_MORE,
      's',
    ),
    below(
      `${name}, peak memory`,
      of(({ megabytes }) => megabytes),
      MOST_MEGABYTES,
      'MB',
    ),
    holds(
      `${name}, comment and summary valid`,
      results.every(({ valid }) => valid),
    ),
  ];
}

/** Both read the same plan of real resources, JSON and text as Terraform shows them, and write a comment's text. */
async function peerRow(program: string, folder: string, count: number, runs: number): Promise<Row> {
  const name = `plan of ${count} changes beside terraform-plan-comment`;
  const checkout = process.env[PEER];
  if (checkout === undefined) return notRun(name, `set ${PEER} to a checkout of it (bench/README.md)`);
  if (!existsSync(join(checkout, 'src', 'render.ts'))) throw new Error(`${PEER} has no src/render.ts`);
  const plan = await realPlan(folder, count);
  const peer = join(folder, 'peer.mjs');
  await writeFile(peer, peerProgram(checkout));
  const ours = await repeat(runs, () => rendered(program, [plan.json], folder));
  const theirs = await repeat(runs, () => rendered(peer, [plan.json, plan.text], folder));
  const [own, other] = [ours, theirs].map((results) => median(results.map(({ whole }) => whole)));
  return faster(name, own ?? Infinity, other ?? 0, TIMES_FASTER);
}

/** Gives what it takes to measure the peer as we are measured: from the texts that Terraform gave to that of the comment. */
function peerProgram(checkout: string): string {
  const source = pathToFileURL(join(checkout, 'src/')).href;
  return `import { readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
// Its modules name each other without the suffix that Node.js needs.
const isOwn = (name, { parentURL = '' }) => parentURL.startsWith('${source}') && name.startsWith('./');
registerHooks({ resolve: (name, context, next) => next(isOwn(name, context) ? name + '.ts' : name, context) });
const { parsePlanfileJSON } = await import('${source}planfile.ts');
const { internalRenderPlan } = await import('${source}render.ts');
const { renderMarkdown } = await import('${source}comment.ts');
const [json, human, out] = process.argv.slice(2);
const [text, shown] = [readFileSync(json, 'utf8'), readFileSync(human, 'utf8')];
const start = performance.now();
const plans = [internalRenderPlan(parsePlanfileJSON(JSON.parse(text)), shown)];
const body = renderMarkdown({ plans, header: 'Plan', includeFooter: false, expandDetails: false });
const whole = (performance.now() - start) / 1000;
writeFileSync(out, JSON.stringify({ whole, parse: 0, megabytes: 0, valid: body.includes('<details>') }));
`;
}

/** Plans resources that need no provider, and gives the files of what Terraform shows of that. */
async function realPlan(
  folder: string,
  count: number,
): Promise<{ readonly json: string; readonly text: string }> {
  const directory = join(folder, 'configuration');
  await mkdir(directory);
  await writeFile(join(directory, 'main.tf'), manyResources(count));
  const terraform = (...args: readonly string[]): Promise<string> =>
    run(['terraform', `-chdir=${directory}`, ...args]);
  await terraform('init', '-input=false');
  await terraform('plan', '-input=false', '-out=plan');
  const [json, text] = [join(folder, 'plan.json'), join(folder, 'plan.txt')];
  await writeFile(json, await terraform('show', '-json', 'plan'));
  await writeFile(text, await terraform('show', '-no-color', 'plan'));
  return { json, text };
}

async function rendered(program: string, files: readonly string[], folder: string): Promise<Rendered> {
  const out = join(folder, 'result.json');
  await run([process.execPath, program, ...files, out]);
  return JSON.parse(await readFile(out, 'utf8')) as Rendered;
}
