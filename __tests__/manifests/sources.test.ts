import { describe, expect, test } from '@jest/globals';
import { DeployError } from '../../src/errors';
import { readSources } from '../../src/manifests/sources';
import { failureOf } from '../support/failure';
import { fakeFiles, fakeKustomize } from '../support/files';

const FILES = {
  'manifests/b/c.yml': 'c',
  'manifests/a.yaml': 'a',
  'manifests/d.json': 'd',
  'manifests/.hidden.yaml': 'h',
  'manifests/README.md': 'no',
  'other/x.yaml': 'x',
  'app.txt': 'app',
};

async function read(
  lines: readonly string[],
  contents: Readonly<Record<string, string | Uint8Array>> = FILES,
): Promise<{ readonly paths: readonly string[]; readonly faults: readonly string[] }> {
  const kustomize = fakeKustomize({ k8s: 'rendered', 'k8s/prod': 'prod' });
  const { files, faults } = await readSources(lines, { files: fakeFiles(contents), kustomize });
  return { paths: files.map(({ path }) => path), faults: faults.map(({ text }) => text) };
}

const ALL = ['manifests/.hidden.yaml', 'manifests/a.yaml', 'manifests/b/c.yml', 'manifests/d.json'];

describe('which files are read', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['a folder at any depth, hidden files too, sorted', ['manifests'], ALL],
    ['a folder with a slash, or a dot before it', ['./manifests/'], ALL],
    ['a file whatever its name', ['app.txt'], ['app.txt']],
    [
      'in the order of the lines',
      ['other', 'app.txt', 'manifests/d.json'],
      ['other/x.yaml', 'app.txt', 'manifests/d.json'],
    ],
    [
      'each once',
      ['manifests/d.json', 'manifests', './manifests//a.yaml'],
      ['manifests/d.json', ...ALL.slice(0, 3)],
    ],
    ['what a pattern names', ['**/*.yaml'], ['manifests/a.yaml', 'other/x.yaml']],
    ['a pattern in one folder', ['manifests/*.{yaml,json}'], ['manifests/a.yaml', 'manifests/d.json']],
    [
      'but not an excluded file',
      ['manifests', '!manifests/a.yaml'],
      ALL.filter((path) => path !== 'manifests/a.yaml'),
    ],
    [
      'nor an excluded folder',
      ['manifests', '!manifests/b/'],
      ALL.filter((path) => path !== 'manifests/b/c.yml'),
    ],
    [
      'nor what an excluded pattern names, wherever the line stands',
      ['!**/*.yml', 'manifests'],
      ALL.filter((path) => path !== 'manifests/b/c.yml'),
    ],
  ])('%s', async (_, lines, expected) => {
    expect(await read(lines)).toEqual({ paths: expected, faults: [] });
  });

  test('a file whose name looks like a pattern', async () => {
    expect((await read(['a[1].yaml'], { 'a[1].yaml': '' })).paths).toEqual(['a[1].yaml']);
  });
});

describe('faults', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['a pattern that names nothing', ['manifests', 'none/*.yaml'], ['none/*.yaml: matches no file']],
    ['a name that names nothing', ['manifests', 'none'], ['none: matches no file']],
    ['an exclusion that leaves nothing out', ['manifests', '!other'], ['!other: leaves no file out']],
  ])('%s', async (_, lines, faults) => {
    expect(await read(lines)).toEqual({ paths: ALL, faults });
  });

  test('a file that cannot be read, with the reason', async () => {
    const files = fakeFiles(FILES);
    const broken = {
      ...files,
      size: () => {
        throw new Error('EACCES: permission denied');
      },
    };
    const { faults } = await readSources(['app.txt'], { files: broken, kustomize: fakeKustomize() });
    expect(faults).toEqual([
      { text: 'app.txt:1: cannot be read: EACCES: permission denied', place: { file: 'app.txt', line: 1 } },
    ]);
  });

  test('a file that is too big is not read at all', async () => {
    const files = fakeFiles(FILES);
    const big = {
      ...files,
      size: () => 10 * 1024 * 1024 + 1,
      read: () => {
        throw new Error('read');
      },
    };
    const { faults } = await readSources(['app.txt'], { files: big, kustomize: fakeKustomize() });
    expect(faults.map(({ text }) => text)).toEqual([
      'app.txt:1: has 10.0 MiB, but at most 10.0 MiB are read',
    ]);
  });
});

describe('kustomize', () => {
  test.each(['kustomization.yaml', 'kustomization.yml', 'Kustomization'])(
    'a folder with a %s is rendered, and nothing else of it is read',
    async (name) => {
      const contents = { [`k8s/${name}`]: '', 'k8s/base/a.yaml': 'a', 'k8s/base/kustomization.yaml': '' };
      const kustomize = fakeKustomize({ k8s: 'rendered' });
      const { files, faults } = await readSources(['k8s/'], { files: fakeFiles(contents), kustomize });
      expect(faults).toEqual([]);
      expect(files).toEqual([{ path: 'k8s', text: 'rendered', renderedBy: `k8s/${name}` }]);
    },
  );

  const NESTED = { 'k8s/a.yaml': 'a', 'k8s/prod/kustomization.yaml': '', 'k8s/prod/b.yaml': 'b' };
  const FAULT = [expect.stringMatching(/^k8s\/prod\/kustomization\.yaml:1: is no manifest/)];

  test('one deeper in a folder, in a pattern or named itself is a fault', async () => {
    for (const line of ['k8s', 'k8s/*/*', 'k8s/prod/kustomization.yaml'])
      expect((await read([line], NESTED)).faults).toEqual(FAULT);
  });

  test('but not where its folder is left out, or named itself', async () => {
    expect(await read(['k8s', '!k8s/prod'], NESTED)).toEqual({ paths: ['k8s/a.yaml'], faults: [] });
    expect(await read(['k8s/prod'], NESTED)).toEqual({ paths: ['k8s/prod'], faults: [] });
  });

  test('a failure to render names the kustomization file', async () => {
    const error = new DeployError({ code: 'kustomize-failed', cause: 'it failed', advice: 'Mend it.' });
    const kustomize = { render: () => Promise.reject(error) };
    const failure = await failureOf(readSources(['k8s/prod'], { files: fakeFiles(NESTED), kustomize }));
    expect(failure).toMatchObject({
      code: 'kustomize-failed',
      place: { file: 'k8s/prod/kustomization.yaml', line: 1 },
    });
  });
});
