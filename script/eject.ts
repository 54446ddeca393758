import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { eject } from './eject-text.ts';

const USAGE = 'script/eject TARGET OWNER/REPOSITORY [name=value …]';
const root = join(import.meta.dirname, '..');
const [target, repository, ...given] = process.argv.slice(2);

const reader = {
  list: (folder: string): readonly string[] =>
    globSync(join(root, folder, '**/{*,.*}'))
      .filter((path) => statSync(path).isFile())
      .map((path) => relative(join(root, folder), path))
      .sort(),
  read: (path: string): Uint8Array => readFileSync(join(root, path)),
};

function main(): readonly string[] {
  if (target === undefined || repository === undefined) return [USAGE];
  const { files, faults } = eject(repository, given, reader);
  const there = ['manifests', 'k8s', 'terraform'].filter((folder) => existsSync(join(target, folder)));
  const all = [
    ...(existsSync(target) ? [] : [`${target}: is not there`]),
    ...there.map((folder) => `${join(target, folder)}: is there already; nothing is written over it`),
    ...faults,
  ];
  if (all.length > 0) return all;
  for (const [path, text] of files) {
    mkdirSync(join(target, dirname(path)), { recursive: true });
    writeFileSync(join(target, path), text);
    console.log(path);
  }
  return [];
}

const faults = main();
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
