import { describe, expect, test } from '@jest/globals';
import { loadManifests } from '../../src/manifests/load';
import { failureOf } from '../support/failure';
import { fakeFiles, fakeKustomize } from '../support/files';
import { IMAGE, someManifests } from '../support/settings';
import { MARKER, SECRETS, STRUCTURE, SYNTAX, TOO_BIG, type BrokenManifest } from './broken-manifests';

const FILE = 'manifests/a.yaml';

const failed = (content: string | Buffer): ReturnType<typeof failureOf> =>
  failureOf(
    loadManifests(someManifests(), IMAGE, {
      files: fakeFiles({ [FILE]: content }),
      kustomize: fakeKustomize(),
    }),
  );

/** Each error names the place first, and has neither a stack nor a Secret in any form. */
async function check(content: string | Buffer, line: number, words: string): Promise<void> {
  const failure = await failed(content);
  const { code, cause, advice, evidence, place } = failure;
  expect(code).toBe('manifest-invalid');
  expect(advice).not.toBe('');
  const [first = '', ...others] = evidence ?? [];
  expect({ first, place }).toEqual({
    first: expect.stringMatching(new RegExp(`^${FILE}:${line}\\b`)),
    place: { file: FILE, line },
  });
  expect(first).toContain(words);
  expect(cause).toContain(first);
  for (const other of others) expect(other).toMatch(new RegExp(`^${FILE}:\\d+`));
  const told = JSON.stringify(failure);
  expect(told).not.toMatch(/ {4}at |\.ts:|node_modules|undefined|\[object/);
  for (const secret of [MARKER, Buffer.from(MARKER).toString('base64')]) expect(told).not.toContain(secret);
}

describe.each<[string, readonly BrokenManifest[]]>([
  ['what is not YAML', SYNTAX],
  ['what is too big', TOO_BIG],
  ['what is no object', STRUCTURE],
  ['what is wrong with a Secret', SECRETS],
])('%s', (_, table) => {
  test.each(table)('%s', async (_name, content, line, words) => check(content, line, words));
});

test('the tables hold more than a hundred, each another one', () => {
  const texts = [SYNTAX, TOO_BIG, STRUCTURE, SECRETS].flat().map(([, content]) => content.toString());
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts.length).toBeGreaterThan(100);
});
