import pRetry from 'p-retry';
import { DeployError, messageOf } from '../errors';
import { at, numberAt, textAt } from '../json';
import type { Clock, Linode, Log } from '../ports';

const API = 'https://api.linode.com/v4';
const TIMEOUT_MS = 20_000;
/** A new cluster's kubeconfig answers 503 for two to five minutes. */
const KUBECONFIG_PATIENCE_MS = 6 * 60_000;
const INTERVAL_MS = 5_000;
const RETRIES = 3;

/** Reads from Linode's API v4. */
export class LinodeClient implements Linode {
  readonly #token: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #signal: AbortSignal;

  constructor(token: string, clock: Clock, log: Log, signal: AbortSignal) {
    this.#token = token;
    this.#clock = clock;
    this.#log = log;
    this.#signal = signal;
  }

  async find(kind: 'lke/clusters' | 'volumes', label: string): Promise<number | undefined> {
    const response = await this.#get(`/${kind}`, { 'x-filter': JSON.stringify({ label }) });
    const what = `the list of ${kind}`;
    if (!response.ok) throw await refused(response, what);
    const list = at(await json(response), 'data');
    // A page of a proxy must not pass for "there is none": that would make a second one.
    if (!Array.isArray(list)) throw await refused(response, what);
    const found: unknown = list.find((item) => textAt(item, 'label') === label);
    return found === undefined ? undefined : numberAt(found, 'id');
  }

  async kubeconfig(clusterId: number): Promise<string | undefined> {
    const start = this.#clock.now();
    for (;;) {
      const response = await this.#get(`/lke/clusters/${clusterId}/kubeconfig`);
      if (response.ok) return textAt(await json(response), 'kubeconfig');
      if (response.status === 404) return undefined;
      const late = this.#clock.now() - start > KUBECONFIG_PATIENCE_MS;
      if (!isTransient(response) || late)
        throw await refused(response, `the kubeconfig of cluster ${clusterId}`);
      this.#log.info(
        `Linode answered ${response.status} for the kubeconfig of cluster ${clusterId}: asking again.`,
      );
      await this.#clock.sleep(INTERVAL_MS);
    }
  }

  /** Asks, and again where the connection is lost. */
  async #get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const all = { authorization: `Bearer ${this.#token}`, ...headers };
    try {
      return await pRetry(
        () =>
          fetch(`${API}${path}`, {
            headers: all,
            signal: AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)]),
          }),
        { retries: RETRIES, minTimeout: 500, signal: this.#signal },
      );
    } catch (error) {
      this.#signal.throwIfAborted();
      throw new DeployError(
        {
          code: 'linode-refused',
          cause: `${API}${path} did not answer: ${error instanceof Error ? messageOf(error.cause ?? error) : messageOf(error)}`,
          advice: 'Look at Linode’s status page and run the job again.',
        },
        { cause: error },
      );
    }
  }
}

function isTransient({ status }: Response): boolean {
  return status === 429 || status >= 500;
}

/** Gives the body as data; undefined where it is none, as a proxy's page. */
function json(response: Response): Promise<unknown> {
  return response.json().catch(() => undefined);
}

async function refused(response: Response, what: string): Promise<DeployError> {
  const reason = textAt(await json(response), 'errors', 0, 'reason');
  return new DeployError({
    code: 'linode-refused',
    cause: `Linode answered ${response.status} for ${what}${reason === '' ? '' : `: ${reason}`}`,
    advice:
      'linode-token needs the scopes lke:read_write (which reading a kubeconfig takes) and volumes:read_write; check that it has not expired.',
  });
}
