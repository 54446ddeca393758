import type { RequestOptions } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import pRetry from 'p-retry';
import { DeployError, messageOf } from '../errors';
import { isObject, listAt, textAt, type JsonObject } from '../json';
import type { Kubeconfig } from '../manifests/kubeconfig';
import type { ApiAnswer, ApplyOptions, Cluster, ObjectKey, ResourceType } from '../ports';
import { Busy, connection, isBusy, send, type Answer, type Call } from './kubernetes-http';
import { login } from './kubernetes-login';

const RETRIES = 5;
/** A server that asks for more patience than this is as good as away. */
const LONGEST_RETRY_AFTER_SECONDS = 30;

/**
 * Talks to one API server over a few kept connections, JSON as it is. The client library reads the kubeconfig only: it
 * opens a connection for each call, and its typed models drop fields they do not know.
 */
export class KubernetesClient implements Cluster {
  readonly #server: URL;
  readonly #signal: AbortSignal;
  readonly #options: Promise<RequestOptions>;
  readonly #types = new Map<string, Promise<readonly ResourceType[]>>();

  /** `mask` is told the credentials that a program of the kubeconfig's gives. */
  constructor(kubeconfig: Kubeconfig, signal: AbortSignal, mask: (secret: string) => void = () => undefined) {
    this.#server = new URL(kubeconfig.server);
    this.#signal = signal;
    this.#options = login(kubeconfig, mask, signal).then(connection);
    // Told by the first call; a client that is never used must not end the process.
    this.#options.catch(() => undefined);
  }

  async types(apiVersion: string): Promise<readonly ResourceType[]> {
    const known = this.#types.get(apiVersion);
    if (known !== undefined && (await known).length > 0) return known;
    const asked = this.#discover(apiVersion);
    this.#types.set(apiVersion, asked);
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
      body: object,
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
    selector?: string,
  ): Promise<readonly JsonObject[]> {
    const query: Record<string, string> = selector === undefined ? {} : { labelSelector: selector };
    const answer = await this.#call({ method: 'GET', path: pathOf(type, namespace), query });
    if (!answer.ok) throw this.#refused(`list ${type.plural}`, answer);
    return listAt(answer.object, 'items').filter(isObject);
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
    const answer = await this.#send({
      method: 'GET',
      path: `/api/v1/namespaces/${namespace}/pods/${pod}/log`,
      query,
    });
    return answer.status === 200 ? answer.text.split('\n').filter((line) => line !== '') : [];
  }

  async #preferred(group: string): Promise<string | undefined> {
    const answer = await this.#call({ method: 'GET', path: `/apis/${group}` });
    if (!answer.ok && answer.code !== 404) throw this.#refused(`discover ${group}`, answer);
    return answer.ok ? textAt(answer.object, 'preferredVersion', 'groupVersion') || undefined : undefined;
  }

  async #discover(apiVersion: string): Promise<readonly ResourceType[]> {
    const answer = await this.#call({ method: 'GET', path: groupPath(apiVersion) });
    if (!answer.ok && answer.code !== 404) throw this.#refused(`discover ${apiVersion}`, answer);
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
    const { status, text } = await this.#send(call);
    if (status === 401) throw this.#unauthorized();
    const body = parse(text);
    return status >= 200 && status < 300
      ? { ok: true, object: body }
      : { ok: false, code: status, status: body };
  }

  /** Sends, and again on a lost connection, 429 and 5xx; every call here is safe to repeat. */
  async #send(call: Call): Promise<Answer> {
    const options = await this.#options;
    try {
      return await pRetry(
        async () => {
          const answer = await send(this.#server, options, call, this.#signal);
          if (isBusy(answer)) throw new Busy(answer);
          return answer;
        },
        {
          retries: RETRIES,
          minTimeout: 250,
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
      if (error instanceof Busy) return error.answer;
      throw this.#unreachable(error);
    }
  }

  #refused(what: string, { code, status }: Extract<ApiAnswer, { ok: false }>): DeployError {
    return new DeployError({
      code: code === 403 ? 'cluster-forbidden' : 'cluster-unreachable',
      cause: `the cluster ${this.#server.host} refused to ${what}: ${textAt(status, 'message') || `HTTP ${code}`}`,
      advice: 'Give the kubeconfig’s account the right to do this.',
    });
  }

  #unauthorized(): DeployError {
    return new DeployError({
      code: 'cluster-unauthorized',
      cause: `the cluster ${this.#server.host} does not accept the kubeconfig’s credentials`,
      advice:
        'The token was revoked or has expired: make a new kubeconfig and update KUBE_CONFIG, or leave it out and give linode-token.',
    });
  }

  #unreachable(error: unknown): DeployError {
    return new DeployError(
      {
        code: 'cluster-unreachable',
        cause: `the cluster ${this.#server.host} cannot be reached: ${messageOf(error)}`,
        advice:
          'Check that the cluster exists, that KUBE_CONFIG is of this cluster, and that its control-plane ACL lets the runner in.',
      },
      { cause: error },
    );
  }
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function pathOf(type: ResourceType, namespace: string | undefined, name?: string): string {
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${groupPath(type.apiVersion)}${scope}/${type.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return { message: text.slice(0, 300) };
  }
}
