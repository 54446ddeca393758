import pRetry, { AbortError } from 'p-retry';
import { DeployError, messageOf } from '../errors';
import { listAt, numberAt, textAt } from '../json';
import type { NewKey, StorageAccount, StorageBucket, StorageKey, Store } from '../ports';

const API = 'https://api.linode.com/v4/object-storage';
const TIMEOUT_MS = 20_000;
const RETRIES = 3;
/** The largest page that Linode gives. */
const PAGE = 500;

type Method = 'GET' | 'POST' | 'DELETE';

/** Object Storage as Linode's API v4 manages it: stores, buckets and access keys. */
export class LinodeStorage implements StorageAccount {
  readonly #token: string;
  readonly #signal: AbortSignal;

  constructor(token: string, signal: AbortSignal) {
    this.#token = token;
    this.#signal = signal;
  }

  async stores(): Promise<readonly Store[]> {
    const all = await this.#list('endpoints');
    return all.map((entry) => ({ region: textAt(entry, 'region'), host: textAt(entry, 's3_endpoint') }));
  }

  async buckets(): Promise<readonly StorageBucket[]> {
    return (await this.#list('buckets')).map(bucketOf);
  }

  async makeBucket(label: string, region: string): Promise<StorageBucket> {
    return bucketOf(await this.#ask('POST', 'buckets', { label, region, acl: 'private' }));
  }

  async keys(): Promise<readonly StorageKey[]> {
    return (await this.#list('keys')).map((entry) => ({
      id: numberAt(entry, 'id'),
      label: textAt(entry, 'label'),
      buckets: listAt(entry, 'bucket_access').map((access) => ({
        region: textAt(access, 'region'),
        name: textAt(access, 'bucket_name'),
      })),
    }));
  }

  async makeKey(label: string, bucket: StorageBucket): Promise<NewKey> {
    const access = { region: bucket.region, bucket_name: bucket.label, permissions: 'read_write' };
    const key = await this.#ask('POST', 'keys', { label, bucket_access: [access] });
    return {
      id: numberAt(key, 'id'),
      accessKey: textAt(key, 'access_key'),
      secretKey: textAt(key, 'secret_key'),
    };
  }

  async removeKey(id: number): Promise<void> {
    await this.#ask('DELETE', `keys/${id}`);
  }

  async #list(path: string): Promise<readonly unknown[]> {
    const pages: unknown[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await this.#ask('GET', `${path}?page=${page}&page_size=${PAGE}`);
      pages.push(...listAt(answer, 'data'));
      if (page >= numberAt(answer, 'pages')) return pages;
    }
  }

  async #ask(method: Method, path: string, body?: object): Promise<unknown> {
    try {
      return await pRetry(() => this.#send(method, path, body), {
        // What was made without an answer would be made twice.
        retries: method === 'POST' ? 0 : RETRIES,
        minTimeout: 500,
        signal: this.#signal,
      });
    } catch (error) {
      this.#signal.throwIfAborted();
      const what = `${method === 'GET' ? 'reading' : method === 'POST' ? 'making' : 'removing'} Object Storage ${path.split('?')[0]}`;
      throw new DeployError(
        {
          code: 'linode-refused',
          cause: `Linode ${messageOf(error)} for ${what}`,
          advice:
            'linode-token needs the scope object_storage:read_write; where the name of the bucket is taken, give another in backend-config.',
        },
        { cause: error },
      );
    }
  }

  async #send(method: Method, path: string, body: object | undefined): Promise<unknown> {
    const response = await fetch(`${API}/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw new Error(
        `did not answer (${messageOf(error instanceof Error ? (error.cause ?? error) : error)})`,
      );
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && answer !== undefined) return answer;
    const reason = textAt(answer, 'errors', 0, 'reason');
    const said = new Error(`answered ${response.status}${reason === '' ? '' : ` (${reason})`}`);
    throw response.status === 429 || response.status >= 500 ? said : new AbortError(said);
  }
}

function bucketOf(entry: unknown): StorageBucket {
  return {
    label: textAt(entry, 'label'),
    region: textAt(entry, 'region'),
    host: textAt(entry, 's3_endpoint'),
  };
}
