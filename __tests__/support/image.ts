import type { BuildRequest, ImageBuilder, Registry } from '../../src/ports';
import { IMAGE } from './settings';

/** A registry that gives the next of its answers for each question; the last one stays. */
export class FakeRegistry implements Registry {
  readonly asked: string[] = [];
  readonly added: string[] = [];
  readonly #answers: (string | undefined)[];

  constructor(...answers: (string | undefined)[]) {
    this.#answers = answers;
  }

  digest(tag: string): Promise<string | undefined> {
    this.asked.push(tag);
    return Promise.resolve(this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0]);
  }

  addTag(present: string, added: string): Promise<void> {
    this.added.push(`${present} → ${added}`);
    return Promise.resolve();
  }
}

/** A builder that keeps the requests; with an error every build fails. */
export class FakeBuilder implements ImageBuilder {
  readonly requests: BuildRequest[] = [];
  readonly #error: Error | undefined;

  constructor(error?: Error) {
    this.#error = error;
  }

  build(request: BuildRequest): Promise<void> {
    this.requests.push(request);
    return this.#error === undefined ? Promise.resolve() : Promise.reject(this.#error);
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
    cache: 'auto',
    name: IMAGE,
    labels: {},
    push: 'ghcr.io/acme/wpp-bot:1',
    ...given,
  };
}
