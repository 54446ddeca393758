import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { contextHash } from '../../src/adapters/context-hash';
import { ignoreRules } from '../../src/image/ignore';

let folder: string;
const at = (path: string): string => join(folder, path);
const hash = (ignore = '', signal = new AbortController().signal): Promise<string> =>
  contextHash(signal)(folder, ignoreRules(ignore));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wpp-context-'));
  mkdirSync(at('src/deep'), { recursive: true });
  writeFileSync(at('a'), 'one');
  writeFileSync(at('src/b'), 'two');
  writeFileSync(at('src/deep/big'), Buffer.alloc(3_000_000, 'x'));
  symlinkSync('a', at('link'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('changes with', () => {
  test.each<[string, () => void]>([
    ['a byte', () => writeFileSync(at('a'), 'onf')],
    ['the last byte of a big file', () => writeFileSync(at('src/deep/big'), `${'x'.repeat(2_999_999)}y`)],
    ['a name', () => writeFileSync(at('new'), '')],
    ['an empty folder', () => mkdirSync(at('empty'))],
    ['a mode', () => chmodSync(at('a'), 0o755)],
    [
      'where a link leads',
      () => {
        unlinkSync(at('link'));
        symlinkSync('src', at('link'));
      },
    ],
    [
      'a link that is a file now',
      () => {
        unlinkSync(at('link'));
        writeFileSync(at('link'), 'one');
      },
    ],
  ])('%s', async (_, change) => {
    const before = await hash();
    change();
    expect(await hash()).not.toBe(before);
  });
});

test('does not change with times, nor with what is left out', async () => {
  const before = await hash('src\n!src/b');
  utimesSync(at('a'), 1, 1);
  writeFileSync(at('src/deep/big'), 'other');
  expect(await hash('src\n!src/b')).toBe(before);
  writeFileSync(at('src/b'), 'other');
  expect(await hash('src\n!src/b')).not.toBe(before);
});

test('a link that leads nowhere or round is a link', async () => {
  symlinkSync('nowhere', at('broken'));
  symlinkSync('..', at('src/round'));
  expect(await hash()).toMatch(/^[0-9a-f]{64}$/);
});

test('ends when the run is cancelled', async () => {
  writeFileSync(at('huge'), Buffer.alloc(40 << 20));
  const reason = new Error('cancelled');
  await expect(hash('', AbortSignal.abort(reason))).rejects.toBe(reason);
});
