import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { HASHICORP_KEY, OPENTOFU_KEY } from '../../src/adapters/release-keys';
import { verifySignature } from '../../src/adapters/release-signature';

const never = new AbortController().signal;
const release = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, '../fixtures/releases', name));

/** What the makers have published. */
const TERRAFORM = [
  release('terraform_1.9.8_SHA256SUMS'),
  release('terraform_1.9.8_SHA256SUMS.sig'),
  HASHICORP_KEY,
] as const;
const OPENTOFU = [
  release('tofu_1.8.5_SHA256SUMS'),
  release('tofu_1.8.5_SHA256SUMS.gpgsig'),
  OPENTOFU_KEY,
] as const;

describe('a release', () => {
  test.each([
    ['Terraform', TERRAFORM],
    ['OpenTofu', OPENTOFU],
  ])('of %s is trusted by its makers’ key', async (_, [document, signature, key]) => {
    await expect(verifySignature(document, signature, key, never)).resolves.toBeUndefined();
  });

  const [document, signature, key] = TERRAFORM;
  const changed = Buffer.from(document.toString().replace('be591e8c', 'ce591e8c'));
  test.each<[string, Buffer, Buffer, string]>([
    ['with a changed checksum', changed, signature, key],
    ['with a line more', Buffer.concat([document, Buffer.from('\n')]), signature, key],
    ['with the signature of another', document, OPENTOFU[1], key],
    ['signed by somebody else', document, signature, OPENTOFU_KEY],
    ['without a signature', document, Buffer.alloc(0), key],
    ['with what is no signature', document, Buffer.from('<html>404</html>'), key],
    ['with half a signature', document, signature.subarray(0, 200), key],
  ])('%s is not trusted', async (_, ...given) => {
    await expect(verifySignature(...given, never)).rejects.toThrow(/^its signature is not good: gpgv: /);
  });
});

test('without gpgv the reason is told', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  try {
    await expect(verifySignature(...TERRAFORM, never)).rejects.toThrow(
      /gpgv.* is not on PATH: install gnupg$/,
    );
  } finally {
    process.env['PATH'] = path;
  }
});
