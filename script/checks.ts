import { spawn } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../sandbox/paths.ts';
import { elapsed } from '../sandbox/progress.ts';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Check {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What the output must hold besides an exit code of 0. */
  readonly says?: string;
  /** The file of jest's report, whose tests are counted; without it the check itself counts as one. */
  readonly report?: string;
}

const reports = join(repository, 'build/reports');
const sandbox = (...args: readonly string[]): readonly string[] => ['script/sandbox', ...args];
const inSandbox = (...argv: readonly string[]): readonly string[] => sandbox('exec', '--', ...argv);
const shell = (text: string): readonly string[] => ['bash', '-euo', 'pipefail', '-c', text];
const npm = (...args: readonly string[]): readonly string[] => ['npm', 'run', '--silent', ...args];

function tests(project: string, name: string, ...before: readonly string[]): Check {
  const report = join(reports, `${project}.json`);
  const options = [`--selectProjects=${project}`, '--runInBand', '--ci', '--json', `--outputFile=${report}`];
  return { name, argv: [...before, ...npm('test', '--', ...options)], report };
}

/** Every check, the quick ones first; each is a command that can be run alone from the top folder. */
const checks: readonly Check[] = [
  { name: 'lint', argv: npm('lint') },
  { name: 'types', argv: npm('typecheck') },
  {
    name: 'dist/ is fresh',
    argv: shell(
      'npm run --silent build; git status --porcelain dist; test -z "$(git status --porcelain dist)"',
    ),
  },
  tests('unit', 'unit tests'),
  { name: 'sandbox up', argv: sandbox('up') },
  { name: 'sandbox status', argv: sandbox('status') },
  {
    name: 'actionlint',
    argv: inSandbox(
      'sh',
      '-c',
      'actionlint .github/workflows/*.yml examples/*.yml sandbox/app/.github/workflows/*.yml',
    ),
  },
  {
    name: 'zizmor',
    argv: inSandbox(
      'zizmor',
      '--pedantic',
      '--offline',
      '--no-progress',
      '--config',
      '.github/zizmor.yml',
      '.github',
      'action.yml',
      'sandbox/app/.github',
      // zizmor looks for workflows in .github alone, and takes others by name.
      ...globSync('examples/*.yml', { cwd: repository }),
    ),
  },
  {
    name: 'shellcheck',
    argv: [
      'shellcheck',
      '.ci/run',
      'script/bench',
      'script/bootstrap',
      'script/eject',
      'script/reference',
      'script/release',
      'script/sandbox',
      'script/test',
      'script/try',
      'script/check-sandbox-down',
      'sandbox/world-init.sh',
    ],
  },
  { name: 'terraform fmt', argv: ['terraform', 'fmt', '-check', '-recursive', 'terraform'] },
  ...['terraform', 'terraform/bootstrap'].map((folder) => ({
    name: `${folder}: validate and test`,
    argv: inSandbox(
      'sh',
      '-ec',
      'cd "$(mktemp -d)"; cp -R "$0"/. .; terraform init -backend=false -input=false; terraform validate; terraform test',
      join(repository, folder),
    ),
    says: ' passed, 0 failed.',
  })),
  { name: 'stand-in provider', argv: ['go', '-C', 'sandbox/provider', 'test', './...'] },
  tests('e2e', 'end-to-end tests', ...inSandbox()),
  { name: 'script/try', argv: ['script/try'], says: 'They agree' },
  {
    name: 'script/try again',
    argv: ['script/try'],
    says: 'This push: no build, no Terraform apply, no object written, no new rollout.',
  },
  { name: 'script/bench apply', argv: ['script/bench', 'apply', '--quick'], says: 'the step alone' },
  {
    name: 'script/bench image',
    argv: ['script/bench', 'image', '--quick'],
    says: 'nothing changed, the step',
  },
  {
    name: 'script/bench infra',
    argv: ['script/bench', 'infra', '--quick'],
    says: 'infrastructure unchanged',
  },
  { name: 'script/bench rollout', argv: ['script/bench', 'rollout', '--quick'], says: 'healthy rollout' },
  { name: 'sandbox reset', argv: sandbox('reset') },
  { name: 'sandbox down leaves nothing', argv: ['script/check-sandbox-down'] },
];

async function runCheck(check: Check): Promise<Counts> {
  const since = Date.now();
  process.stdout.write(`${check.name} …\n`);
  if (check.report !== undefined) rmSync(check.report, { force: true });
  const { code, output } = await execute(check);
  const good = code === 0 && (check.says === undefined || output.includes(check.says));
  if (!good) console.log(output.trimEnd());
  if (code === 0 && !good) console.log(`The output does not say: ${check.says}`);
  const counts = countsOf(check, good);
  console.log(
    `${check.name}: ${good ? 'passed' : 'FAILED'} after ${elapsed(since)}${check.report === undefined ? '' : ` (${summary(counts)})`}`,
  );
  return counts;
}

function execute({
  argv: [program = '', ...args],
  env,
}: Check): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(program, args, {
    cwd: repository,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => output.push(data));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(output).toString() }));
  });
}

interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

function countsOf({ report }: Check, good: boolean): Counts {
  if (report === undefined) return { passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 };
  try {
    const jest = JSON.parse(readFileSync(report, 'utf8')) as JestReport;
    const failed = jest.numFailedTests + jest.numRuntimeErrorTestSuites;
    // A run that ends badly without a failed test, as by a crash, must not pass for good.
    return {
      passed: jest.numPassedTests,
      failed: good ? failed : Math.max(1, failed),
      skipped: jest.numPendingTests + jest.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function summary({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

mkdirSync(reports, { recursive: true });
const all: Counts[] = [];
for (const check of checks) all.push(await runCheck(check));
const total = (key: keyof Counts): number => all.reduce((sum, counts) => sum + counts[key], 0);
console.log(summary({ passed: total('passed'), failed: total('failed'), skipped: total('skipped') }));
process.exitCode = total('failed') > 0 ? 1 : 0;
