import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseReference } from '../../src/image/reference';
import { branchTag } from '../../src/image/tag';

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
