import { DeployError, messageOf } from '../errors';
import type { ImageName } from '../image/reference';
import { textAt } from '../json';
import type { Clock } from '../ports';

const TIMEOUT_MS = 20_000;
const RETRIES = 3;
const FIRST_WAIT_MS = 500;
/** A registry that asks for more patience than this is told of instead. */
const LONGEST_WAIT_MS = 60_000;

export interface RegistryCall {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** Below `/v2/<repository>/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: ArrayBuffer;
}

/**
 * Speaks to one repository of a registry by the OCI distribution API, with Basic authentication or the token that the registry
 * asks for. Calls again where the registry is busy, broken or cut off.
 */
export class RegistryHttp {
  readonly #name: ImageName;
  readonly #basic: string | undefined;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  /** What the registry took last; it asks again where more is needed. */
  #authorization: string | undefined;

  constructor(
    name: ImageName,
    login: { readonly username: string; readonly password: string },
    clock: Clock,
    signal: AbortSignal,
  ) {
    this.#name = name;
    this.#basic =
      login.password === ''
        ? undefined
        : `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Gives the answer, whatever its status. Throws DeployError where there is none. */
  async call(call: RegistryCall): Promise<Response> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#authorized(call).catch((error: unknown) => this.#lost(error));
      const isTransient = answer instanceof DeployError || answer.status === 429 || answer.status >= 500;
      const wait = answer instanceof DeployError ? undefined : this.#waitAsked(answer);
      if (isTransient && attempt < RETRIES && (wait ?? 0) <= LONGEST_WAIT_MS) {
        await this.#clock.sleep(wait ?? FIRST_WAIT_MS * 2 ** attempt);
        continue;
      }
      if (answer instanceof DeployError) throw answer;
      return answer;
    }
  }

  /** Gives the milliseconds that Retry-After asks for, in seconds or as a date (RFC 9110, 10.2.3). */
  #waitAsked(answer: Response): number | undefined {
    const header = answer.headers.get('retry-after');
    if (header === null) return undefined;
    const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - this.#clock.now();
    return Number.isNaN(wait) ? undefined : Math.max(wait, 0);
  }

  async #authorized({ method, path, headers, body }: RegistryCall): Promise<Response> {
    const url = `https://${hostOf(this.#name)}/v2/${this.#name.repository}/${path}`;
    const send = (): Promise<Response> => {
      const own = this.#authorization === undefined ? {} : { authorization: this.#authorization };
      return this.#fetch(url, { method, headers: { ...headers, ...own }, ...(body ? { body } : {}) });
    };
    const answer = await send();
    const challenge = answer.headers.get('www-authenticate');
    if (answer.status !== 401 || challenge === null) return answer;
    const authorization = await this.#authorize(challenge, answer);
    if (authorization instanceof Response) return authorization;
    this.#authorization = authorization;
    return send();
  }

  /** Answers the registry's challenge: https://distribution.github.io/distribution/spec/auth/token/. Gives the refusal where there is one. */
  async #authorize(challenge: string, refused: Response): Promise<string | undefined | Response> {
    if (!/^bearer /i.test(challenge)) return this.#basic;
    const part = (name: string): string | undefined =>
      new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1];
    const realm = part('realm') ?? '';
    // Credentials go to no other place than one that a certificate vouches for.
    if (!URL.canParse(realm) || !realm.startsWith('https:')) return refused;
    const url = new URL(realm);
    url.searchParams.set('service', part('service') ?? this.#name.registry);
    url.searchParams.set('scope', part('scope') ?? `repository:${this.#name.repository}:pull`);
    const headers = this.#basic === undefined ? {} : { authorization: this.#basic };
    const response = await this.#fetch(url.href, { headers: { accept: 'application/json', ...headers } });
    if (!response.ok) return response;
    const answer: unknown = await response.json().catch(() => undefined);
    return `Bearer ${textAt(answer, 'token') || textAt(answer, 'access_token')}`;
  }

  #fetch(url: string, init: RequestInit): Promise<Response> {
    return fetch(url, { ...init, signal: AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)]) });
  }

  #lost(error: unknown): DeployError {
    this.#signal.throwIfAborted();
    const cause =
      error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    return new DeployError(
      {
        code: 'registry-unreachable',
        cause: `the registry ${this.#name.registry} did not answer: ${cause}`,
        advice: 'Check the image input and the status of the registry, then run the job again.',
      },
      { cause: error },
    );
  }
}

/** Docker Hub's API has another name than its images (github.com/distribution/reference). */
function hostOf({ registry }: ImageName): string {
  return registry === 'docker.io' ? 'registry-1.docker.io' : registry;
}
