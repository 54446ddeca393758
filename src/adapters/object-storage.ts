import { AwsClient } from 'aws4fetch';
import { DeployError, messageOf } from '../errors';
import { at, textAt } from '../json';
import type { AppliedRecord, StateStore } from '../ports';
import type { InfraSettings } from '../settings/settings';

const TIMEOUT_MS = 20_000;

/** Gives the S3 endpoint of the state store: Linode Object Storage, or what AWS_ENDPOINT_URL_S3 names, as Terraform has it. */
export function storeEndpoint(settings: InfraSettings): string {
  return (
    process.env['AWS_ENDPOINT_URL_S3'] ?? `https://${settings.backend['region'] ?? ''}.linodeobjects.com`
  );
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
    this.#url = `${storeEndpoint(settings)}/${this.#bucket}/${settings.backend['key'] ?? ''}.applied.json`;
    this.#signal = signal;
  }

  async readRecord(): Promise<AppliedRecord | undefined> {
    const response = await this.#fetch('GET');
    const text = await response.text();
    if (response.status === 404 && !text.includes('NoSuchBucket')) return undefined;
    if (!response.ok) throw this.#failed(response.status, text);
    const record: unknown = JSON.parse(text);
    const [clusterId, shipped] = [at(record, 'clusterId'), at(record, 'shipped')];
    return {
      fingerprint: textAt(record, 'fingerprint'),
      commit: textAt(record, 'commit'),
      clusterId: typeof clusterId === 'number' ? clusterId : undefined,
      ...(typeof shipped === 'boolean' ? { shipped } : {}),
    };
  }

  async writeRecord(record: AppliedRecord): Promise<void> {
    const response = await this.#fetch('PUT', JSON.stringify(record));
    if (!response.ok) throw this.#failed(response.status, await response.text());
  }

  async #fetch(method: 'GET' | 'PUT', body?: string): Promise<Response> {
    try {
      const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)]);
      return await this.#client.fetch(this.#url, { method, signal, ...(body === undefined ? {} : { body }) });
    } catch (error) {
      this.#signal.throwIfAborted();
      throw this.#failed(
        undefined,
        error instanceof Error ? messageOf(error.cause ?? error) : messageOf(error),
      );
    }
  }

  #failed(status: number | undefined, text: string): DeployError {
    const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? (status === undefined ? text : '');
    return new DeployError({
      code: 'state-store-failed',
      cause: `the state store ${this.#url} ${status === undefined ? 'did not answer' : `answered ${status}`}${code === '' ? '' : `: ${code}`}`,
      advice:
        code === 'NoSuchBucket'
          ? `Make the bucket ${this.#bucket} in Linode Object Storage, or name yours in backend-config.`
          : 'Check state-access-key, state-secret-key and backend-config; the key needs read and write on the bucket.',
    });
  }
}
