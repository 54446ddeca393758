import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isObject, type JsonObject } from '../json';
import type { Scratch } from './scratch';

/** What docker calls Docker Hub in its file of logins (github.com/docker/cli, cli/config/configfile). */
const DOCKER_HUB = 'https://index.docker.io/v1/';

export interface RegistryLogin {
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

/** Gives the environment in which docker, podman and buildah have this login, beside those of the user, from files of this run alone. */
export function privateLogins(scratch: Scratch, login: RegistryLogin): Readonly<Record<string, string>> {
  const users = process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker');
  return {
    DOCKER_CONFIG: dockerConfig(scratch, users, login),
    REGISTRY_AUTH_FILE: podmanLogins(scratch, users, login),
  };
}

/** Gives a DOCKER_CONFIG that keeps the user's contexts, proxies, plugins and other logins, and adds ours. */
function dockerConfig(scratch: Scratch, users: string, login: RegistryLogin): string {
  const folder = scratch.makeFolder('docker');
  // The last three are what DOCKER_TLS_VERIFY takes.
  for (const name of ['cli-plugins', 'contexts', 'buildx', 'ca.pem', 'cert.pem', 'key.pem']) {
    if (existsSync(join(users, name))) symlinkSync(join(users, name), join(folder, name));
  }
  scratch.write(
    'docker/config.json',
    JSON.stringify(withDockerLogin(readConfig(join(users, 'config.json')), login)),
  );
  return folder;
}

/** Podman's own logins go before docker's, as where it looks itself (github.com/containers/image, docs/containers-auth.json.5.md). */
function podmanLogins(scratch: Scratch, users: string, login: RegistryLogin): string {
  const files = [join(users, 'config.json'), ...podmanFiles()];
  const all = (key: string): JsonObject =>
    Object.fromEntries(files.flatMap((file) => Object.entries(objectAt(readConfig(file), key))));
  const kept = { auths: all('auths'), credHelpers: all('credHelpers') };
  return scratch.write('podman-auth.json', JSON.stringify(withPodmanLogin(kept, login)));
}

/** Gives the files in which podman looks for logins, those that count most last. */
function podmanFiles(): readonly string[] {
  const { REGISTRY_AUTH_FILE: given, XDG_RUNTIME_DIR: runtime, XDG_CONFIG_HOME: config } = process.env;
  if (given !== undefined) return [given];
  return [
    join(config ?? join(homedir(), '.config'), 'containers/auth.json'),
    runtime === undefined
      ? `/run/containers/${process.getuid?.() ?? 0}/auth.json`
      : join(runtime, 'containers/auth.json'),
  ];
}

function objectAt(config: JsonObject, key: string): JsonObject {
  const value = config[key];
  return isObject(value) ? value : {};
}

/** Without a password it is the user's own login that counts. A helper without a name stands for `auths`, before any store. */
function withDockerLogin(config: JsonObject, { registry, ...login }: RegistryLogin): JsonObject {
  if (login.password === '') return config;
  const key = registry === 'docker.io' ? DOCKER_HUB : registry;
  return {
    ...config,
    auths: { ...objectAt(config, 'auths'), [key]: { auth: basic(login) } },
    credHelpers: { ...objectAt(config, 'credHelpers'), [key]: '' },
  };
}

/** Podman would ask a helper for this registry first, and calls Docker Hub by its name. */
function withPodmanLogin(config: JsonObject, { registry, ...login }: RegistryLogin): JsonObject {
  if (login.password === '') return config;
  return {
    auths: { ...objectAt(config, 'auths'), [registry]: { auth: basic(login) } },
    credHelpers: { ...objectAt(config, 'credHelpers'), [registry]: undefined },
  };
}

function basic({ username, password }: Pick<RegistryLogin, 'username' | 'password'>): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}

/** As docker does, goes on without a file that cannot be read. */
function readConfig(path: string): JsonObject {
  try {
    const config: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isObject(config) ? config : {};
  } catch {
    return {};
  }
}
