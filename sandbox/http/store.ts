import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A state that outlives the process: kept in `state.json`, which only its owner can read. */
export class Store<State> {
  readonly #file: string;
  readonly #seed: () => State;
  #saved: string | undefined;
  #state: State;

  constructor(directory: string, seed: () => State) {
    mkdirSync(directory, { recursive: true });
    this.#file = join(directory, 'state.json');
    this.#seed = seed;
    this.#saved = readIfThere(this.#file);
    // What a state of an older simulator lacks is as in a new one.
    this.#state = this.#saved === undefined ? seed() : { ...seed(), ...(JSON.parse(this.#saved) as State) };
  }

  get state(): State {
    return this.#state;
  }

  reset(): void {
    this.replace(this.#seed());
  }

  replace(state: State): void {
    this.#state = state;
    this.save();
  }

  /** Writes the state if it changed; a reader never sees half of it. */
  save(): void {
    const text = JSON.stringify(this.#state, undefined, 2);
    if (text === this.#saved) return;
    writeFileSync(`${this.#file}.new`, text, { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
    this.#saved = text;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
