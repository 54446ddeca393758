import { DeployError, messageOf } from '../errors';
import { formatName, type ImageName } from '../image/reference';
import { textAt } from '../json';
import type { Registry } from '../ports';

const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const TIMEOUT_MS = 20_000;

/** Reads from a registry by the OCI distribution API, with Basic authentication or the token that the registry asks for. */
export class RegistryClient implements Registry {
  readonly #name: ImageName;
  readonly #basic: string | undefined;
  readonly #signal: AbortSignal;

  constructor(
    name: ImageName,
    login: { readonly username: string; readonly password: string },
    signal: AbortSignal,
  ) {
    this.#name = name;
    this.#basic =
      login.password === ''
        ? undefined
        : `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
    this.#signal = signal;
  }

  async digest(tag: string): Promise<string | undefined> {
    const url = `https://${this.#name.registry}/v2/${this.#name.repository}/manifests/${tag}`;
    let response = await this.#fetch(url, { method: 'HEAD', authorization: undefined });
    if (response.status === 401) {
      const authorization = await this.#authorize(response.headers.get('www-authenticate') ?? '');
      response = await this.#fetch(url, { method: 'HEAD', authorization });
    }
    if (response.status === 404) return undefined;
    if (response.ok) return response.headers.get('docker-content-digest') ?? undefined;
    throw this.#refused(response.status);
  }

  /** Answers the registry's challenge: https://distribution.github.io/distribution/spec/auth/token/ */
  async #authorize(challenge: string): Promise<string | undefined> {
    if (!/^bearer /i.test(challenge)) return this.#basic;
    const part = (name: string): string | undefined =>
      new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1];
    const realm = part('realm') ?? '';
    // Credentials go to no other place than one that a certificate vouches for.
    if (!URL.canParse(realm) || !realm.startsWith('https:')) throw this.#refused(401);
    const url = new URL(realm);
    url.searchParams.set('service', part('service') ?? this.#name.registry);
    url.searchParams.set('scope', part('scope') ?? `repository:${this.#name.repository}:pull`);
    const response = await this.#fetch(url.href, { method: 'GET', authorization: this.#basic });
    if (!response.ok) throw this.#refused(response.status);
    const answer: unknown = await response.json();
    return `Bearer ${textAt(answer, 'token') || textAt(answer, 'access_token')}`;
  }

  async #fetch(
    url: string,
    request: { method: 'GET' | 'HEAD'; authorization: string | undefined },
  ): Promise<Response> {
    const headers: Record<string, string> = {
      accept: request.method === 'HEAD' ? MANIFEST_TYPES : 'application/json',
    };
    if (request.authorization !== undefined) headers['authorization'] = request.authorization;
    try {
      const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)]);
      return await fetch(url, { method: request.method, headers, signal });
    } catch (error) {
      this.#signal.throwIfAborted();
      const cause =
        error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
      throw new DeployError(
        {
          code: 'registry-unreachable',
          cause: `the registry ${this.#name.registry} did not answer: ${cause}`,
          advice: 'Check the image input and the status of the registry, then run the job again.',
        },
        { cause: error },
      );
    }
  }

  #refused(status: number): DeployError {
    const unauthorized = status === 401 || status === 403;
    return new DeployError({
      code: unauthorized ? 'registry-unauthorized' : 'registry-unreachable',
      cause: `the registry answered ${status} for ${formatName(this.#name)}`,
      advice: unauthorized
        ? 'Check registry-username and registry-password; with the job’s own token, give the job `permissions: packages: write`.'
        : 'Run the job again when the registry answers.',
    });
  }
}
