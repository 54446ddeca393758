import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { rescueState, type Rescue } from '../../src/adapters/state-rescue';

const SECRET = "state-secret-0123456789 'with' $igns";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wpp-rescue-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const stateFile = (): string => join(folder, 'errored.tfstate');

function rescue(
  push: (file: string) => Promise<boolean>,
  { signal = new AbortController().signal, pauses = [0, 0, 0] } = {},
): Promise<Rescue | undefined> {
  return rescueState(folder, SECRET, push, signal, pauses);
}

function sealedBy(result: Rescue | undefined): readonly string[] {
  if (result?.saved !== false) throw new Error(`nothing was sealed: ${JSON.stringify(result)}`);
  return result.sealed;
}

/** Opens the lines with the command that people are told. */
function opened(lines: readonly string[], secret = SECRET): Buffer {
  const command =
    'base64 -d | openssl enc -d -aes-256-cbc -pbkdf2 -iter 600000 -pass env:STATE_SECRET_KEY | gunzip';
  return execFileSync('bash', ['-o', 'pipefail', '-c', command], {
    input: `${lines.join('\n')}\n`,
    env: { ...process.env, STATE_SECRET_KEY: secret },
    stdio: 'pipe',
  });
}

test('without such a file nothing is done', async () => {
  expect(await rescue(() => Promise.reject(new Error('was asked')))).toBeUndefined();
});

describe('a state that was not saved', () => {
  test.each([1, 2, 3])('is pushed again until the store takes it, here at try %d', async (good) => {
    writeFileSync(stateFile(), '{"serial": 1}');
    const pushed: string[] = [];
    const result = await rescue((file) => Promise.resolve(pushed.push(file) === good));
    expect(result).toEqual({ saved: true });
    expect(pushed).toEqual(Array(good).fill(stateFile()));
    expect(existsSync(stateFile())).toBe(false);
  });

  test('is pushed at once at first, and later after each pause', async () => {
    writeFileSync(stateFile(), '{}');
    const start = Date.now();
    const times: number[] = [];
    await rescue(() => Promise.resolve(times.push(Date.now() - start) > 2), { pauses: [0, 0.2, 0.4] });
    expect(times[1]).toBeGreaterThanOrEqual(199);
    expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThanOrEqual(399);
  });
});

describe('a state that the store never takes is sealed', () => {
  test.each<[string, Buffer]>([
    ['a small one', Buffer.from('{"version": 4, "outputs": {"kubeconfig": {"value": "hunter2"}}}')],
    ['an empty one', Buffer.alloc(0)],
    ['a large one', randomBytes(100_000)],
  ])('so that openssl and gunzip give it back: %s', async (_, content) => {
    writeFileSync(stateFile(), content);
    const sealed = sealedBy(await rescue(() => Promise.resolve(false)));
    expect(opened(sealed).equals(content)).toBe(true);
    expect(Math.max(...sealed.map((line) => line.length))).toBeLessThanOrEqual(400);
    expect(existsSync(stateFile())).toBe(false);
  });

  test('and no other secret opens it', async () => {
    writeFileSync(stateFile(), '{"a": "hunter2"}');
    const sealed = sealedBy(await rescue(() => Promise.resolve(false)));
    expect(() => opened(sealed, 'another-secret')).toThrow();
    expect(Buffer.from(sealed.join(''), 'base64').toString('latin1')).not.toContain('hunter2');
  });

  test('differently each time, since the salt is new', async () => {
    const seals = [];
    for (let turn = 0; turn < 2; turn += 1) {
      writeFileSync(stateFile(), '{}');
      seals.push(sealedBy(await rescue(() => Promise.resolve(false))).join(''));
    }
    expect(seals[0]).not.toBe(seals[1]);
  });

  test('also where the push cannot even be tried', async () => {
    writeFileSync(stateFile(), '{"serial": 1}');
    const sealed = sealedBy(await rescue(() => Promise.reject(new Error('no such program'))));
    expect(opened(sealed).toString()).toBe('{"serial": 1}');
  });

  test('at once where the run is cancelled, before or between the tries', async () => {
    for (const when of ['before', 'between']) {
      writeFileSync(stateFile(), when);
      const controller = new AbortController();
      if (when === 'before') controller.abort();
      const push = (): Promise<boolean> => {
        setTimeout(() => controller.abort(), 10);
        return Promise.resolve(false);
      };
      const sealed = sealedBy(await rescue(push, { signal: controller.signal, pauses: [0, 3_600] }));
      expect(opened(sealed).toString()).toBe(when);
    }
  });
});
