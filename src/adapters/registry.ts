import { DeployError } from '../errors';
import { pushAdvice } from '../image/push-refusal';
import { imageOfIndex, readContents, type ImageContents } from '../image/contents';
import { formatName, tagged, type ImageName } from '../image/reference';
import { at, textAt } from '../json';
import type { Clock, Registry } from '../ports';
import { RegistryHttp } from './registry-http';

const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** More than this of an answer is not shown. */
const LONGEST_WORDS = 500;

/** Reads and sets the tags of one repository of a registry. */
export class RegistryClient implements Registry {
  readonly #name: ImageName;
  readonly #http: RegistryHttp;
  readonly #anonymous: RegistryHttp;

  constructor(
    name: ImageName,
    login: { readonly username: string; readonly password: string },
    clock: Clock,
    signal: AbortSignal,
  ) {
    this.#name = name;
    this.#http = new RegistryHttp(name, login, clock, signal);
    this.#anonymous = new RegistryHttp(name, { username: '', password: '' }, clock, signal);
  }

  async digest(tag: string): Promise<string | undefined> {
    const headers = { accept: MANIFEST_TYPES };
    const answer = await this.#http.call({ method: 'HEAD', path: `manifests/${tag}`, headers });
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw await this.#refused(answer, formatName(this.#name));
    return answer.headers.get('docker-content-digest') ?? undefined;
  }

  async addTag(present: string, added: string): Promise<string | undefined> {
    const headers = { accept: MANIFEST_TYPES };
    const manifest = await this.#http.call({ method: 'GET', path: `manifests/${present}`, headers });
    if (!manifest.ok) throw await this.#refused(manifest, tagged(this.#name, present));
    // The very bytes, since the digest is made of them.
    const body = await manifest.arrayBuffer();
    const type = manifest.headers.get('content-type') ?? '';
    const answer = await this.#http.call({
      method: 'PUT',
      path: `manifests/${added}`,
      headers: { 'content-type': type },
      body,
    });
    if (answer.ok) return undefined;
    const words = await answer.clone().text();
    // So say Amazon's and Harbor's, with statuses of their own.
    if (/immutable/i.test(words)) return shown(`${answer.status} ${words}`);
    throw await this.#refused(answer, tagged(this.#name, added), true);
  }

  async uploadRefusal(): Promise<string | undefined> {
    const answer = await this.#http.call({ method: 'POST', path: 'blobs/uploads/', headers: {} });
    const words = await answer.text();
    return answer.ok ? undefined : shown(`${answer.status} ${words}`);
  }

  async contents(reference: string): Promise<ImageContents> {
    const manifest = await this.#json(`manifests/${reference}`);
    const one = imageOfIndex(manifest);
    const image = one === undefined ? manifest : await this.#json(`manifests/${one}`);
    if (at(image, 'layers') === undefined) throw this.#withoutLayers(reference);
    return readContents(image, await this.#json(`blobs/${textAt(image, 'config', 'digest')}`));
  }

  #withoutLayers(reference: string): DeployError {
    return new DeployError({
      code: 'registry-unreachable',
      cause: `the registry has no manifest with layers for ${formatName(this.#name)}@${reference}`,
      advice: 'Run the job again when the registry answers.',
    });
  }

  async #json(path: string): Promise<unknown> {
    const answer = await this.#http.call({ method: 'GET', path, headers: { accept: MANIFEST_TYPES } });
    if (!answer.ok) throw await this.#refused(answer, `${path} of ${formatName(this.#name)}`);
    return answer.json().catch(() => undefined);
  }

  async isPrivate(tag: string): Promise<boolean> {
    const headers = { accept: MANIFEST_TYPES };
    const { status } = await this.#anonymous.call({ method: 'HEAD', path: `manifests/${tag}`, headers });
    return status === 401 || status === 403;
  }

  async #refused(answer: Response, what: string, isPush = false): Promise<DeployError> {
    const { status } = answer;
    const message = textAt(await answer.json().catch(() => undefined), 'errors', 0, 'message');
    const cause = `the registry answered ${status} for ${what}${message === '' ? '' : `: ${message}`}`;
    const unauthorized = status === 401 || status === 403;
    if (unauthorized && isPush)
      return new DeployError({
        code: 'image-push-denied',
        cause,
        advice: pushAdvice(`${status} ${message}`),
      });
    return new DeployError({
      code: unauthorized ? 'registry-unauthorized' : 'registry-unreachable',
      cause,
      advice: unauthorized
        ? 'Check registry-username and registry-password; with the job’s own token, give the job `permissions: packages: write`.'
        : 'Run the job again when the registry answers.',
    });
  }
}

function shown(words: string): string {
  return words.replaceAll(/\s+/g, ' ').slice(0, LONGEST_WORDS).trim();
}
