import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DeployError } from '../errors';
import { buildxCommand, legacyCommands, type Command } from '../image/build-command';
import { explainBuild, type BuildFiles } from '../image/build-failure';
import { BuildLog } from '../image/build-log';
import { readSources } from '../image/content';
import { layerCache } from '../image/cache';
import { readEngine, unfit, type Engine } from '../image/engine';
import { isObject, type JsonObject } from '../json';
import type { BuildRequest, ImageBuilder, Log } from '../ports';
import { fileSystem } from './files';
import { run, type Exit } from './process';
import type { Scratch } from './scratch';

export interface RegistryLogin {
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

/**
 * Builds with `docker buildx`, or docker's older builder where that is not there, under a DOCKER_CONFIG of its own so that no
 * other job's logins are touched.
 */
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
    const engine = await this.#engine();
    const refusal = unfit(request, engine);
    if (refusal !== undefined) throw new DeployError(refusal);
    const cache = layerCache(request, engine, cacheVariables()['ACTIONS_RUNTIME_TOKEN'] !== undefined);
    if (cache.warning !== undefined) this.#log.warning(cache.warning);
    const commands = engine.kind === 'legacy' ? legacyCommands(request) : [buildxCommand(request, cache)];
    for (const { args, env } of commands) await this.#run(request, args, env);
  }

  /** Tells the steps as they end, and the whole log in a group when all is over. */
  async #run(request: BuildRequest, args: Command['args'], env: Command['env']): Promise<void> {
    const log = new BuildLog();
    const tell = (line: string): void => {
      const step = log.add(line);
      if (step !== undefined) this.#log.info(step);
    };
    try {
      const { code } = await this.#docker(args, env, tell);
      if (code === 0) return;
      const isPush = args[0] === 'push';
      throw new DeployError(explainBuild({ request, exitCode: code, log, files: filesOf(request), isPush }));
    } finally {
      this.#log.group(`log of docker ${args[0]}`, log.lines);
    }
  }

  async #engine(): Promise<Engine> {
    const [version, inspect, info] = await Promise.all([
      this.#docker(['buildx', 'version']),
      this.#docker(['buildx', 'inspect']),
      this.#docker(['info', '--format', '{{json .DriverStatus}}']),
    ]);
    // Where docker or its engine is missing, the build itself tells so.
    const isLegacy = version.code !== 0 && version.code !== 127;
    return readEngine(isLegacy ? undefined : inspect.stdout, parseJson(info.stdout));
  }

  #docker(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    onLine?: (line: string) => void,
  ): Promise<Exit> {
    return run({
      file: 'docker',
      args,
      env: {
        ...cacheVariables(),
        ...env,
        DOCKER_CONFIG: this.#config,
        BUILDX_METADATA_PROVENANCE: 'disabled',
        BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
      },
      signal: this.#signal,
      ...(onLine === undefined ? {} : { onLine }),
    });
  }
}

function filesOf(request: BuildRequest): BuildFiles {
  const sources = readSources(request, fileSystem);
  return { ...sources, exists: (path) => existsSync(sources.place(path)) };
}

/** By these BuildKit reaches GitHub's cache; no other program gets them. */
function cacheVariables(): Readonly<Record<string, string | undefined>> {
  const names = [
    'ACTIONS_RUNTIME_TOKEN',
    'ACTIONS_RESULTS_URL',
    'ACTIONS_CACHE_URL',
    'ACTIONS_CACHE_SERVICE_V2',
  ];
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
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
