/** Gives the HMAC-SHA256 of a text in hex: who does not have the key cannot guess the text from it. */
export type KeyedDigest = (text: string) => Promise<string>;

/** Gives a function that makes digests with a key. */
export async function keyedDigest(key: string): Promise<KeyedDigest> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, ['sign']);
  return async (text) =>
    Buffer.from(await crypto.subtle.sign('HMAC', imported, encoder.encode(text))).toString('hex');
}
