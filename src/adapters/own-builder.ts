import { existsSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { messageOf } from '../errors';
import type { Log } from '../ports';
import { run } from './process';
import type { Scratch } from './scratch';

/** Below the folder of a run: what buildx knows of builders, which is this one alone. */
const STORE = 'buildx';
/** What buildx gives each builder that nothing else is said of, such as mirrors and certificates of registries. */
const DEFAULTS = 'buildkitd.default.toml';
const REMOVAL_MS = 30_000;

type Environment = Readonly<Record<string, string>>;

/** A builder of the driver `docker-container`, for this run alone; the machine's own builders do not see it. */
export class OwnBuilder {
  readonly #scratch: Scratch;
  readonly #logins: Environment;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  #tried = false;
  #made = false;

  constructor(scratch: Scratch, logins: Environment, log: Log, signal: AbortSignal) {
    this.#scratch = scratch;
    this.#logins = logins;
    this.#log = log;
    this.#signal = signal;
  }

  /** By this docker builds with it; empty where it is not there. */
  get environment(): Environment {
    return this.#made ? environmentOf(this.#scratch.folder) : {};
  }

  /** Makes and starts it once, since these inputs need it, and gives whether it is there. Warns where it does not start. */
  async make(inputs: readonly string[]): Promise<boolean> {
    if (this.#tried) return this.#made;
    this.#tried = true;
    const { folder } = this.#scratch;
    const store = this.#scratch.makeFolder(STORE);
    const defaults = join(usersStore(), DEFAULTS);
    if (existsSync(defaults)) symlinkSync(defaults, join(store, DEFAULTS));
    this.#log.info(`A builder is made for ${inputs.join(', ')}; it is removed at the end.`);
    // With the machine's own network it reaches the registries that docker reaches, one on the machine itself too.
    const options = ['--driver', 'docker-container', '--driver-opt', 'network=host'];
    const { code, tail } = await run({
      file: 'docker',
      args: ['buildx', 'create', '--name', nameOf(folder), ...options, '--bootstrap'],
      env: { ...this.#logins, ...environmentOf(folder) },
      signal: this.#signal,
    });
    this.#made = code === 0;
    if (!this.#made) this.#log.warning(`no builder could be made: ${tail.at(-1) ?? `exit code ${code}`}`);
    return this.#made;
  }
}

/** Removes the builder of the run with this folder, also where it is half made; without one it does nothing. */
export async function removeOwnBuilder(folder: string, log: Log): Promise<void> {
  if (!existsSync(join(folder, STORE))) return;
  const name = nameOf(folder);
  const request = {
    file: 'docker',
    args: ['buildx', 'rm', name],
    env: { DOCKER_CONFIG: join(folder, 'docker'), ...environmentOf(folder) },
    signal: AbortSignal.timeout(REMOVAL_MS),
  };
  const failure = await run(request).then(
    ({ code, tail }) => (code === 0 ? undefined : (tail.at(-1) ?? `exit code ${code}`)),
    messageOf,
  );
  if (failure === undefined) return;
  log.warning(`the builder ${name} is left (\`docker rm --force buildx_buildkit_${name}0\`): ${failure}`);
}

function environmentOf(folder: string): Environment {
  return { BUILDX_CONFIG: join(folder, STORE), BUILDX_BUILDER: nameOf(folder) };
}

/** No other run on the machine has this name, since none has this folder. */
function nameOf(folder: string): string {
  return basename(folder).toLowerCase();
}

function usersStore(): string {
  const { BUILDX_CONFIG: own, DOCKER_CONFIG: docker } = process.env;
  return own ?? join(docker ?? join(homedir(), '.docker'), 'buildx');
}
