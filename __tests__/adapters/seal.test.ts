import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import sodium from 'libsodium-wrappers';
import { seal } from '../../src/adapters/seal';

test('what is sealed is opened by the owner of the key, and is another text each time', async () => {
  await sodium.ready;
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  const key = Buffer.from(publicKey).toString('base64');
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 5_000 }), async (text) => {
      const [sealed, again] = [await seal(text, key), await seal(text, key)];
      const open = (each: string): string =>
        Buffer.from(
          sodium.crypto_box_seal_open(Buffer.from(each, 'base64'), publicKey, privateKey),
        ).toString();
      expect([open(sealed), open(again)]).toEqual([text, text]);
      expect(sealed).not.toBe(again);
    }),
    { numRuns: 50 },
  );
});

test.each(['', 'c2hvcnQ='])('a public key that is none is refused (%j)', async (key) => {
  await expect(seal('value', key)).rejects.toThrow();
});
