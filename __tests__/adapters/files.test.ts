import { execFileSync } from 'node:child_process';
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

test('what links lead to is listed once, and one that leads nowhere too', () => {
  mkdirSync(join(folder, 'b'));
  mkdirSync(join(folder, 'root'));
  writeFileSync(join(folder, 'b', 'x.yaml'), 'x');
  for (const [target, path] of [
    ['../b', 'root/outside'],
    ['.', 'root/loop'],
    ['outside', 'root/again'],
    ['../b/x.yaml', 'root/file.yaml'],
    ['nowhere', 'root/broken.yaml'],
  ] as const)
    symlinkSync(target, join(folder, path));
  const listed = fileSystem.list(join(folder, 'root'));
  expect(listed.filter((path) => !path.includes('/'))).toEqual(['broken.yaml', 'file.yaml']);
  expect(listed.filter((path) => path.endsWith('/x.yaml'))).toHaveLength(1);
  expect(listed).toHaveLength(3);
  expect(fileSystem.size(join(folder, 'root', 'file.yaml'))).toBe(1);
});

test('a pattern names files, sorted, as they are written from where the pattern begins', () => {
  mkdirSync(join(folder, 'b', '.c'), { recursive: true });
  for (const name of ['b/z.yaml', 'a.yaml', '.h.yaml', 'b/.c/y.yaml', 'b/x.yml'])
    writeFileSync(join(folder, name), '');
  const names = (pattern: string): readonly string[] => fileSystem.glob(`${folder}/${pattern}`);
  const paths = (...found: readonly string[]): readonly string[] => found.map((name) => join(folder, name));
  expect(names('**/*.yaml')).toEqual(paths('a.yaml', 'b/z.yaml'));
  expect(names('{a,b/x}.y*ml')).toEqual(paths('a.yaml', 'b/x.yml'));
  expect(names('.*.yaml')).toEqual(paths('.h.yaml'));
  expect(names('*')).toEqual(paths('a.yaml'));
  expect(names('none/*')).toEqual([]);
  const before = process.cwd();
  process.chdir(folder);
  try {
    expect(['b/*', './b/*.yml', 'b/../*.yaml'].map((pattern) => fileSystem.glob(pattern))).toEqual([
      ['b/x.yml', 'b/z.yaml'],
      ['b/x.yml'],
      ['a.yaml'],
    ]);
  } finally {
    process.chdir(before);
  }
});

test('what can be read only once is no file', () => {
  execFileSync('mkfifo', [join(folder, 'pipe.yaml')]);
  expect(fileSystem.kind(join(folder, 'pipe.yaml'))).toBe('missing');
  expect(fileSystem.list(folder)).toEqual([]);
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
