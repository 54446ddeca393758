import { getEventListeners, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { run, type Exit, type RunRequest } from '../../src/adapters/process';

const NEVER = new AbortController().signal;

/** Runs a script in a child that is a Node program, as Terraform and docker are programs of their own. */
function node(script: string, given: Partial<RunRequest> = {}): Promise<Exit> {
  return run({ file: process.execPath, args: ['-e', script], env: {}, signal: NEVER, ...given });
}

/** One that has ended may stay in the table until somebody asks how. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('how it ended', () => {
  test.each([0, 1, 2, 42])('with exit code %d', async (code) => {
    expect((await node(`process.exit(${code})`)).code).toBe(code);
  });

  test('127 where the program is not found', async () => {
    const exit = await run({ file: 'no-such-program-anywhere', args: [], env: {}, signal: NEVER });
    expect(exit).toMatchObject({ code: 127, tail: [] });
  });

  test('a program that was killed is not one that was not found', async () => {
    expect((await node('process.kill(process.pid, "SIGKILL")')).code).not.toBe(127);
  });
});

describe('what it wrote', () => {
  test('both streams, line by line as they come, the last one without an end too', async () => {
    const lines: string[] = [];
    const script =
      'console.error("err 1"); setTimeout(() => { console.log("out 1"); process.stdout.write("out 2"); }, 50)';
    const exit = await node(script, { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['err 1', 'out 1', 'out 2']);
    expect(exit.tail).toEqual(lines);
    expect(exit.stdout).toBe('out 1\nout 2');
    expect(exit.stderr).toBe('err 1');
  });

  test('of a program that fails too', async () => {
    const exit = await node('console.error("why"); process.exitCode = 3');
    expect(exit).toMatchObject({ code: 3, tail: ['why'] });
  });

  test('lines are inert, the output for the caller is as it was', async () => {
    const lines: string[] = [];
    const script = 'console.log("::error::x"); console.error("a ##[group]b"); console.log("\\u001b[31mred")';
    const exit = await node(script, { onLine: (line) => lines.push(line) });
    for (const line of [...lines, ...exit.tail]) {
      expect(line.startsWith('::')).toBe(false);
      expect(line).not.toContain('##[');
      expect(line).not.toContain('\u001B');
    }
    expect(lines).toContain('red');
    expect(exit.stdout).toBe('::error::x\n\u001B[31mred');
  });

  test('the tail is the last 40 lines, the output is whole', async () => {
    const script = 'for (let i = 0; i < 5000; i += 1) console.log(i)';
    const exit = await node(script, { onLine: () => undefined });
    expect(exit.tail).toEqual(Array.from({ length: 40 }, (_, index) => String(4960 + index)));
    expect(exit.stdout.split('\n')).toHaveLength(5000);
  });

  test('nothing can be typed into it', async () => {
    const exit = await node('process.stdin.on("end", () => console.log("no input")).resume()');
    expect(exit.stdout).toBe('no input');
  });
});

test('lines that nobody listens to are not looked at, but for errors', async () => {
  const exit = await node('console.log("x".repeat(1e6)); console.error("it broke")');
  expect(exit.tail).toEqual(['it broke']);
  expect(exit.stdout).toHaveLength(1e6);
});

describe('with a file for its output', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wpp-output-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('the lines come from there, in their order, and the file is for its owner alone', async () => {
    const output = join(folder, 'output');
    const lines: string[] = [];
    const script = `
      console.log('one'); console.error('two');
      setTimeout(() => { process.stdout.write('th'); }, 100);
      setTimeout(() => { process.stdout.write('ree\\n\\u{1F600}\\r\\nend'); process.exitCode = 3; }, 200);`;
    const exit = await node(script, { output, onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['one', 'two', 'three', '\u{1F600}', 'end']);
    expect(exit).toEqual({ code: 3, stdout: '', stderr: '', tail: lines });
    expect(statSync(output).mode & 0o777).toBe(0o600);
  });

  test('much of it comes whole', async () => {
    const lines: string[] = [];
    const script = 'for (let i = 0; i < 100000; i += 1) console.log(i, "\u00e9")';
    await node(script, { output: join(folder, 'output'), onLine: (line) => lines.push(line) });
    expect(lines).toHaveLength(100_000);
    expect(lines.at(-1)).toBe('99999 \u00e9');
  });

  test('what cannot be started says so', async () => {
    const exit = await run({
      file: '/nowhere',
      args: [],
      env: {},
      signal: NEVER,
      output: join(folder, 'output'),
    });
    expect(exit.code).toBe(127);
  });
});

describe('its environment', () => {
  const before = { ...process.env };
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  });

  const has = async (names: readonly string[], env: RunRequest['env'] = {}): Promise<unknown> => {
    const script = `console.log(JSON.stringify(${JSON.stringify(names)}.map((n) => process.env[n] ?? null)))`;
    return JSON.parse((await node(script, { env })).stdout);
  };

  const withheld = [
    'INPUT_LINODE-TOKEN',
    'STATE_scratch',
    'ACTIONS_RUNTIME_TOKEN',
    'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    'GITHUB_TOKEN',
    'GITHUB_ENV',
    'GITHUB_PATH',
    'GITHUB_OUTPUT',
    'GITHUB_STATE',
    'GITHUB_STEP_SUMMARY',
  ];

  test.each(withheld)('%s is withheld', async (name) => {
    process.env[name] = 'secret';
    expect(await has([name])).toEqual([null]);
  });

  test('others are handed on, ours are added, and undefined takes one out', async () => {
    Object.assign(process.env, { WPP_KEPT: 'kept', WPP_GONE: 'gone', GITHUB_SHA: 'abc' });
    const names = ['WPP_KEPT', 'WPP_GONE', 'GITHUB_SHA', 'WPP_OWN'];
    expect(await has(names, { WPP_GONE: undefined, WPP_OWN: 'own' })).toEqual(['kept', null, 'abc', 'own']);
  });

  test('the arguments are no shell’s', async () => {
    const exit = await run({ file: 'echo', args: ['$HOME; *'], env: {}, signal: NEVER });
    expect(exit.stdout).toBe('$HOME; *');
  });
});

describe('cancelled', () => {
  /** Counts its signals, takes its time to end, and writes what it got. */
  const COUNTING = `
    let interrupts = 0;
    process.on('SIGTERM', () => console.log('SIGTERM'));
    process.on('SIGINT', () => {
      interrupts += 1;
      setTimeout(() => { console.log('interrupts ' + interrupts); process.exit(0); }, 300);
    });
    setInterval(() => undefined, 1000);
    console.log('ready');`;

  test('it gets one SIGINT, is waited for, and then the reason is thrown', async () => {
    const controller = new AbortController();
    const reason = new Error('the run was cancelled');
    const lines: string[] = [];
    const ready = new EventTarget();
    const isReady = once(ready, 'ready');
    const onLine = (line: string): void => {
      lines.push(line);
      if (line === 'ready') ready.dispatchEvent(new Event('ready'));
    };
    const ended = node(COUNTING, { signal: controller.signal, onLine });
    await isReady;
    controller.abort(reason);
    controller.abort(new Error('a second time'));
    await expect(ended).rejects.toBe(reason);
    expect(lines).toEqual(['ready', 'interrupts 1']);
  });

  test('where it does not end in its time, it is killed with what it has started', async () => {
    const script = `
      const { spawn } = require('child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'inherit' });
      process.on('SIGINT', () => console.log('no'));
      setInterval(() => undefined, 1000);
      console.log(child.pid);`;
    const controller = new AbortController();
    const reason = new Error('too late');
    const lines: string[] = [];
    const pids: number[] = [];
    const ended = node(script, {
      signal: controller.signal,
      graceMs: 2_000,
      onStart: (pid) => pids.push(pid),
      onLine: (line) => {
        if (lines.length === 0) controller.abort(reason);
        lines.push(line);
      },
    });
    await expect(ended).rejects.toBe(reason);
    expect(lines).toEqual([expect.stringMatching(/^\d+$/), 'no']);
    for (const pid of [...pids, Number(lines[0])]) expect(isRunning(pid)).toBe(false);
  });

  test('where it leaves what it has started, in a session of its own or not, that is ended too', async () => {
    const controller = new AbortController();
    const ids: number[] = [];
    const running = node(
      `const { spawn } = require('child_process');
       for (const detached of [true, false])
         console.log(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached, stdio: 'inherit' }).pid);
       process.on('SIGINT', () => process.exit(1)); setInterval(() => {}, 1000);`,
      {
        signal: controller.signal,
        leavesNothing: true,
        onLine: (line) => {
          ids.push(Number(line));
          if (ids.length === 2) controller.abort(new Error('cancelled'));
        },
      },
    );
    await expect(running).rejects.toThrow('cancelled');
    expect(ids.map(isRunning)).toEqual([false, false]);
  });

  test('before it starts: it is not started', async () => {
    const reason = new Error('too late');
    await expect(node('0', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test('no listener stays at the signal of the run when it ended', async () => {
    const { signal } = new AbortController();
    const ended = node('0', { signal });
    expect(getEventListeners(signal, 'abort')).not.toEqual([]);
    await ended;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('it has a process group of its own', async () => {
    const exit = await node(
      'const s = require("fs").readFileSync("/proc/self/stat", "utf8"); console.log(s.split(") ")[1].split(" ")[2] === String(process.pid))',
    );
    expect(exit.stdout).toBe('true');
  });
});
