import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Scratch } from '../../src/adapters/scratch';
import { TerraformCli } from '../../src/adapters/terraform';
import { DeployError } from '../../src/errors';
import { TIME_LIMITS } from '../../src/infra/time-limits';
import { failureOf } from '../support/failure';
import { FakeLog } from '../support/log';
import { FakeProgram } from '../support/program';
import { anInfra } from '../support/settings';

/** Prints LINES and ends with CODE; leaves ERRORED as the state that could not be saved; its n-th push ends with the n-th of PUSHES. */
const SCRIPT = `
  const fs = require('fs');
  const folder = args.find((arg) => arg.startsWith('-chdir='))?.slice('-chdir='.length);
  const command = args.find((arg) => !arg.startsWith('-'));
  if (command === 'version') console.log('{"terraform_version": "1.12.0"}');
  if (command === 'apply') {
    if (process.env.ERRORED) fs.writeFileSync(folder + '/errored.tfstate', process.env.ERRORED);
    // Before the lines, at one of which the test sends the signal.
    if (process.env.HANGS) process.on('SIGINT', () => process.exit(1)), setInterval(() => undefined, 1000);
    console.log(process.env.LINES ?? '');
    if (!process.env.HANGS) process.exit(Number(process.env.CODE ?? 0));
  }
  if (command === 'state') {
    const note = folder + '/pushes';
    const tries = fs.existsSync(note) ? fs.readFileSync(note, 'utf8').length : 0;
    fs.appendFileSync(note, 'x');
    const code = Number((process.env.PUSHES ?? '1').split(',')[tries] ?? 1);
    console.log(code === 0 ? 'pushed' : 'Error: the store is away');
    process.exit(code);
  }`;

const LOCK = '0f8fad5b-d9cb-469f-a165-70867728950e';
const CANCELLED = { code: 'cancelled', cause: 'the run was cancelled', advice: 'Run it again.' } as const;

let program: FakeProgram;
let scratch: Scratch;
let log: FakeLog;
let done: string[];
let controller: AbortController;

beforeEach(() => {
  program = new FakeProgram('terraform', SCRIPT);
  scratch = new Scratch();
  log = new FakeLog();
  done = [];
  controller = new AbortController();
  mkdirSync(join(program.folder, 'tf'));
});

afterEach(() => {
  scratch.remove();
  program.remove();
});

function apply(env: Readonly<Record<string, string>>): Promise<void> {
  Object.assign(process.env, env);
  return new TerraformCli({
    settings: anInfra({ directory: join(program.folder, 'tf') }),
    actionFolder: '/nowhere',
    scratch,
    log,
    signal: controller.signal,
    limits: TIME_LIMITS,
    readLock: () => Promise.resolve(undefined),
    onDone: (line) => done.push(line),
  }).apply();
}

/** Cancels the run as soon as a line of the log has this text. */
function cancelAt(text: string): void {
  const info = log.info.bind(log);
  log.info = (line) => {
    info(line);
    if (line.includes(text)) controller.abort(new DeployError(CANCELLED));
  };
}

const called = (): readonly string[] =>
  program.calls.map(({ args }) => args.filter((arg) => !arg.startsWith('-chdir')).join(' '));
const errored = (): string => join(program.folder, 'tf', 'errored.tfstate');

describe('what was begun', () => {
  const unfinished = (address: string): string => `${address}: was begun and not finished; it may exist`;

  test.each<[string, readonly string[], readonly string[]]>([
    [
      'and finished',
      ['a.b: Creating...', 'a.b: Creation complete after 1s [id=1]'],
      ['a.b: Creation complete after 1s [id=1]'],
    ],
    ['and not finished', ['a.b: Creating...', 'a.b: Still creating... [10s elapsed]'], [unfinished('a.b')]],
    ['to be changed', ['a.b: Modifying... [id=1]'], [unfinished('a.b')]],
    ['to be destroyed', ['a.b: Destroying... [id=1]'], [unfinished('a.b')]],
    [
      'in part',
      ['a.b: Creating...', 'a.c: Creating...', 'a.c: Creation complete after 2s [id=2]'],
      ['a.c: Creation complete after 2s [id=2]', unfinished('a.b')],
    ],
    ['under a key', ['a.b["x: y z"]: Creating...'], [unfinished('a.b["x: y z"]')]],
    [
      'to be replaced',
      ['a.b: Destroying... [id=1]', 'a.b: Destruction complete after 1s', 'a.b: Creating...'],
      ['a.b: Destruction complete after 1s', unfinished('a.b')],
    ],
    ['by nobody', ['a.b: Reading...', 'a.b: Refreshing state... [id=1]'], []],
  ])('%s is told', async (_, lines, expected) => {
    const failure = await failureOf(apply({ LINES: [...lines, 'Error: it broke'].join('\n'), CODE: '1' }));
    expect(failure).toMatchObject({ code: 'infra-apply-failed', cause: 'terraform apply failed: it broke' });
    expect(done).toEqual(expected);
  });

  test('is told when the run is cancelled too', async () => {
    cancelAt('Creating...');
    const failure = await failureOf(apply({ LINES: 'a.b: Creating...', HANGS: '1' }));
    expect(failure).toEqual(CANCELLED);
    expect(done).toEqual([unfinished('a.b')]);
  });
});

describe('a state that could not be saved', () => {
  const FAILED = { LINES: 'Error: Failed to persist state to backend', CODE: '1', ERRORED: '{"serial": 7}' };

  test('is pushed again; the failure of the apply is told all the same', async () => {
    const failure = await failureOf(apply({ ...FAILED, PUSHES: '0' }));
    expect(failure).toMatchObject({
      code: 'infra-apply-failed',
      cause: 'terraform apply failed: Failed to persist state to backend',
    });
    expect(called().slice(2)).toEqual([`state push -lock=false ${errored()}`]);
    expect(done).toEqual(['the state, which could not be saved at first, was saved after all']);
    expect(existsSync(errored())).toBe(false);
  });

  test('is unlocked by the id of the lock that was left, once it is saved', async () => {
    const lines = [
      FAILED.LINES,
      'Error: Error releasing the state lock',
      'Lock Info:',
      `  ID:        ${LOCK}`,
    ];
    await failureOf(apply({ ...FAILED, LINES: lines.join('\n'), PUSHES: '0' }));
    expect(called().slice(3)).toEqual([`force-unlock -no-color -force ${LOCK}`]);
  });

  test.each([
    ['while it is pushed again', { PUSHES: '1' }, 'the store is away'],
    ['while it is applied', { HANGS: '1' }, 'Failed to persist'],
  ])('is shown sealed where the run is cancelled %s', async (_, env, line) => {
    cancelAt(line);
    const failure = await failureOf(apply({ ...FAILED, ...env }));
    expect(failure.code).toBe('infra-state-not-saved');
    expect(failure.cause).toMatch(/^the state store did not take the state of what was made: /);
    expect(Buffer.from(failure.evidence?.join('') ?? '', 'base64').toString('latin1')).toMatch(/^Salted__/);
    expect(called().filter((call) => call.startsWith('force-unlock'))).toEqual([]);
    expect(existsSync(errored())).toBe(false);
  });
});

test('a lock that another run holds is left alone', async () => {
  const lines = ['Error: Error acquiring the state lock', 'Lock Info:', `  ID:        ${LOCK}`];
  await failureOf(apply({ LINES: lines.join('\n'), CODE: '1' }));
  expect(called().slice(2)).toEqual([]);
});
