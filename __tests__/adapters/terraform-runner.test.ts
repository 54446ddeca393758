import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Scratch } from '../../src/adapters/scratch';
import { TerraformRunner } from '../../src/adapters/terraform-runner';
import { lockOwner, readTrace } from '../../src/adapters/terraform-trace';
import type { StateLock } from '../../src/infra/state-lock';
import { TIME_LIMITS, type TimeLimits } from '../../src/infra/time-limits';
import { DeployError } from '../../src/errors';
import { failureOf } from '../support/failure';
import { FakeLog } from '../support/log';
import { FakeProgram } from '../support/program';
import { anInfra } from '../support/settings';

/** Says READY and waits; SIGINT ends it after its LAST line, or not where it is DEAF; goes on where GO appears. */
const SCRIPT = `
  const fs = require('fs');
  const command = args.find((arg) => !arg.startsWith('-'));
  if (command === 'version') console.log('{"terraform_version": "1.12.0"}');
  else {
    process.on('SIGINT', () => {
      console.log('interrupted');
      if (!process.env.DEAF) setTimeout(() => process.exit(1), 50);
    });
    setInterval(() => { if (fs.existsSync(process.env.GO)) { console.log('acquired'); process.exit(0); } }, 20);
    console.log(process.env.READY ?? 'ready');
  }`;

const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const CANCELLED = { code: 'cancelled', cause: 'the run was cancelled', advice: 'Run it again.' } as const;
const lockOf = (given: Partial<StateLock> = {}): StateLock => ({
  id: ID,
  who: 'runner@elsewhere',
  operation: 'OperationTypeApply',
  created: new Date().toISOString(),
  ...given,
});

let program: FakeProgram;
let scratch: Scratch;
let log: FakeLog;
let controller: AbortController;
let lock: StateLock | undefined;

beforeEach(() => {
  program = new FakeProgram('terraform', SCRIPT);
  scratch = new Scratch();
  log = new FakeLog();
  controller = new AbortController();
  lock = undefined;
  process.env['GO'] = join(program.folder, 'go');
  mkdirSync(join(program.folder, 'tf'));
});

afterEach(() => {
  scratch.remove();
  program.remove();
});

function runner(limits: Partial<TimeLimits['seconds']> = {}, grace = 5): TerraformRunner {
  return new TerraformRunner(
    {
      settings: anInfra(),
      scratch,
      log,
      signal: controller.signal,
      limits: { ...TIME_LIMITS, seconds: { ...TIME_LIMITS.seconds, ...limits }, grace },
      readLock: () => Promise.resolve(lock),
    },
    join(program.folder, 'tf'),
    scratch.makeFolder('data'),
  );
}

/** Does something as soon as a line of the log has this text. */
function when(text: string, act: () => void): void {
  const info = log.info.bind(log);
  log.info = (line) => {
    info(line);
    if (line.includes(text)) act();
  };
}

describe('a command that does not end in its time', () => {
  test('is interrupted once and waited for, and told by its name', async () => {
    const failure = await failureOf(runner({ untaint: 0.3 }).run('untaint', []));
    expect(failure).toMatchObject({
      code: 'infra-timeout',
      cause: 'terraform untaint did not end within 0.3 seconds, and was interrupted',
    });
    expect(log.lines.filter((line) => line === 'interrupted')).toHaveLength(1);
    expect(log.lines).toContainEqual(expect.stringMatching(/^Interrupting terraform untaint: /));
  });

  test('is killed where it does not listen, and the lock that it leaves is named', async () => {
    process.env['DEAF'] = '1';
    lock = lockOf({ who: lockOwner(), created: new Date(Date.now() + 1000).toISOString() });
    const failure = await failureOf(runner({ apply: 0.3 }, 0.3).run('apply', []));
    expect(failure.code).toBe('infra-timeout');
    expect(failure.advice).toContain(
      `The lock was not given back: ${lockOwner()} holds the lock of the state`,
    );
    expect(failure.advice).toContain(`\`terraform force-unlock ${ID}\``);
  });

  test('may be one whose output is not shown', async () => {
    expect((await failureOf(runner({ show: 0.3 }).read('show', ['-json']))).code).toBe('infra-timeout');
    expect(log.lines).not.toContain('ready');
  });
});

describe('a run that is cancelled', () => {
  test('says that it waits, and throws the reason', async () => {
    when('ready', () => controller.abort(new DeployError(CANCELLED)));
    expect(await failureOf(runner().run('apply', []))).toEqual(CANCELLED);
    expect(log.lines).toContainEqual(expect.stringMatching(/^Interrupting terraform apply: /));
  });

  test('names its own lock where that was left, and no other’s', async () => {
    when('ready', () => controller.abort(new DeployError(CANCELLED)));
    lock = lockOf();
    expect(await failureOf(runner().run('apply', []))).toEqual(CANCELLED);
  });
});

describe('while it waits for a lock', () => {
  const WAITING = 'Acquiring state lock. This may take a few moments...';
  const go = (): void => mkdirSync(process.env['GO'] ?? '');
  const waits = (): readonly string[] => log.lines.filter((line) => line.startsWith('Waiting'));

  test('it says once who holds it', async () => {
    process.env['READY'] = WAITING;
    lock = lockOf({ created: '2026-05-06T07:08:09Z' });
    when('Waiting', () => setTimeout(go, 100));
    expect((await runner().run('plan', [])).code).toBe(0);
    expect(waits()).toEqual([
      `Waiting up to 300 s: runner@elsewhere holds the lock of the state since 2026-05-06T07:08:09Z for apply (ID ${ID}).`,
    ]);
  });

  test('it does not wait for itself: a slow store gives the lock late', async () => {
    process.env['READY'] = WAITING;
    setTimeout(go, 500);
    const ran = runner().run('plan', []);
    lock = lockOf({ who: lockOwner(), created: new Date(Date.now() + 1000).toISOString() });
    await ran;
    expect(waits()).toEqual([]);
  });

  test('an earlier run of the same machine is another one', async () => {
    process.env['READY'] = WAITING;
    lock = lockOf({ who: lockOwner(), created: new Date(Date.now() - 60_000).toISOString() });
    when('Waiting', () => setTimeout(go, 100));
    await runner().run('plan', []);
    expect(waits()).toHaveLength(1);
  });

  test('nobody is asked where it waits for none', async () => {
    lock = lockOf();
    when('ready', go);
    await runner().run('apply', []);
    expect(waits()).toEqual([]);
  });
});

describe('the trace for the step that cleans up', () => {
  test('is there while a command runs, and gone when it has ended', async () => {
    const traces: unknown[] = [];
    when('ready', () => {
      traces.push(readTrace(scratch.folder));
      mkdirSync(process.env['GO'] ?? '');
    });
    await runner().run('apply', ['-x']);
    expect(traces).toEqual([
      expect.objectContaining({
        command: 'apply',
        folder: join(program.folder, 'tf'),
        backend: anInfra().backend,
      }),
    ]);
    expect(readTrace(scratch.folder)).toBeUndefined();
  });

  test('holds no secret', async () => {
    const traces: unknown[] = [];
    when('ready', () => {
      traces.push(readTrace(scratch.folder));
      mkdirSync(process.env['GO'] ?? '');
    });
    await runner().run('apply', []);
    expect(JSON.stringify(traces)).not.toMatch(/state-secret|ACCESS0|linode-0/);
    expect(existsSync(process.env['GO'] ?? '')).toBe(true);
  });
});

test('what the workflow has set for Terraform and is not handed on is told once', async () => {
  Object.assign(process.env, { TF_WORKSPACE: 'x', TF_VAR_region: 'y', TF_LOG: 'trace' });
  when('ready', () => mkdirSync(process.env['GO'] ?? '', { recursive: true }));
  const terraform = runner();
  await terraform.run('init', []);
  await terraform.run('apply', []);
  expect(log.lines.filter((line) => line.startsWith('warning'))).toEqual([
    'warning: TF_WORKSPACE of the workflow is not handed on to Terraform: give what it says by this action’s inputs',
    'warning: TF_VAR_region of the workflow is not handed on to Terraform: give what it says by this action’s inputs',
  ]);
});

test('what a plan says of the plan is not logged, since it may show secrets', async () => {
  process.env['READY'] = 'a.b: Refreshing state... [id=1]\n  + password = "hunter2"';
  when('Refreshing', () => mkdirSync(process.env['GO'] ?? ''));
  await runner().run('plan', []);
  expect(log.lines.join()).not.toContain('hunter2');
});
