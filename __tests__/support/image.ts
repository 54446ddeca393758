import type { ImageContents } from '../../src/image/contents';
import type { BuildRequest, ContextHash, ImageBuilder, Registry } from '../../src/ports';
import { IMAGE } from './settings';

/**
 * A registry that, asked for the first tag that anybody asks for, gives the next of its answers each time; the last one stays. Other
 * tags it has once they are added.
 */
export class FakeRegistry implements Registry {
  readonly asked: string[] = [];
  readonly added: string[] = [];
  private = false;
  /** Tags that it has already, and does not move. */
  immovable: readonly string[] = [];
  /** What it says each time when an upload is to begin; the last one stays. */
  refusals: readonly (string | undefined)[] = [];
  uploads = 0;
  readonly #answers: (string | Error | undefined)[];
  #first: string | undefined;

  constructor(...answers: (string | Error | undefined)[]) {
    this.#answers = answers;
  }

  digest(tag: string): Promise<string | undefined> {
    this.#first ??= tag;
    if (tag !== this.#first) return Promise.resolve(this.added.includes(tag) ? this.#digest : undefined);
    this.asked.push(tag);
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }

  addTag(present: string, added: string): Promise<string | undefined> {
    if (present !== this.#first) return Promise.reject(new Error(`there is no ${present}`));
    if (this.immovable.includes(added)) return Promise.resolve('400 tag is immutable');
    this.added.push(added);
    return Promise.resolve(undefined);
  }

  uploadRefusal(): Promise<string | undefined> {
    this.uploads += 1;
    return Promise.resolve(this.refusals[Math.min(this.uploads, this.refusals.length) - 1]);
  }

  contents(reference: string): Promise<ImageContents> {
    if (reference === '') throw new Error('the registry was asked for the contents of nothing');
    return Promise.resolve({ layers: [{ digest: 'sha256:1', bytes: 1_000_000, instruction: 'COPY . .' }] });
  }

  isPrivate(): Promise<boolean> {
    return Promise.resolve(this.private);
  }

  get #digest(): string | undefined {
    const last = this.#answers.at(-1);
    return last instanceof Error ? undefined : last;
  }
}

/** Digests a context by what a test says of it. */
export const fakeHash =
  (content = 'content'): ContextHash =>
  () =>
    Promise.resolve(content);

/** A builder that keeps the requests; with an error builds fail, every one or so many as `times` says. */
export class FakeBuilder implements ImageBuilder {
  readonly architecture: string;
  readonly requests: BuildRequest[] = [];
  readonly #error: Error | undefined;
  readonly #times: number;

  constructor(error?: Error, times = Infinity, architecture = 'x64') {
    this.architecture = architecture;
    this.#error = error;
    this.#times = times;
  }

  build(request: BuildRequest): Promise<void> {
    this.requests.push(request);
    const fails = this.#error !== undefined && this.requests.length <= this.#times;
    return fails ? Promise.reject(this.#error) : Promise.resolve();
  }
}

/** Gives the request of a build that is pushed. */
export function aRequest(given: Partial<BuildRequest> = {}): BuildRequest {
  return {
    context: '.',
    file: 'Dockerfile',
    target: undefined,
    platforms: [],
    args: {},
    provenance: false,
    sbom: false,
    secrets: {},
    ssh: { forwards: [], key: undefined },
    fresh: false,
    cache: 'auto',
    name: IMAGE,
    labels: {},
    push: 'ghcr.io/acme/wpp-bot:1',
    ...given,
  };
}
