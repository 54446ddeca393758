import { DeployError, messageOf } from '../errors';
import { textAt } from '../json';
import type { Clock, Linode } from '../ports';

const API = 'https://api.linode.com/v4';
const TIMEOUT_MS = 20_000;
/** A new cluster's kubeconfig answers 503 for two to five minutes. */
const KUBECONFIG_PATIENCE_MS = 6 * 60_000;
const INTERVAL_MS = 5_000;

/** Reads from Linode's API v4. */
export class LinodeClient implements Linode {
  readonly #token: string;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;

  constructor(token: string, clock: Clock, signal: AbortSignal) {
    this.#token = token;
    this.#clock = clock;
    this.#signal = signal;
  }

  async kubeconfig(clusterId: number): Promise<string | undefined> {
    const start = this.#clock.now();
    for (;;) {
      const response = await this.#get(`/lke/clusters/${clusterId}/kubeconfig`);
      if (response.ok) return textAt(await response.json(), 'kubeconfig');
      if (response.status === 404) return undefined;
      const transient = response.status === 429 || response.status >= 500;
      if (!transient || this.#clock.now() - start > KUBECONFIG_PATIENCE_MS)
        throw await refused(response, clusterId);
      await this.#clock.sleep(INTERVAL_MS);
    }
  }

  async #get(path: string): Promise<Response> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)]);
    try {
      return await fetch(`${API}${path}`, { headers: { authorization: `Bearer ${this.#token}` }, signal });
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

async function refused(response: Response, clusterId: number): Promise<DeployError> {
  const reason = textAt(await response.json().catch(() => undefined), 'errors', 0, 'reason');
  return new DeployError({
    code: 'linode-refused',
    cause: `Linode answered ${response.status} for the kubeconfig of cluster ${clusterId}${reason === '' ? '' : `: ${reason}`}`,
    advice:
      'linode-token needs the scope lke:read_write, which reading a kubeconfig takes; check that it has not expired.',
  });
}
