import { expect, test } from '@jest/globals';
import { decodeText } from '../../src/manifests/text';

const TEXT = 'a: "é 😀"\r\nb: 1\n';

test.each<[string, Uint8Array]>([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a mark', Buffer.from(`\uFEFF${TEXT}`)],
  ['UTF-16, little end first', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
  ['UTF-16, big end first', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
])('%s is read', (_, bytes) => expect(decodeText(bytes)).toBe(TEXT));

test('nothing is nothing', () => expect(decodeText(new Uint8Array())).toBe(''));

test('what is no text is told with its line', () => {
  expect(decodeText(Buffer.from('a\nb\r\nc: é', 'latin1'))).toEqual({ reason: 'is not UTF-8', line: 3 });
  const odd = Buffer.from(`\uFEFF${TEXT}`, 'utf16le').subarray(0, -1);
  expect(decodeText(odd)).toEqual({ reason: 'is not UTF-16LE', line: 2 });
});
