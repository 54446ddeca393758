import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DeployError } from '../errors';
import { buildCommand } from '../image/build-command';
import { explainBuild } from '../image/build-failure';
import { isObject, type JsonObject } from '../json';
import type { BuildRequest, ImageBuilder, Log } from '../ports';
import { run } from './process';
import type { Scratch } from './scratch';

export interface RegistryLogin {
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

/** Builds with `docker buildx`, under a DOCKER_CONFIG of its own so that no other job's logins are touched. */
export class DockerBuilder implements ImageBuilder {
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #config: string;

  constructor(scratch: Scratch, login: RegistryLogin, log: Log, signal: AbortSignal) {
    this.#log = log;
    this.#signal = signal;
    this.#config = privateConfig(scratch, login);
  }

  async build(request: BuildRequest): Promise<void> {
    const { code, tail } = await run({
      file: 'docker',
      args: buildCommand(request),
      env: {
        DOCKER_CONFIG: this.#config,
        BUILDX_METADATA_PROVENANCE: 'disabled',
        BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
      },
      signal: this.#signal,
      onLine: (line) => this.#log.info(line),
    });
    if (code !== 0) throw new DeployError(explainBuild(request, code, tail));
  }
}

/** Gives a DOCKER_CONFIG that keeps the user's contexts, proxies, plugins and other logins, and adds ours. */
function privateConfig(scratch: Scratch, login: RegistryLogin): string {
  const users = process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker');
  const folder = scratch.makeFolder('docker');
  for (const name of ['cli-plugins', 'contexts', 'buildx']) {
    if (existsSync(join(users, name))) symlinkSync(join(users, name), join(folder, name));
  }
  const kept = readConfig(join(users, 'config.json'));
  const config = login.password === '' ? kept : withLogin(kept, login);
  scratch.write('docker/config.json', JSON.stringify(config));
  return folder;
}

function withLogin(config: JsonObject, { registry, username, password }: RegistryLogin): JsonObject {
  const { auths, credHelpers } = config;
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return {
    ...config,
    auths: { ...(isObject(auths) ? auths : {}), [registry]: { auth } },
    // A credential store, or a helper for this registry, would be asked first.
    credsStore: undefined,
    credHelpers: isObject(credHelpers) ? { ...credHelpers, [registry]: undefined } : undefined,
  };
}

function readConfig(path: string): JsonObject {
  if (!existsSync(path)) return {};
  const config: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return isObject(config) ? config : {};
}
