import { AwsClient } from 'aws4fetch';
import pRetry from 'p-retry';
import { DeployError, messageOf } from '../errors';
import { at, textAt } from '../json';
import type { AppliedRecord, LockTrial, StateStore, StoreAnswer } from '../ports';
import type { InfraSettings } from '../settings/settings';

const TIMEOUT_MS = 20_000;
const RECONNECTS = 3;
const RECORD = '.applied.json';
/** By this Terraform takes its lock. */
const UNLESS_THERE = { 'if-none-match': '*' };
/** Answers by which a store says that it does not know the condition. */
const UNKNOWN_CONDITION = [400, 405, 501];

/** What says where the state is, and opens it. */
export type StoreSettings = Pick<InfraSettings, 'backend' | 'stateAccessKey' | 'stateSecretKey'>;

/** Gives the S3 endpoint of the state store: Linode Object Storage, or what AWS_ENDPOINT_URL_S3 names, as Terraform has it. */
export function storeEndpoint(settings: Pick<StoreSettings, 'backend'>): string {
  return (
    process.env['AWS_ENDPOINT_URL_S3'] ?? `https://${settings.backend['region'] ?? ''}.linodeobjects.com`
  );
}

interface StoreRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Added to the key of the state. */
  readonly suffix: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Keeps the record of the last apply beside Terraform's state, as `<key>.applied.json`. */
export class ObjectStorage implements StateStore {
  readonly #client: AwsClient;
  readonly #url: string;
  readonly #bucket: string;
  readonly #signal: AbortSignal;

  constructor(settings: InfraSettings, signal: AbortSignal) {
    this.#client = new AwsClient({
      accessKeyId: settings.stateAccessKey,
      secretAccessKey: settings.stateSecretKey,
      region: settings.backend['region'] ?? '',
      service: 's3',
      retries: 3,
    });
    this.#bucket = settings.backend['bucket'] ?? '';
    this.#url = `${storeEndpoint(settings)}/${this.#bucket}/${settings.backend['key'] ?? ''}`;
    this.#signal = signal;
  }

  async readRecord(): Promise<AppliedRecord | undefined> {
    const response = await this.#fetch({ method: 'GET', suffix: RECORD });
    const text = await response.text();
    if (response.status === 404 && !text.includes('NoSuchBucket')) return undefined;
    if (!response.ok) throw this.#failed(response.status, text);
    const record = this.#parsed(text);
    const [clusterId, shipped] = [at(record, 'clusterId'), at(record, 'shipped')];
    return {
      fingerprint: textAt(record, 'fingerprint'),
      commit: textAt(record, 'commit'),
      clusterId: typeof clusterId === 'number' ? clusterId : undefined,
      ...(typeof shipped === 'boolean' ? { shipped } : {}),
    };
  }

  async writeRecord(record: AppliedRecord): Promise<void> {
    const response = await this.#fetch({ method: 'PUT', suffix: RECORD, body: JSON.stringify(record) });
    if (!response.ok) throw this.#failed(response.status, await response.text());
  }

  async hasState(): Promise<boolean> {
    const response = await this.#fetch({ method: 'HEAD', suffix: '' });
    if (response.status === 404) return false;
    if (!response.ok) throw this.#failed(response.status, '');
    return true;
  }

  async tryLock(): Promise<LockTrial> {
    // A name of its own: runs that try at the same time must not take each other's lock for theirs.
    const suffix = `.trial-${crypto.randomUUID()}`;
    const body = 'wpp-deploy-action tried here whether the state can be locked; this may be deleted.';
    const put = (headers: Readonly<Record<string, string>>): Promise<StoreAnswer> =>
      this.#answer({ method: 'PUT', suffix, body, headers });
    const taken = await put(UNLESS_THERE);
    if (UNKNOWN_CONDITION.includes(taken.status)) {
      const plain = await put({});
      return { taken, plain, released: await this.#answer({ method: 'DELETE', suffix }) };
    }
    if (taken.status !== 200) return { taken };
    const again = await put(UNLESS_THERE);
    return { taken, again, released: await this.#answer({ method: 'DELETE', suffix }) };
  }

  async #answer(request: StoreRequest): Promise<StoreAnswer> {
    const response = await this.#fetch(request);
    return { status: response.status, code: codeOf(await response.text()) };
  }

  async #fetch({ method, suffix, body, headers = {} }: StoreRequest): Promise<Response> {
    const send = (): Promise<Response> =>
      this.#client.fetch(`${this.#url}${suffix}`, {
        method,
        headers: { ...headers },
        signal: AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)]),
        ...(body === undefined ? {} : { body }),
      });
    try {
      return await pRetry(send, { retries: RECONNECTS, minTimeout: 250, signal: this.#signal });
    } catch (error) {
      this.#signal.throwIfAborted();
      throw this.#failed(
        undefined,
        error instanceof Error ? messageOf(error.cause ?? error) : messageOf(error),
      );
    }
  }

  #parsed(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new DeployError(
        {
          code: 'state-store-failed',
          cause: `what the state store has at ${this.#url}${RECORD} is no record of an apply`,
          advice:
            'Look at what is there. Where it is spoilt, delete it: Terraform is then run anew, and nothing else is lost.',
        },
        { cause },
      );
    }
  }

  #failed(status: number | undefined, text: string): DeployError {
    const code = codeOf(text) || (status === undefined ? text : '');
    return new DeployError({
      code: 'state-store-failed',
      cause: `the state store ${this.#url}${RECORD} ${status === undefined ? 'did not answer' : `answered ${status}`}${code === '' ? '' : `: ${code}`}`,
      advice:
        code === 'NoSuchBucket'
          ? `Make the bucket ${this.#bucket} by the command bootstrap or in Linode’s Cloud Manager, or name yours in backend-config.`
          : 'Check state-access-key, state-secret-key and backend-config; the key needs read and write on the bucket.',
    });
  }
}

/** Gives the code of an error of S3, such as `NoSuchBucket`, or ''. */
function codeOf(text: string): string {
  return /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? '';
}
