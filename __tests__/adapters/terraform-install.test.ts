import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { installTerraform, RELEASES, type Releases } from '../../src/adapters/terraform-install';
import { SIGNED, TEST_KEY } from '../fixtures/signed-releases';
import { LocalServer } from '../support/http';
import { zipOf } from '../support/zip';

const VERSION = '1.99.3';
const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;
const NAME = `terraform_${VERSION}_${process.platform}_${ARCHITECTURE}.zip`;
const LIST = `terraform_${VERSION}_SHA256SUMS`;
const ZIP = zipOf('terraform', '#!/bin/sh\necho installed\n');

/** Stands for one that the release lacks. */
const NO_ARCHIVE = Buffer.alloc(0);

const before = { ...process.env };
let folder = '';
let server: LocalServer | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wpp-install-'));
  Object.assign(process.env, { RUNNER_TEMP: join(folder, 'temp'), RUNNER_TOOL_CACHE: join(folder, 'cache') });
  mkdirSync(join(folder, 'temp'));
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  process.env = { ...before };
  rmSync(folder, { recursive: true, force: true });
});

const install = (signal = new AbortController().signal): Promise<string> => {
  const releases: Releases = {
    product: 'terraform',
    folder: (version) => `${server?.address}/${version}`,
    signature: 'sig',
    key: TEST_KEY,
  };
  return installTerraform(VERSION, releases, signal);
};

/** Serves a release; the first `failures` requests are answered with 502. */
async function serve(
  { text, signature }: (typeof SIGNED)['good'] = SIGNED.good,
  archive: Buffer = ZIP,
  failures = 0,
): Promise<void> {
  const bodies: Readonly<Record<string, string | Buffer>> = {
    [`/${VERSION}/${LIST}`]: text,
    [`/${VERSION}/${LIST}.sig`]: signature,
    [`/${VERSION}/${NAME}`]: archive,
  };
  let left = failures;
  server = await LocalServer.answering((request, response) => {
    const body = bodies[request.url ?? ''];
    left -= 1;
    if (left >= 0) response.writeHead(502).end();
    else response.writeHead(body === undefined || body === NO_ARCHIVE ? 404 : 200).end(body);
  });
}

test('gives a program that runs, and takes it from the cache the next time', async () => {
  await serve();
  const program = await install();
  expect(execFileSync(program, { encoding: 'utf8' })).toBe('installed\n');
  expect(server?.asked).toHaveLength(3);
  expect(await install()).toBe(program);
  expect(server?.asked).toHaveLength(3);
});

test('a server that stumbles is asked again', async () => {
  await serve(SIGNED.good, ZIP, 2);
  expect(execFileSync(await install(), { encoding: 'utf8' })).toBe('installed\n');
  expect(server?.asked).toHaveLength(5);
});

describe('refuses', () => {
  const forged = { ...SIGNED.good, text: SIGNED.good.text.replace(/^./, 'f') };
  test.each<[string, Parameters<typeof serve>, RegExp]>([
    [
      'an archive that is not the one of the release',
      [SIGNED.good, Buffer.from('x')],
      /has the checksum 2d71/,
    ],
    ['a list of another archive', [SIGNED.wrong], /has the checksum .*, but the release says 0{64}$/],
    ['a list that was changed', [forged], /^terraform_1\.99\.3_SHA256SUMS is not trusted: its signature is/],
    ['a list without this machine', [SIGNED.other], new RegExp(`^${LIST} does not list ${NAME}$`)],
    ['an archive that is not there', [SIGNED.good, NO_ARCHIVE], /zip answered 404$/],
  ])('%s, each time anew', async (_, given, message) => {
    await serve(...given);
    await expect(install()).rejects.toThrow(message);
    await expect(install()).rejects.toThrow(message);
  });
});

test('a version that does not exist is not asked for again and again', async () => {
  server = await LocalServer.serving({});
  await expect(install()).rejects.toThrow(/_SHA256SUMS(\.sig)? answered 404$/);
  expect(new Set(server.asked).size).toBe(server.asked.length);
});

test('nothing is fetched once the run is cancelled', async () => {
  await serve();
  const reason = new Error('the run was cancelled');
  await expect(install(AbortSignal.abort(reason))).rejects.toBe(reason);
  expect(server?.asked).toEqual([]);
});

test.each([
  ['terraform', 'https://releases.hashicorp.com/terraform/1.11.4'],
  ['tofu', 'https://github.com/opentofu/opentofu/releases/download/v1.11.4'],
] as const)('%s has its releases at %s', (product, url) => {
  expect(RELEASES[product].folder('1.11.4')).toBe(url);
});
