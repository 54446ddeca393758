import { setTimeout as delay } from 'node:timers/promises';
import pRetry, { AbortError } from 'p-retry';
import { DeployError } from '../errors';
import { isObject, listAt, textAt, type JsonObject } from '../json';
import type { Kubeconfig } from '../manifests/kubeconfig';
import type { ApiAnswer, ApplyOptions, Cluster, ObjectKey, ResourceType } from '../ports';
import { connectionOf, type Connection } from './kubernetes-connection';
import { refused, unauthorized, unreachable, untrusted } from './kubernetes-errors';
import { Busy, isBusy, Untrusted, type Call } from './kubernetes-http';
import type { Answer } from './kubernetes-transport';

const RETRIES = 5;
/** A server that asks for more patience than this is as good as away. */
const LONGEST_RETRY_AFTER_SECONDS = 30;

/** Talks to one API server over one connection, JSON as it is (docs/adr/0004). */
export class KubernetesClient implements Cluster {
  readonly #host: string;
  readonly #signal: AbortSignal;
  readonly #connection: Connection;

  /** `mask` is told the credentials that a program of the kubeconfig's gives. */
  constructor(kubeconfig: Kubeconfig, signal: AbortSignal, mask: (secret: string) => void = () => undefined) {
    this.#host = new URL(kubeconfig.server).host;
    this.#signal = signal;
    this.#connection = connectionOf(kubeconfig, mask, signal);
  }

  async types(apiVersion: string): Promise<readonly ResourceType[]> {
    const { types } = this.#connection;
    const known = types.get(apiVersion);
    if (known !== undefined && (await known).length > 0) return known;
    const asked = this.#discover(apiVersion);
    types.set(apiVersion, asked);
    asked.catch(() => types.delete(apiVersion));
    return asked;
  }

  async typeOf(groupKind: string): Promise<ResourceType | undefined> {
    const [kind = '', ...group] = groupKind.split('.');
    const apiVersion = group.length === 0 ? 'v1' : await this.#preferred(group.join('.'));
    return apiVersion === undefined
      ? undefined
      : (await this.types(apiVersion)).find((type) => type.kind === kind);
  }

  async get(key: ObjectKey): Promise<ApiAnswer> {
    return this.#call({ method: 'GET', path: pathOf(key.type, key.namespace, key.name) });
  }

  async apply(key: ObjectKey, object: JsonObject, options: ApplyOptions): Promise<ApiAnswer> {
    const query = {
      fieldManager: options.fieldManager,
      fieldValidation: 'Strict',
      ...(options.force ? { force: 'true' } : {}),
      ...(options.dryRun ? { dryRun: 'All' } : {}),
    };
    return this.#call({
      method: 'PATCH',
      path: pathOf(key.type, key.namespace, key.name),
      query,
      type: 'application/apply-patch+yaml',
      body: object,
    });
  }

  async patch(key: ObjectKey, operations: readonly JsonObject[]): Promise<ApiAnswer> {
    return this.#call({
      method: 'PATCH',
      path: pathOf(key.type, key.namespace, key.name),
      type: 'application/json-patch+json',
      body: operations,
    });
  }

  async remove(key: ObjectKey, uid: string): Promise<ApiAnswer> {
    const body = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy: 'Background',
      preconditions: { uid },
    };
    return this.#call({ method: 'DELETE', path: pathOf(key.type, key.namespace, key.name), body });
  }

  async list(
    type: ResourceType,
    namespace: string | undefined,
    labels?: string,
    fields?: string,
  ): Promise<readonly JsonObject[]> {
    const query = {
      ...(labels === undefined ? {} : { labelSelector: labels }),
      ...(fields === undefined ? {} : { fieldSelector: fields }),
    };
    const answer = await this.#call({ method: 'GET', path: pathOf(type, namespace), query });
    if (!answer.ok) throw refused(this.#host, `list ${type.plural}`, answer);
    const { apiVersion, kind } = type;
    // The items of a list do not carry what the list says once.
    return listAt(answer.object, 'items')
      .filter(isObject)
      .map((item) => ({ ...item, apiVersion, kind }));
  }

  async logs(
    namespace: string,
    pod: string,
    container: string,
    options: { previous: boolean; lines: number },
  ): Promise<readonly string[]> {
    const query = {
      container,
      previous: String(options.previous),
      tailLines: String(options.lines),
      limitBytes: '20000',
    };
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log`;
    return this.#send({ method: 'GET', path, query }, ({ status, text }) =>
      status === 200 ? text.split('\n').filter((line) => line !== '') : [],
    );
  }

  async #preferred(group: string): Promise<string | undefined> {
    const answer = await this.#call({ method: 'GET', path: `/apis/${group}` });
    if (!answer.ok && answer.code !== 404) throw refused(this.#host, `discover ${group}`, answer);
    return answer.ok ? textAt(answer.object, 'preferredVersion', 'groupVersion') || undefined : undefined;
  }

  async #discover(apiVersion: string): Promise<readonly ResourceType[]> {
    const answer = await this.#call({ method: 'GET', path: groupPath(apiVersion) });
    if (!answer.ok && answer.code !== 404) throw refused(this.#host, `discover ${apiVersion}`, answer);
    return listAt(answer.ok ? answer.object : {}, 'resources')
      .filter((resource) => !textAt(resource, 'name').includes('/'))
      .map((resource) => ({
        apiVersion,
        kind: textAt(resource, 'kind'),
        plural: textAt(resource, 'name'),
        namespaced: isObject(resource) && resource['namespaced'] === true,
      }));
  }

  async #call(call: Call): Promise<ApiAnswer> {
    const { status, body } = await this.#send(call, (answer) => ({
      status: answer.status,
      body: parse(answer),
    }));
    return status < 300 ? { ok: true, object: body } : { ok: false, code: status, status: body };
  }

  /** Sends, and again on a lost connection, 429 and 5xx; every call here is safe to repeat. */
  async #send<T>(call: Call, read: (answer: Answer) => T): Promise<T> {
    try {
      const server = await this.#connection.server;
      return await pRetry(
        async () => {
          const answer = await server.send(call, this.#signal).catch((error: unknown) => {
            throw error instanceof Untrusted ? new AbortError(untrusted(this.#host, error)) : error;
          });
          if (answer.status === 401) throw new AbortError(unauthorized(this.#host));
          if (isBusy(answer)) throw new Busy(answer);
          return read(answer);
        },
        {
          retries: RETRIES,
          minTimeout: 250,
          randomize: true,
          signal: this.#signal,
          onFailedAttempt: async ({ error }) => {
            if (!(error instanceof Busy)) return;
            const seconds = Math.min(error.answer.retryAfter, LONGEST_RETRY_AFTER_SECONDS);
            await delay(seconds * 1000, undefined, { signal: this.#signal });
          },
        },
      );
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof DeployError) throw error;
      if (error instanceof Busy) return read(error.answer);
      throw unreachable(this.#host, error);
    }
  }
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function pathOf(type: ResourceType, namespace: string | undefined, name?: string): string {
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${groupPath(type.apiVersion)}${scope}/${type.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

/** Gives the JSON of an answer. Throws where a good answer is none, since then a part of it was lost on the way. */
function parse({ status, text }: Answer): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    if (status < 300) throw new Error('its answer is cut off');
    return { message: text.slice(0, 300) };
  }
}
