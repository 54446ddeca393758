import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cacheDir, downloadTool, extractZip, find } from '@actions/tool-cache';
import { DeployError, messageOf } from '../errors';
import { textAt } from '../json';
import type { Log } from '../ports';
import { run } from './process';

/** The version that is installed where the runner has none that fits and none is asked for. */
const DEFAULT_VERSION = '1.11.4';
/** The state lock by `use_lockfile` is complete from this version on. */
const OLDEST = [1, 11] as const;
const RELEASES = 'https://releases.hashicorp.com/terraform';
const TIMEOUT_MS = 30_000;

/** Gives the path of a terraform program of the wanted version: from PATH, else installed. Throws DeployError. */
export async function findTerraform(
  wanted: string | undefined,
  log: Log,
  signal: AbortSignal,
): Promise<string> {
  for (const program of programsOnPath()) {
    const version = await versionOf(program, signal);
    if (version !== undefined && fits(version, wanted)) {
      log.info(`Terraform ${version} from PATH.`);
      return program;
    }
  }
  const version = wanted ?? DEFAULT_VERSION;
  log.info(`Installing Terraform ${version}: PATH has none that fits.`);
  try {
    return await installTerraform(version, RELEASES);
  } catch (error) {
    throw new DeployError(
      {
        code: 'terraform-missing',
        cause: `Terraform ${version} is not on PATH and could not be installed: ${messageOf(error)}`,
        advice: 'Put it on the runner’s PATH, or set terraform-version to one that exists.',
      },
      { cause: error },
    );
  }
}

/**
 * Installs a version into the runner's tool cache and gives its path. The zip must have the checksum that the release
 * publishes beside it. `releases` is the address under which each version has its folder.
 */
export async function installTerraform(version: string, releases: string): Promise<string> {
  const cached = find('terraform', version);
  if (cached !== '') return join(cached, 'terraform');
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const name = `terraform_${version}_${process.platform}_${architecture}.zip`;
  const sums = await fetch(`${releases}/${version}/terraform_${version}_SHA256SUMS`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!sums.ok) throw new Error(`${sums.url} answered ${sums.status}`);
  const expected = (await sums.text())
    .split('\n')
    .find((line) => line.endsWith(`  ${name}`))
    ?.split(' ')[0];
  if (expected === undefined) throw new Error(`${sums.url} does not list ${name}`);
  const zip = await downloadTool(`${releases}/${version}/${name}`);
  const actual = createHash('sha256')
    .update(await readFile(zip))
    .digest('hex');
  if (actual !== expected)
    throw new Error(`${name} has the checksum ${actual}, but the release says ${expected}`);
  return join(await cacheDir(await extractZip(zip), 'terraform', version), 'terraform');
}

/** hashicorp/setup-terraform puts a wrapper in front of the program, which changes output and exit codes. */
function programsOnPath(): readonly string[] {
  const wrapped = process.env['TERRAFORM_CLI_PATH'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = [
    ...(wrapped === undefined ? [] : [join(wrapped, 'terraform-bin')]),
    ...folders
      .filter((folder) => folder !== '' && folder !== wrapped)
      .map((folder) => join(folder, 'terraform')),
  ];
  return candidates.filter((path) => existsSync(path));
}

async function versionOf(program: string, signal: AbortSignal): Promise<string | undefined> {
  const { code, stdout } = await run({
    file: program,
    args: ['version', '-json'],
    env: { TF_CLI_ARGS: undefined },
    signal,
  });
  if (code !== 0) return undefined;
  try {
    return textAt(JSON.parse(stdout), 'terraform_version') || undefined;
  } catch {
    return undefined;
  }
}

function fits(version: string, wanted: string | undefined): boolean {
  if (wanted !== undefined) return version === wanted;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
