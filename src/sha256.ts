/** Gives the SHA-256 digest of bytes, or of a text as UTF-8. */
export async function sha256(data: string | Uint8Array): Promise<Buffer> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : Uint8Array.from(data);
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes));
}
