import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './process';

/**
 * Checks that the owner of `key` (OpenPGP, base64) has signed a document, by GnuPG's gpgv. Throws an error that says why it is
 * not trusted.
 */
export async function verifySignature(
  document: Buffer,
  signature: Buffer,
  key: string,
  signal: AbortSignal,
): Promise<void> {
  const folder = mkdtempSync(join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'wpp-signature-'));
  try {
    const contents = { keyring: Buffer.from(key, 'base64'), signature, document };
    const [keyring = '', ...signed] = Object.entries(contents).map(([name, content]) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    });
    const exit = await run({ file: 'gpgv', args: ['--keyring', keyring, ...signed], env: {}, signal });
    if (exit.code === 127) throw new Error('gpgv, which checks its signature, is not on PATH: install gnupg');
    if (exit.code !== 0) throw new Error(`its signature is not good: ${exit.tail.join(' ')}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
