import type { NewKey, StorageAccount, StorageBucket, StorageKey, Store } from '../../src/ports';

export const STORE = { region: 'us-east', host: 'us-east-1.linodeobjects.com' } as const;

/** The Object Storage of an account, with the calls that changed it. */
export class FakeAccount implements StorageAccount {
  readonly offered: Store[] = [{ region: 'eu-west', host: 'eu-west-1.linodeobjects.com' }, STORE];
  there: StorageBucket[] = [];
  known: StorageKey[] = [];
  readonly changed: string[] = [];
  /** Where a bucket comes to lie, whatever was asked for. */
  host: string = STORE.host;
  /** What the removal of a key ends in. */
  removalError: Error | undefined;

  stores(): Promise<readonly Store[]> {
    return Promise.resolve(this.offered);
  }

  buckets(): Promise<readonly StorageBucket[]> {
    return Promise.resolve(this.there);
  }

  makeBucket(label: string, region: string): Promise<StorageBucket> {
    const bucket = { label, region, host: this.host };
    this.there.push(bucket);
    this.changed.push(`bucket ${label}`);
    return Promise.resolve(bucket);
  }

  keys(): Promise<readonly StorageKey[]> {
    return Promise.resolve(this.known);
  }

  makeKey(label: string, { region, label: name }: StorageBucket): Promise<NewKey> {
    const id = 100 + this.changed.length;
    this.known.push({ id, label, buckets: [{ region, name }] });
    this.changed.push(`key ${id}`);
    return Promise.resolve({ id, accessKey: `ACCESS-${id}`, secretKey: `SECRET-${id}` });
  }

  removeKey(id: number): Promise<void> {
    if (this.removalError !== undefined) return Promise.reject(this.removalError);
    this.known = this.known.filter((key) => key.id !== id);
    this.changed.push(`no key ${id}`);
    return Promise.resolve();
  }
}
