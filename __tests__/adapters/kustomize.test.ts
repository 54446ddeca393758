import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { KubectlKustomize } from '../../src/adapters/kustomize';
import { failureOf } from '../support/failure';
import { FakeProgram } from '../support/program';

const NEVER = new AbortController().signal;
const SECRET = 'hunter2-hunter2';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wpp-kustomize-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const secret = (stringData: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: ${stringData}\n`;

test('a folder is rendered with what it is made of', async () => {
  write({
    'base/kustomization.yaml': 'resources: [map.yaml]\n',
    'base/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    'prod/kustomization.yaml': 'resources: [../base]\nnamePrefix: prod-\n',
  });
  const text = await new KubectlKustomize(NEVER).render(join(folder, 'prod'));
  expect(text).toBe('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: prod-a');
});

test('helm, plugins and the network are off', async () => {
  const kubectl = new FakeProgram('kubectl', 'console.log("a: 1")');
  try {
    expect(await new KubectlKustomize(NEVER).render('/some/folder')).toBe('a: 1');
    const [call] = kubectl.calls;
    expect(call?.args).toEqual([
      'kustomize',
      '/some/folder',
      '--enable-helm=false',
      '--enable-alpha-plugins=false',
      '--network=false',
      '--load-restrictor=LoadRestrictionsRootOnly',
    ]);
    expect(call?.env).toMatchObject({ HTTPS_PROXY: 'http://127.0.0.1:9', GIT_ALLOW_PROTOCOL: 'file' });
  } finally {
    kubectl.remove();
  }
});

test('without kubectl the error says what to do', async () => {
  const failure = await failureOf(new KubectlKustomize(NEVER, 'no-such-kubectl').render('k8s'));
  expect(failure.code).toBe('kustomize-missing');
  expect(failure.cause).toBe('k8s has a kustomization file, but there is no kubectl to render it');
  expect(failure.advice).toContain('Install kubectl');
});

describe('what kubectl refuses is told without a value of a Secret', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['a file that is not there', 'resources: [none.yaml]', '', 'there is no none.yaml'],
    ['a file outside of the folder', 'resources: [../a.yaml]', '', 'there is no ../a.yaml'],
    [
      'a file that is not YAML',
      'resources: [s.yaml]',
      secret(`{a: ${SECRET}: b: c`),
      's.yaml is not YAML at line ',
    ],
    [
      'an object without metadata',
      'resources: [s.yaml]',
      `stringData: {a: ${SECRET}}`,
      's.yaml has an object without metadata',
    ],
    [
      'a remote file',
      'resources: [https://example.com/x.yaml]',
      '',
      'https://example.com/x.yaml is remote, and nothing is fetched',
    ],
    [
      'a remote repository',
      'resources: ["https://github.com/acme/base//x?ref=v1"]',
      '',
      'is remote, and nothing is fetched',
    ],
    ['a literal that is none', `secretGenerator: [{name: a, literals: [${SECRET}]}]`, '', 'not key=value'],
    ['a field that nobody knows', 'resourcess: []', '', 'unknown field resourcess'],
    ['a field of another type', `images: ${SECRET}`, '', 'Kustomization.images'],
    [
      'a patch that is none',
      'resources: [s.yaml]\npatches: [{path: p.yaml}]',
      secret(`{a: ${SECRET}}`),
      'failed with code 1',
    ],
    ['a helm chart', 'helmCharts: [{name: a, repo: https://example.com}]', '', 'failed with code 1'],
  ];

  test.each(cases)('%s', async (_, kustomization, resource, words) => {
    write({ 'kustomization.yaml': `${kustomization}\n`, 's.yaml': resource, 'p.yaml': secret(SECRET) });
    const failure = await failureOf(new KubectlKustomize(NEVER).render(folder));
    expect(failure.code).toBe('kustomize-failed');
    expect(failure.cause).toContain(words);
    expect(failure.advice).toContain('kubectl kustomize');
    expect(JSON.stringify(failure)).not.toContain(SECRET);
  });
});
