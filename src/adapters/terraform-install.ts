import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir, extractZip, find } from '@actions/tool-cache';
import pRetry, { AbortError } from 'p-retry';
import { messageOf } from '../errors';
import type { TerraformProduct } from '../infra/terraform-version';
import { HASHICORP_KEY, OPENTOFU_KEY } from './release-keys';
import { verifySignature } from './release-signature';

const TIMEOUT_MS = 5 * 60_000;
const RETRIES = { retries: 3, minTimeout: 500 };

/** Where the releases of a program lie, and who signs them. */
export interface Releases {
  readonly product: TerraformProduct;
  /** Gives the folder of a version. */
  readonly folder: (version: string) => string;
  /** The end of the name of the signature over the checksums. */
  readonly signature: string;
  /** OpenPGP, base64. */
  readonly key: string;
}

export const RELEASES: Readonly<Record<TerraformProduct, Releases>> = {
  terraform: {
    product: 'terraform',
    folder: (version) => `https://releases.hashicorp.com/terraform/${version}`,
    signature: 'sig',
    key: HASHICORP_KEY,
  },
  tofu: {
    product: 'tofu',
    folder: (version) => `https://github.com/opentofu/opentofu/releases/download/v${version}`,
    signature: 'gpgsig',
    key: OPENTOFU_KEY,
  },
};

/**
 * Installs a version into the runner's tool cache and gives the path of its program. The archive must have the checksum that
 * the release lists, and the list must be signed by the program's makers. Throws an error that says what is wrong.
 */
export async function installTerraform(
  version: string,
  { product, folder, signature, key }: Releases,
  signal: AbortSignal,
): Promise<string> {
  const cached = find(product, version);
  if (cached !== '') return join(cached, product);
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const archive = `${product}_${version}_${process.platform}_${architecture}.zip`;
  const list = `${product}_${version}_SHA256SUMS`;
  const fetched = (name: string): Promise<Buffer> => download(`${folder(version)}/${name}`, signal);

  const [sums, signed] = await Promise.all([fetched(list), fetched(`${list}.${signature}`)]);
  await verifySignature(sums, signed, key, signal).catch((error: unknown) => {
    throw new Error(`${list} is not trusted: ${messageOf(error)}`, { cause: error });
  });
  const lines = sums.toString().split('\n');
  const expected = lines.find((line) => line.endsWith(`  ${archive}`))?.split(' ')[0];
  if (expected === undefined) throw new Error(`${list} does not list ${archive}`);
  const zip = await fetched(archive);
  const actual = createHash('sha256').update(zip).digest('hex');
  if (actual !== expected)
    throw new Error(`${archive} has the checksum ${actual}, but the release says ${expected}`);
  return join(await unpack(zip, product, version), product);
}

async function unpack(zip: Buffer, product: TerraformProduct, version: string): Promise<string> {
  const file = join(mkdtempSync(join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'wpp-install-')), 'archive.zip');
  writeFileSync(file, zip);
  return cacheDir(await extractZip(file), product, version);
}

/** Gives the body of a URL; what may pass, such as a 502, is tried again. */
function download(url: string, signal: AbortSignal): Promise<Buffer> {
  const load = async (): Promise<Buffer> => {
    signal.throwIfAborted();
    const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await fetch(url, { signal: limited }).catch((error: unknown) => {
      signal.throwIfAborted();
      // Node says only "fetch failed"; its cause says why.
      const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : error;
      throw new Error(`${url}: ${messageOf(cause)}`, { cause });
    });
    if (response.ok) return Buffer.from(await response.arrayBuffer());
    const refused = new Error(`${url} answered ${response.status}`);
    throw response.status >= 500 || response.status === 429 ? refused : new AbortError(refused);
  };
  return pRetry(load, { ...RETRIES, signal, shouldRetry: () => !signal.aborted });
}
