import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Tool } from './cache.ts';

const cache = mkdtempSync(join(tmpdir(), 'cache-'));
process.env['WPP_SANDBOX_CACHE'] = cache;
const { provide, toolFolder } = await import('./cache.ts');

beforeEach(() => {
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterAll(() => rmSync(cache, { recursive: true }));

const aTool = (name: string, fill: Tool['fill']): Tool => ({
  name,
  version: '1',
  task: `making ${name}`,
  fill,
});

test('fills a folder once', async () => {
  let times = 0;
  const tool = aTool('once', async (folder) => {
    times += 1;
    await writeFile(join(folder, 'program'), 'x');
  });
  await provide([tool]);
  await provide([tool]);
  expect(times).toBe(1);
  expect(readFileSync(join(toolFolder(tool), 'program'), 'utf8')).toBe('x');
});

test('leaves nothing of a tool that could not be made', async () => {
  const tool = aTool('broken', async (folder) => {
    await writeFile(join(folder, 'half'), 'x');
    throw new Error('no compiler');
  });
  await expect(provide([tool])).rejects.toThrow('no compiler');
  expect(readdirSync(join(cache, 'broken'))).toEqual([]);
});

test('removes what a killed process had begun, and leaves what a living one is making', async () => {
  const dead = join(cache, 'resumed/1.partial-4194305'); // above the highest process id of Linux
  const living = join(cache, `resumed/2.partial-${process.ppid}`);
  await Promise.all([dead, living].map((folder) => mkdir(folder, { recursive: true })));
  await provide([aTool('resumed', () => Promise.resolve())]);
  expect([existsSync(dead), existsSync(living)]).toEqual([false, true]);
});

test('makes no more at once than it is told', async () => {
  let [now, most] = [0, 0];
  const slow = ['a', 'b', 'c', 'd', 'e'].map((name) =>
    aTool(name, async () => {
      most = Math.max(most, (now += 1));
      await sleep(5);
      now -= 1;
    }),
  );
  await provide(slow, 2);
  expect(most).toBe(2);
});
