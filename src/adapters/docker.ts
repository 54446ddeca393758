import { existsSync } from 'node:fs';
import { DeployError } from '../errors';
import { buildxCommand, legacyCommands, podmanCommands, type Command } from '../image/build-command';
import { explainBuild, type BuildFiles } from '../image/build-failure';
import { BuildLog } from '../image/build-log';
import { readSources } from '../image/content';
import { isCacheFault, layerCache, NO_CACHE, type LayerCache } from '../image/cache';
import {
  builderInputs,
  buildxEngine,
  driverOf,
  isPodman,
  OTHER_PROGRAMS,
  unfit,
  type BuildProgram,
  type Engine,
} from '../image/engine';
import type { BuildRequest, ImageBuilder, Log } from '../ports';
import { fileSystem } from './files';
import { OwnBuilder } from './own-builder';
import { run, type Exit } from './process';
import { privateLogins, type RegistryLogin } from './registry-logins';
import type { Scratch } from './scratch';

/**
 * Builds with `docker buildx`, docker's older builder where that is not there, or podman or buildah where docker is not; with logins
 * of its own, so that no other job's are touched.
 */
export class DockerBuilder implements ImageBuilder {
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #logins: Readonly<Record<string, string>>;
  readonly #own: OwnBuilder;
  readonly #scratch: Scratch;

  constructor(scratch: Scratch, login: RegistryLogin, log: Log, signal: AbortSignal) {
    this.#scratch = scratch;
    this.#log = log;
    this.#signal = signal;
    this.#logins = privateLogins(scratch, login);
    this.#own = new OwnBuilder(scratch, this.#logins, log, signal);
  }

  async build(asked: BuildRequest): Promise<void> {
    const request = this.#withKeyFile(asked);
    const atGitHub = cacheVariables()['ACTIONS_RUNTIME_TOKEN'] !== undefined;
    const engine = await this.#engineFor(request, atGitHub);
    const refusal = unfit(request, engine);
    if (refusal !== undefined) throw new DeployError(refusal);
    const cache = layerCache(request, engine, atGitHub);
    if (cache.warning !== undefined) this.#log.warning(cache.warning);
    if (cache.hint !== undefined) this.#log.info(cache.hint);
    try {
      await this.#runAll(request, engine, cache);
    } catch (error) {
      if (!(error instanceof DeployError) || !isCacheFault(error.details.cause)) throw error;
      this.#log.warning(`cache ${request.cache} is left out: ${error.details.cause}`);
      await this.#runAll(request, engine, NO_CACHE);
    }
  }

  /** Builders read a key from a file alone. */
  #withKeyFile(request: BuildRequest): BuildRequest {
    const { key } = request.ssh;
    if (key === undefined) return request;
    return {
      ...request,
      ssh: { forwards: [`default=${this.#scratch.write('ssh-key', key)}`], key: undefined },
    };
  }

  async #runAll(request: BuildRequest, engine: Engine, cache: LayerCache): Promise<void> {
    const program = engine.kind === 'podman' ? engine.program : 'docker';
    for (const command of commandsOf(engine, request, cache)) await this.#run(request, program, command);
  }

  /** Tells the steps as they end, and the whole log in a group when all is over. */
  async #run(request: BuildRequest, program: BuildProgram, { args, env }: Command): Promise<void> {
    const log = new BuildLog();
    const tell = (line: string): void => {
      const step = log.add(line);
      if (step !== undefined) this.#log.info(step);
    };
    try {
      const { code } = await this.#call(program, args, env, tell);
      if (code === 0) return;
      const isPush = args[0] === 'push';
      throw new DeployError(explainBuild({ request, exitCode: code, log, files: filesOf(request), isPush }));
    } finally {
      this.#log.group(`log of ${program} ${args[0]}`, log.lines);
    }
  }

  async #engineFor(request: BuildRequest, atGitHub: boolean): Promise<Engine> {
    const engine = await this.#engine();
    const inputs = builderInputs(request, engine, atGitHub);
    return inputs.length > 0 && (await this.#own.make(inputs)) ? { kind: 'buildx', full: true } : engine;
  }

  /** The program that is there decides; where none is, docker's build tells so. */
  async #engine(): Promise<Engine> {
    const docker = await this.#dockerEngine();
    if (docker !== undefined) return docker;
    for (const program of OTHER_PROGRAMS) {
      const { code } = await this.#call(program, ['--version']);
      if (code === 0) return { kind: 'podman', program };
    }
    return { kind: 'buildx', full: true };
  }

  /** Asks docker no more than it takes, and that at once, as each call takes its time to start. */
  async #dockerEngine(): Promise<Engine | undefined> {
    const [inspect, info] = await Promise.all([
      this.#call('docker', ['buildx', 'inspect']),
      this.#call('docker', ['info', '--format', '{{json .DriverStatus}}']),
    ]);
    const driver = inspect.code === 0 ? driverOf(inspect.stdout) : undefined;
    if (driver !== undefined && driver !== 'podman') return buildxEngine(driver, parseJson(info.stdout));
    const [docker, buildx] = await Promise.all([
      this.#call('docker', ['--version']),
      this.#call('docker', ['buildx', 'version']),
    ]);
    if (docker.code !== 0) return undefined;
    if (isPodman(docker.stdout)) return { kind: 'podman', program: 'docker' };
    return buildx.code === 0 ? buildxEngine(undefined, undefined) : { kind: 'legacy' };
  }

  #call(
    program: BuildProgram,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    onLine?: (line: string) => void,
  ): Promise<Exit> {
    return run({
      file: program,
      args,
      env: {
        ...cacheVariables(),
        ...env,
        ...this.#logins,
        ...this.#own.environment,
        BUILDX_METADATA_PROVENANCE: 'disabled',
        BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
      },
      signal: this.#signal,
      leavesNothing: true,
      ...(onLine === undefined ? {} : { onLine }),
    });
  }
}

function commandsOf(engine: Engine, request: BuildRequest, cache: LayerCache): readonly Command[] {
  switch (engine.kind) {
    case 'legacy':
      return legacyCommands(request);
    case 'buildx':
      return [buildxCommand(request, cache)];
    case 'podman':
      return podmanCommands(request, readSources(request, fileSystem).ignoreFile);
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
