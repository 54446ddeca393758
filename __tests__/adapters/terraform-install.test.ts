import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findTerraform, installTerraform } from '../../src/adapters/terraform-install';
import { LocalServer } from '../support/http';
import { FakeLog } from '../support/log';
import { zipOf } from '../support/zip';

const VERSION = '1.99.3';
const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;
const NAME = `terraform_${VERSION}_${process.platform}_${ARCHITECTURE}.zip`;
const SUMS = `/${VERSION}/terraform_${VERSION}_SHA256SUMS`;
const ZIP = zipOf('terraform', '#!/bin/sh\necho installed\n');
const sum = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const before = { ...process.env };
let folder = '';
let server: LocalServer | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wpp-install-'));
  Object.assign(process.env, { RUNNER_TEMP: join(folder, 'temp'), RUNNER_TOOL_CACHE: join(folder, 'cache') });
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  process.env = { ...before };
  rmSync(folder, { recursive: true, force: true });
});

async function releases(bodies: Readonly<Record<string, string | Buffer>>): Promise<string> {
  server = await LocalServer.serving(bodies);
  return server.address;
}

describe('installTerraform', () => {
  test('gives a program that runs, and takes it from the cache the next time', async () => {
    const address = await releases({
      [SUMS]: `${'0'.repeat(64)}  terraform_${VERSION}_other.zip\n${sum(ZIP)}  ${NAME}\n`,
      [`/${VERSION}/${NAME}`]: ZIP,
    });
    const program = await installTerraform(VERSION, address);
    expect(execFileSync(program, { encoding: 'utf8' })).toBe('installed\n');
    const asked = server?.asked.length;
    expect(await installTerraform(VERSION, address)).toBe(program);
    expect(server?.asked).toHaveLength(asked ?? 0);
  });

  test('refuses an archive that is not the one of the release, and caches nothing', async () => {
    const address = await releases({
      [SUMS]: `${'0'.repeat(64)}  ${NAME}\n`,
      [`/${VERSION}/${NAME}`]: ZIP,
    });
    await expect(installTerraform(VERSION, address)).rejects.toThrow(
      `${NAME} has the checksum ${sum(ZIP)}, but the release says ${'0'.repeat(64)}`,
    );
    await expect(installTerraform(VERSION, address)).rejects.toThrow('checksum');
  });

  test('a release that has nothing for this machine is told before anything is downloaded', async () => {
    const address = await releases({ [SUMS]: `${sum(ZIP)}  x${NAME}\n`, [`/${VERSION}/${NAME}`]: ZIP });
    await expect(installTerraform(VERSION, address)).rejects.toThrow(`does not list ${NAME}`);
    expect(server?.asked).toEqual([SUMS]);
  });

  test('a version that does not exist', async () => {
    const address = await releases({});
    await expect(installTerraform(VERSION, address)).rejects.toThrow(/SHA256SUMS answered 404$/);
  });
});

describe('findTerraform', () => {
  const never = new AbortController().signal;

  /** Puts a program that says this version first on PATH. */
  function onPath(version: string, name = 'bin', file = 'terraform'): string {
    mkdirSync(join(folder, name), { recursive: true });
    const program = join(folder, name, file);
    writeFileSync(program, `#!/bin/sh\necho '{"terraform_version": "${version}"}'\n`);
    chmodSync(program, 0o755);
    return program;
  }

  test.each([
    ['1.11.0', undefined],
    ['1.20.3', undefined],
    ['2.0.0', undefined],
    ['1.5.7', '1.5.7'],
  ])('takes %s from PATH where %s is wanted', async (version, wanted) => {
    const program = onPath(version);
    process.env['PATH'] = `${join(folder, 'bin')}:/usr/bin:/bin`;
    const log = new FakeLog();
    expect(await findTerraform(wanted, log, never)).toBe(program);
    expect(log.lines).toEqual([`Terraform ${version} from PATH.`]);
  });

  test('goes on along PATH where the first does not fit', async () => {
    onPath('1.10.9');
    const program = onPath('1.12.0', 'bin2');
    process.env['PATH'] = `${join(folder, 'bin')}:${join(folder, 'bin2')}:/usr/bin:/bin`;
    expect(await findTerraform(undefined, new FakeLog(), never)).toBe(program);
  });

  test('looks behind the wrapper of setup-terraform', async () => {
    const program = onPath('1.12.0', 'setup', 'terraform-bin');
    onPath('1.12.0', 'setup');
    process.env['TERRAFORM_CLI_PATH'] = join(folder, 'setup');
    process.env['PATH'] = `${join(folder, 'setup')}:/usr/bin:/bin`;
    expect(await findTerraform(undefined, new FakeLog(), never)).toBe(program);
  });

  test('takes a wanted version that was installed before', async () => {
    process.env['PATH'] = '/usr/bin:/bin';
    const address = await releases({
      [SUMS]: `${sum(ZIP)}  ${NAME}\n`,
      [`/${VERSION}/${NAME}`]: ZIP,
    });
    const installed = await installTerraform(VERSION, address);
    onPath('1.12.0');
    process.env['PATH'] = `${join(folder, 'bin')}:/usr/bin:/bin`;
    expect(await findTerraform(VERSION, new FakeLog(), never)).toBe(installed);
    expect(readFileSync(installed, 'utf8')).toContain('installed');
  });
});
