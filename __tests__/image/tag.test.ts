import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseReference } from '../../src/image/reference';
import { commitTag, contentTag, isReserved, nameTag, versionTags } from '../../src/image/tag';

const SHA = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';

describe('the tag of a branch', () => {
  test.each([
    ['main', 'main'],
    ['feature/x', 'feature-x'],
    ['Fix_1.2', 'Fix_1.2'],
    ['x'.repeat(128), 'x'.repeat(128)],
    ['日本', undefined],
    ['', undefined],
    ['...', undefined],
  ])('%s is %s', async (branch, tag) => expect(await nameTag(branch)).toBe(tag));

  test.each([
    ['feature//x y', /^feature-x-y-[0-9a-f]{8}$/],
    ['.hidden', /^hidden-[0-9a-f]{8}$/],
    ['-x', /^x-[0-9a-f]{8}$/],
    ['/x', /^x-[0-9a-f]{8}$/],
    ['größe', /^gr-e-[0-9a-f]{8}$/],
    ['x'.repeat(129), /^x{119}-[0-9a-f]{8}$/],
    ['buildcache', /^buildcache-[0-9a-f]{8}$/],
    ['content-1', /^content-1-[0-9a-f]{8}$/],
    [SHA, new RegExp(`^${SHA}-[0-9a-f]{8}$`)],
  ])('%s has a hash, since it is not the name itself', async (branch, tag) => {
    expect(await nameTag(branch)).toMatch(tag);
  });

  test('is another one for names that differ in more than slashes', async () => {
    const names = ['a+b', 'a b', 'a-b', 'a~b', 'a-b-', `${'x'.repeat(130)}1`, `${'x'.repeat(130)}2`];
    expect(new Set(await Promise.all(names.map(nameTag))).size).toBe(names.length);
  });

  test('is one that a registry takes, whatever the branch', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (branch) => {
        const tag = await nameTag(branch);
        if (tag !== undefined) expect(parseReference(`a:${tag}`)?.tag).toBe(tag);
      }),
    );
  });
});

describe('the tags of a tag of git', () => {
  test.each([
    ['v1.2.3', ['1.2.3', '1.2', '1']],
    ['1.2.3', ['1.2.3', '1.2', '1']],
    ['v10.20.30', ['10.20.30', '10.20', '10']],
    ['v0.2.3', ['0.2.3', '0.2']],
    ['v1.2.3-rc.1', ['1.2.3-rc.1']],
    ['v1.2', ['v1.2']],
    ['v1', ['v1']],
    ['2026.01.05', ['2026.01.05']],
    ['nightly', ['nightly']],
    ['app/v1.2.3', ['app-v1.2.3']],
    ['latest', ['latest']],
    ['', []],
  ])('%s gives %j', async (gitTag, tags) => expect(await versionTags(gitTag)).toEqual(tags));

  test('a build of a version is a name with a hash, and moves no other tag', async () => {
    expect(await versionTags('v1.2.3+7')).toEqual([expect.stringMatching(/^v1\.2\.3-7-[0-9a-f]{8}$/)]);
  });
});

describe('the tag of a commit', () => {
  const plain = { context: '.', file: './Dockerfile', target: undefined };

  test('is the commit for what lies where everybody has it', async () => {
    expect(await commitTag(SHA, plain)).toBe(SHA);
    for (const [context, file] of [
      ['./', 'Dockerfile'],
      ['.', './/Dockerfile'],
    ] as const)
      expect(await commitTag(SHA, { ...plain, context, file })).toBe(SHA);
  });

  test('is another for each other context, file or target, and always the same', async () => {
    const images = [
      { ...plain, context: 'app', file: 'app/Dockerfile' },
      { ...plain, file: 'app/Dockerfile' },
      { ...plain, file: './Containerfile' },
      { ...plain, context: 'web', file: 'web/Dockerfile' },
      { ...plain, target: 'web' },
      { ...plain, target: 'worker' },
    ];
    const tagsOf = (): Promise<readonly string[]> => Promise.all(images.map((each) => commitTag(SHA, each)));
    const tags = await tagsOf();
    for (const tag of tags) {
      expect(tag).toMatch(new RegExp(`^${SHA}-[0-9a-f]{8}$`));
      expect(parseReference(`a:${tag}`)?.tag).toBe(tag);
      expect(isReserved(tag)).toBe(true);
    }
    expect(new Set(tags).size).toBe(images.length);
    expect(await tagsOf()).toEqual(tags);
  });
});

test('the tag of a content is reserved, and one that a registry takes', () => {
  const tag = contentTag('ab'.repeat(32));
  expect(tag).toBe(`content-${'ab'.repeat(20)}`);
  expect(isReserved(tag)).toBe(true);
});
