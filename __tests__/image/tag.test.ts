import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseReference } from '../../src/image/reference';
import { branchTag, commitTag } from '../../src/image/tag';

test.each([
  ['main', 'main'],
  ['feature/x', 'feature-x'],
  ['feature//x y', 'feature-x-y'],
  ['Fix_1.2', 'Fix_1.2'],
  ['.hidden', 'hidden'],
  ['-x', 'x'],
  ['/x', 'x'],
  ['größe', 'gr-e'],
  ['x'.repeat(200), 'x'.repeat(128)],
  ['日本', undefined],
  ['', undefined],
  ['...', undefined],
])('%s gives %s', (branch, tag) => expect(branchTag(branch)).toBe(tag));

test('whatever the branch, the tag is one that a registry takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (branch) => {
      const tag = branchTag(branch);
      if (tag !== undefined) expect(parseReference(`a:${tag}`)?.tag).toBe(tag);
    }),
  );
});

describe('the tag of a commit', () => {
  const SHA = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';

  test('is the commit for what lies where everybody has it', async () => {
    expect(await commitTag(SHA, '.', './Dockerfile')).toBe(SHA);
  });

  test('is another for each other context or file, and always the same', async () => {
    const images = [
      ['app', 'app/Dockerfile'],
      ['.', 'app/Dockerfile'],
      ['.', './Containerfile'],
      ['web', 'web/Dockerfile'],
    ] as const;
    const tagsOf = (): Promise<readonly string[]> =>
      Promise.all(images.map(([context, file]) => commitTag(SHA, context, file)));
    const tags = await tagsOf();
    for (const tag of tags) {
      expect(tag).toMatch(new RegExp(`^${SHA}-[0-9a-f]{8}$`));
      expect(parseReference(`a:${tag}`)?.tag).toBe(tag);
    }
    expect(new Set(tags).size).toBe(images.length);
    expect(await tagsOf()).toEqual(tags);
  });
});
