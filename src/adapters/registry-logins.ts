import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isObject, type JsonObject } from '../json';
import type { Scratch } from './scratch';

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
  for (const name of ['cli-plugins', 'contexts', 'buildx']) {
    if (existsSync(join(users, name))) symlinkSync(join(users, name), join(folder, name));
  }
  scratch.write(
    'docker/config.json',
    JSON.stringify(withLogin(readConfig(join(users, 'config.json')), login)),
  );
  return folder;
}

/** Podman's own logins go before docker's, as where it looks itself (github.com/containers/image, docs/containers-auth.json.5.md). */
function podmanLogins(scratch: Scratch, users: string, login: RegistryLogin): string {
  const files = [join(users, 'config.json'), ...podmanFiles()];
  const all = (key: string): JsonObject =>
    Object.fromEntries(files.flatMap((file) => Object.entries(objectAt(readConfig(file), key))));
  const kept = { auths: all('auths'), credHelpers: all('credHelpers') };
  return scratch.write('podman-auth.json', JSON.stringify(withLogin(kept, login)));
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

/** Without a password it is the user's own login that counts. */
function withLogin(config: JsonObject, { registry, username, password }: RegistryLogin): JsonObject {
  if (password === '') return config;
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return {
    ...config,
    auths: { ...objectAt(config, 'auths'), [registry]: { auth } },
    // A credential store, or a helper for this registry, would be asked first.
    credsStore: undefined,
    credHelpers: { ...objectAt(config, 'credHelpers'), [registry]: undefined },
  };
}

function readConfig(path: string): JsonObject {
  if (!existsSync(path)) return {};
  const config: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return isObject(config) ? config : {};
}
