import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findTerraform } from '../../src/adapters/terraform-find';
import type { WantedTerraform } from '../../src/infra/terraform-version';
import { failureOf } from '../support/failure';
import { FakeLog } from '../support/log';

const never = new AbortController().signal;
const ANY: WantedTerraform = { product: 'terraform', version: undefined, constraints: [] };
const before = { ...process.env };
let folder = '';
let log = new FakeLog();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wpp-find-'));
  log = new FakeLog();
  Object.assign(process.env, { RUNNER_TEMP: join(folder, 'temp'), RUNNER_TOOL_CACHE: join(folder, 'cache') });
  usePath();
});

afterEach(() => {
  process.env = { ...before };
  rmSync(folder, { recursive: true, force: true });
});

function usePath(...names: readonly string[]): void {
  process.env['PATH'] = [...names.map((name) => join(folder, name)), '/usr/bin', '/bin'].join(':');
}

/** Makes a program that says this version. */
function program(path: string, version: string, script = ''): string {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}echo '{"terraform_version": "${version}"}'\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Puts a version into the runner's tool cache, as an earlier run has left it there. */
function cached(version: string, product = 'terraform'): string {
  const place = `cache/${product}/${version}/${process.arch}`;
  const file = program(`${place}/${product}`, version);
  writeFileSync(join(folder, `${place}.complete`), '');
  return file;
}

test.each<[string, WantedTerraform]>([
  ['1.11.0', ANY],
  ['1.20.3', ANY],
  ['2.0.0', ANY],
  ['1.12.1', { ...ANY, version: '1.12.1' }],
  ['1.11.9', { ...ANY, constraints: ['~> 1.11.4'] }],
])('%s on PATH is taken', async (version, wanted) => {
  const file = program('bin/terraform', version);
  usePath('bin');
  expect(await findTerraform(wanted, log, never)).toBe(file);
  expect(log.lines).toEqual([`Terraform ${version} from PATH.`]);
});

test.each<[string, string, WantedTerraform]>([
  ['is too old for the lock', '1.10.9', ANY],
  ['is not what the configuration takes', '1.13.0', { ...ANY, constraints: ['< 1.13'] }],
  ['is not a release', '1.12.0-alpha1', ANY],
])('PATH is gone on along where the first %s', async (_, version, wanted) => {
  program('bin/terraform', version);
  const file = program('bin2/terraform', '1.12.0');
  usePath('bin', 'bin2');
  expect(await findTerraform(wanted, log, never)).toBe(file);
});

test.each([
  ['prints no JSON', 'echo "[command]"; '],
  ['fails', 'exit 1; '],
])('PATH is gone on along where the first %s', async (_, script) => {
  program('bin/terraform', '1.12.0', script);
  const file = program('bin2/terraform', '1.12.0');
  usePath('bin', 'bin2');
  expect(await findTerraform(ANY, log, never)).toBe(file);
});

test.each([
  ['terraform', 'TERRAFORM_CLI_PATH'],
  ['tofu', 'TOFU_CLI_PATH'],
] as const)('what stands behind the wrapper of setup-%s is taken', async (product, variable) => {
  const file = program(`setup/${product}-bin`, '1.12.0');
  program(`setup/${product}`, '1.12.0');
  process.env[variable] = join(folder, 'setup');
  usePath('setup');
  expect(await findTerraform({ ...ANY, product }, log, never)).toBe(file);
});

test('OpenTofu is another program', async () => {
  program('bin/terraform', '1.12.0');
  const file = program('bin/tofu', '1.10.6');
  usePath('bin');
  expect(await findTerraform({ ...ANY, product: 'tofu' }, log, never)).toBe(file);
  expect(log.lines).toEqual(['OpenTofu 1.10.6 from PATH.']);
});

test('a wanted version that was installed before is taken from the tool cache', async () => {
  program('bin/terraform', '1.12.0');
  usePath('bin');
  const file = cached('1.99.3');
  expect(await findTerraform({ ...ANY, version: '1.99.3' }, log, never)).toBe(file);
});

test('the newest in the tool cache that fits is taken where PATH has none', async () => {
  cached('1.10.0');
  cached('1.99.3');
  const file = cached('1.12.5');
  cached('1.13.0', 'tofu');
  expect(await findTerraform({ ...ANY, constraints: ['< 1.13'] }, log, never)).toBe(file);
});

test('a constraint that names no version to install says what to do', async () => {
  const failure = await failureOf(findTerraform({ ...ANY, constraints: ['> 1.90'] }, log, never));
  expect(failure).toMatchObject({ code: 'terraform-missing' });
  expect(failure.cause).toContain('> 1.90');
  expect(failure.advice).toMatch(/^Name the version in terraform-version;/);
});

test('without a way to the releases the address and what to do are told', async () => {
  const fetched = globalThis.fetch;
  globalThis.fetch = (url): ReturnType<typeof fetch> =>
    fetched((url as string).replace('https://releases.hashicorp.com', 'http://127.0.0.1:9'));
  try {
    const failure = await failureOf(findTerraform({ ...ANY, version: '1.99.4' }, log, never));
    expect(failure.code).toBe('terraform-missing');
    expect(failure.cause).toMatch(
      /^Terraform 1\.99\.4 is not on PATH and could not be installed: https:\/\/releases\.hashicorp\.com\/terraform\/1\.99\.4\/\S+: /,
    );
    expect(failure.advice).toContain('hashicorp/setup-terraform');
  } finally {
    globalThis.fetch = fetched;
  }
});

test('a cancelled run is told as such', async () => {
  const reason = new Error('cancelled');
  program('bin/terraform', '1.12.0');
  usePath('bin');
  await expect(findTerraform(ANY, log, AbortSignal.abort(reason))).rejects.toBe(reason);
});
