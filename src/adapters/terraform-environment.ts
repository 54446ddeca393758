import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { InfraSettings } from '../settings/settings';
import { storeEndpoint } from './object-storage';

/**
 * What a workflow may have set for other uses of Terraform or of the store, and would change ours: its arguments, log, workspace
 * and credentials. Variables come by the inputs alone, since the fingerprint knows no others.
 */
const FOREIGN =
  /^(TF_(CLI_ARGS|LOG|WORKSPACE|VAR_|REATTACH_PROVIDERS)|AWS_(SESSION_TOKEN|SECURITY_TOKEN|(DEFAULT_)?PROFILE|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE)|LINODE_DEBUG)/;
/** Those that somebody has set on purpose, and may miss. */
const MISSED = /^TF_(CLI_ARGS|WORKSPACE|VAR_)/;

/** Gives the variables of the environment that are not handed on to Terraform, although they would mean something to it. */
export function ignoredVariables(): readonly string[] {
  return Object.keys(process.env).filter((name) => MISSED.test(name));
}

/**
 * Gives what Terraform's environment has beside ours; undefined takes a variable out. `data` receives what `init` makes, `folder`
 * is that of the configuration.
 */
export function terraformEnvironment(
  settings: InfraSettings,
  data: string,
  folder: string,
): Record<string, string | undefined> {
  const foreign = Object.keys(process.env).filter((name) => FOREIGN.test(name));
  const variables = Object.entries(settings.variables)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [`TF_VAR_${name}`, typeof value === 'string' ? value : JSON.stringify(value)]);
  return {
    ...Object.fromEntries(foreign.map((name) => [name, undefined])),
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    TF_DATA_DIR: data,
    // Terraform would ask HashiCorp for newer versions of itself, by each command.
    CHECKPOINT_DISABLE: '1',
    ...pluginCache(folder),
    LINODE_TOKEN: settings.linodeToken,
    TF_VAR_linode_token: settings.linodeToken,
    ...(settings.localState ? {} : storeEnvironment(settings)),
    ...(Object.fromEntries(variables) as Record<string, string>),
  };
}

function storeEnvironment(settings: InfraSettings): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: settings.stateAccessKey,
    AWS_SECRET_ACCESS_KEY: settings.stateSecretKey,
    AWS_ENDPOINT_URL_S3: storeEndpoint(settings),
    // Since Terraform 1.11.2 uploads carry a checksum trailer that S3-compatible stores refuse.
    AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
    AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required',
  };
}

/** Keeps providers in the runner's tool cache, from run to run where the runner lasts. A cache that the workflow has set is left. */
function pluginCache(folder: string): Record<string, string> {
  const tools = process.env['RUNNER_TOOL_CACHE'];
  if (tools === undefined || process.env['TF_PLUGIN_CACHE_DIR'] !== undefined) return {};
  const cache = join(tools, 'wpp-deploy-action', 'terraform-plugins');
  try {
    mkdirSync(cache, { recursive: true });
  } catch {
    // Without a place to write to, each run loads its providers.
    return {};
  }
  // Terraform takes nothing from the cache that no lock file vouches for, lest it write a poorer one; here there is none to spoil.
  const locked = existsSync(join(folder, '.terraform.lock.hcl'));
  return {
    TF_PLUGIN_CACHE_DIR: cache,
    ...(locked ? {} : { TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: '1' }),
  };
}
