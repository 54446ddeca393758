import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fileSystem } from '../../src/adapters/files';
import { removeScratch, Scratch } from '../../src/adapters/scratch';

let folder = '';
const before = process.env['RUNNER_TEMP'];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wpp-files-'));
  process.env['RUNNER_TEMP'] = folder;
});

afterEach(() => {
  if (before === undefined) delete process.env['RUNNER_TEMP'];
  else process.env['RUNNER_TEMP'] = before;
  rmSync(folder, { recursive: true });
});

test('files are listed at any depth, sorted, below the folder', () => {
  mkdirSync(join(folder, 'b', 'c'), { recursive: true });
  for (const name of ['z.tf', 'b/c/x.tf', 'a.tf', '.terraform.lock.hcl'])
    writeFileSync(join(folder, name), name);
  expect(fileSystem.list(folder)).toEqual(['.terraform.lock.hcl', 'a.tf', 'b/c/x.tf', 'z.tf']);
  expect(new TextDecoder().decode(fileSystem.read(join(folder, 'b/c/x.tf')))).toBe('b/c/x.tf');
});

test('what a path is', () => {
  writeFileSync(join(folder, 'file'), '');
  symlinkSync(folder, join(folder, 'link'));
  symlinkSync(join(folder, 'nowhere'), join(folder, 'broken'));
  const kinds = ['', 'file', 'link', 'broken', 'none'].map((name) => fileSystem.kind(join(folder, name)));
  expect(kinds).toEqual(['folder', 'file', 'folder', 'missing', 'missing']);
});

test('the scratch folder is its owner’s alone, and is removed whole, also twice', () => {
  const scratch = new Scratch();
  const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
  const inner = scratch.makeFolder('docker');
  const file = scratch.write('docker/config.json', '{}');
  expect([scratch.folder, inner, file].map(mode)).toEqual(['700', '700', '600']);
  expect(new Scratch().folder).not.toBe(scratch.folder);
  scratch.remove();
  expect(fileSystem.kind(scratch.folder)).toBe('missing');
  removeScratch(scratch.folder);
});
