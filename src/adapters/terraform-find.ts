import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findAllVersions } from '@actions/tool-cache';
import { DeployError, messageOf } from '../errors';
import {
  isWanted,
  versionToInstall,
  type TerraformProduct,
  type WantedTerraform,
} from '../infra/terraform-version';
import { textAt } from '../json';
import type { Log } from '../ports';
import { run } from './process';
import { installTerraform, RELEASES } from './terraform-install';

const NAMES: Readonly<Record<TerraformProduct, string>> = { terraform: 'Terraform', tofu: 'OpenTofu' };
/** hashicorp/setup-terraform and opentofu/setup-opentofu put a wrapper before the program, which changes output and exit codes. */
const WRAPPED = { terraform: 'TERRAFORM_CLI_PATH', tofu: 'TOFU_CLI_PATH' } as const;

/** Gives the path of a program that is wanted: from PATH, else from the runner's tool cache, else installed. Throws DeployError. */
export async function findTerraform(wanted: WantedTerraform, log: Log, signal: AbortSignal): Promise<string> {
  const name = NAMES[wanted.product];
  for (const program of programsOnPath(wanted.product)) {
    const version = await versionOf(program, signal);
    if (version === undefined || !isWanted(version, wanted)) continue;
    log.info(`${name} ${version} from PATH.`);
    return program;
  }
  return install(wanted, name, log, signal);
}

async function install(
  wanted: WantedTerraform,
  name: string,
  log: Log,
  signal: AbortSignal,
): Promise<string> {
  const { product } = wanted;
  const version = versionToInstall(wanted, atHand(product));
  if (version === undefined) throw noneFits(name, wanted);
  log.info(`${name} ${version} from the tool cache or its release: PATH has none that fits.`);
  try {
    return await installTerraform(version, RELEASES[product], signal);
  } catch (error) {
    if (error instanceof DeployError) throw error;
    const setup = product === 'tofu' ? 'opentofu/setup-opentofu' : 'hashicorp/setup-terraform';
    throw new DeployError(
      {
        code: 'terraform-missing',
        cause: `${name} ${version} is not on PATH and could not be installed: ${messageOf(error)}`,
        advice: `Put it on the runner’s PATH by a step before this one, such as ${setup}, or set terraform-version to one that exists.`,
      },
      { cause: error },
    );
  }
}

/** Gives the versions in the tool cache, which only a runner has. */
function atHand(product: TerraformProduct): readonly string[] {
  return process.env['RUNNER_TOOL_CACHE'] === undefined ? [] : findAllVersions(product);
}

function noneFits(name: string, { constraints }: WantedTerraform): DeployError {
  return new DeployError({
    code: 'terraform-missing',
    cause: `no ${name} on PATH and none that can be guessed fits required_version: ${constraints.join('; ')}`,
    advice:
      'Name the version in terraform-version; the lock of the state needs Terraform 1.11 or OpenTofu 1.10.',
  });
}

function programsOnPath(product: TerraformProduct): readonly string[] {
  const wrapped = process.env[WRAPPED[product]];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = [
    ...(wrapped === undefined ? [] : [join(wrapped, `${product}-bin`)]),
    ...folders.filter((folder) => folder !== '' && folder !== wrapped).map((folder) => join(folder, product)),
  ];
  return [...new Set(candidates)].filter((path) => existsSync(path));
}

async function versionOf(program: string, signal: AbortSignal): Promise<string | undefined> {
  const { code, stdout } = await run({
    file: program,
    args: ['version', '-json'],
    // It would ask HashiCorp whether there is a newer one.
    env: { TF_CLI_ARGS: undefined, TF_LOG: undefined, CHECKPOINT_DISABLE: '1' },
    signal,
  });
  if (code !== 0) return undefined;
  try {
    return textAt(JSON.parse(stdout), 'terraform_version') || undefined;
  } catch {
    return undefined;
  }
}
