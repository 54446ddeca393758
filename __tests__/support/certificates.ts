import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A throwaway certificate with its key, both as PEM. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
  /** The same key, locked by a passphrase. */
  readonly lockedKey: string;
}

/** Makes a certificate that is valid from now on for `days`. */
export function makePair(name: string, days: number): Pair {
  const folder = mkdtempSync(join(tmpdir(), 'wpp-pair-'));
  const at = (file: string): string => join(folder, file);
  const openssl = (...args: readonly string[]): void =>
    void execFileSync('openssl', [...args], { stdio: 'pipe' });
  try {
    const how = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-subj',
      `/CN=${name}`,
    ];
    openssl('req', '-x509', ...how, '-days', String(days), '-keyout', at('key'), '-out', at('cert'));
    openssl('pkey', '-in', at('key'), '-aes256', '-passout', 'pass:hunter2', '-out', at('locked'));
    const [certificate = '', key = '', lockedKey = ''] = ['cert', 'key', 'locked'].map((file) =>
      readFileSync(at(file), 'utf8'),
    );
    return { certificate, key, lockedKey };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
