import { existsSync } from 'node:fs';
import { DeployError, type ErrorDetails } from '../errors';
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
import { at, textAt } from '../json';
import type { BuildRequest, ImageBuilder, Log } from '../ports';
import { fileSystem } from './files';
import { OwnBuilder } from './own-builder';
import { run, type Exit } from './process';
import { privateLogins, type RegistryLogin } from './registry-logins';
import type { Scratch } from './scratch';

const KEY_FILE = 'ssh-key';

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
  readonly architecture = process.arch;
  /** What builds, once it is known. */
  #found: Promise<Engine> | undefined;

  constructor(scratch: Scratch, login: RegistryLogin, log: Log, signal: AbortSignal) {
    this.#scratch = scratch;
    this.#log = log;
    this.#signal = signal;
    this.#logins = privateLogins(scratch, login);
    this.#own = new OwnBuilder(scratch, this.#logins, log, signal);
  }

  /** A key is on the disk for as long as it builds: builders read it from a file alone. */
  async build(request: BuildRequest): Promise<void> {
    const { key } = request.ssh;
    if (key === undefined) return this.#build(request);
    const forwards = [`default=${this.#scratch.write(KEY_FILE, key)}`];
    try {
      await this.#build({ ...request, ssh: { forwards, key: undefined } });
    } finally {
      this.#scratch.discard(KEY_FILE);
    }
  }

  async #build(request: BuildRequest): Promise<void> {
    const atGitHub = cacheVariables()['ACTIONS_RUNTIME_TOKEN'] !== undefined;
    const engine = await this.#engineFor(request, atGitHub);
    const refusal = unfit(request, engine) ?? unfitIgnoreFile(request, engine);
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
    this.#found ??= this.#engine();
    const engine = await this.#found;
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
      this.#call('docker', ['info', '--format', '[{{json .ServerVersion}},{{json .DriverStatus}}]']),
    ]);
    const driver = inspect.code === 0 ? driverOf(inspect.stdout) : undefined;
    if (driver !== undefined && driver !== 'podman') {
      const about = parseJson(info.stdout);
      this.#log.info(
        `docker ${textAt(about, 0) || 'of an unknown version'}, builder of the driver ${driver}`,
      );
      return buildxEngine(driver, at(about, 1));
    }
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

/** Docker's older builder reads the one file of the context alone, so that it would take what the other leaves out. */
function unfitIgnoreFile(request: BuildRequest, engine: Engine): ErrorDetails | undefined {
  if (engine.kind !== 'legacy') return undefined;
  const { ignoreFile } = readSources(request, fileSystem);
  if (ignoreFile !== `${request.file}.dockerignore`) return undefined;
  return {
    code: 'image-engine-unfit',
    cause: `docker without buildx does not read ${ignoreFile}, and would send what that leaves out`,
    advice: `Run on a runner that has docker with buildx, or name the same in ${request.context}/.dockerignore alone.`,
  };
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
