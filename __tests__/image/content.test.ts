import { describe, expect, test } from '@jest/globals';
import { contentKey, readSources, riskWarning } from '../../src/image/content';
import type { IgnoreRules } from '../../src/image/ignore';
import { fakeFiles } from '../support/files';
import { fakeHash } from '../support/image';
import { anImage } from '../support/settings';

const FILES = { Dockerfile: 'FROM x\nCOPY a /\n', 'app/Dockerfile': 'FROM y\n', '.dockerignore': 'b\n' };
const keyOf = (
  given: Parameters<typeof anImage>[0] = {},
  files: Readonly<Record<string, string>> = FILES,
  labels: Readonly<Record<string, string>> = { source: 'here' },
  content = 'content',
): Promise<string> => {
  const image = anImage(given);
  return contentKey(image, labels, readSources(image, fakeFiles(files)), fakeHash(content));
};

describe('the key', () => {
  test('is the same for the same, in whatever order it is given', async () => {
    expect(await keyOf()).toMatch(/^[0-9a-f]{64}$/);
    expect(await keyOf({ args: { A: '1', B: '2' } })).toBe(await keyOf({ args: { B: '2', A: '1' } }));
  });

  test('is another for whatever makes another image', async () => {
    const keys = await Promise.all([
      keyOf(),
      keyOf({ target: 'web' }),
      keyOf({ platforms: ['linux/amd64'] }),
      keyOf({ args: { A: '1' } }),
      keyOf({ args: { A: '2' } }),
      keyOf({ provenance: true }),
      keyOf({ sbom: true }),
      keyOf({ file: 'app/Dockerfile' }),
      keyOf({}, { ...FILES, Dockerfile: 'FROM x:2\nCOPY a /\n' }),
      keyOf({}, FILES, { source: 'there' }),
      keyOf({}, FILES, { source: 'here' }, 'other'),
    ]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('is the same whatever the secrets, tags and cache', async () => {
    const other = { secrets: { a: 'hunter2' }, tags: ['latest'], cache: 'none', password: 'x' } as const;
    expect(await keyOf(other)).toBe(await keyOf());
  });
});

describe('what is left out of the context', () => {
  /** Gives the rules that the context is digested by. */
  async function rulesOf(files: Readonly<Record<string, string>>): Promise<IgnoreRules> {
    const image = anImage();
    let seen: IgnoreRules | undefined;
    await contentKey(image, {}, readSources(image, fakeFiles(files)), (_, rules) => {
      seen = rules;
      return Promise.resolve('');
    });
    if (seen === undefined) throw new Error('nothing was digested');
    return seen;
  }

  test('is what .dockerignore says', async () => {
    const rules = await rulesOf(FILES);
    expect([rules.ignores('a'), rules.ignores('b')]).toEqual([false, true]);
  });

  test('is what the Dockerfile’s own says, where it has one', async () => {
    const rules = await rulesOf({ ...FILES, 'Dockerfile.dockerignore': 'a\n' });
    expect([rules.ignores('a'), rules.ignores('b')]).toEqual([true, false]);
  });

  test('is git’s own folder, where nothing of it can be copied', async () => {
    const named = await rulesOf({ Dockerfile: 'FROM x\nCOPY a /\n', '.dockerignore': '!.git/x' });
    expect([named.ignores('.git'), named.mayHold('.git'), named.ignores('.github')]).toEqual([
      true,
      false,
      false,
    ]);
    const all = await rulesOf({ Dockerfile: 'FROM x\nCOPY . /\n' });
    expect(all.ignores('.git')).toBe(false);
  });
});

describe('a risk', () => {
  const warn = (files: Readonly<Record<string, string>>): string | undefined => {
    const all = fakeFiles(files);
    return riskWarning(readSources(anImage(), all), all);
  };
  const all = { Dockerfile: 'FROM x\nCOPY . .\n', '.git/config': '', '.env': '' };

  test('is told of each that may be copied', () => {
    expect(warn(all)).toMatch(/^\.git and \.env may be copied into the image: name them in \.dockerignore\./);
    expect(warn({ ...all, '.env.production': '', '.dockerignore': '.git' })).toMatch(
      /^\.env and \.env\.production may be copied/,
    );
    expect(warn({ ...all, '.dockerignore': '.git' })).toMatch(/^\.env may be copied .* name it in/);
  });

  test('is none where it is left out, not there, or nothing copies it', () => {
    expect(warn({ ...all, '.dockerignore': '.git\n.env' })).toBeUndefined();
    expect(warn({ Dockerfile: 'FROM x\nCOPY . .\n' })).toBeUndefined();
    expect(warn({ ...all, Dockerfile: 'FROM x\nCOPY src .\n' })).toBeUndefined();
  });
});
