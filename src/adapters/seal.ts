/**
 * Seals a text so that only the owner of a public key (base64) reads it, as GitHub takes the values of secrets: libsodium's
 * `crypto_box_seal`. Gives base64.
 */
export async function seal(text: string, publicKey: string): Promise<string> {
  // Few runs need the library, which is half a megabyte and takes some 30 ms to start.
  const { default: sodium } = await import('libsodium-wrappers');
  await sodium.ready;
  const key = Buffer.from(publicKey, 'base64');
  return Buffer.from(sodium.crypto_box_seal(Buffer.from(text), key)).toString('base64');
}
