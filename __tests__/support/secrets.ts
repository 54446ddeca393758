import type { RepositorySecrets } from '../../src/ports';

/** The secrets of a repository, by name. */
export class FakeSecrets implements RepositorySecrets {
  readonly values = new Map<string, string>();
  /** Names that were written, in order. */
  readonly written: string[] = [];
  /** What a call of that name ends in. */
  readonly errors: { names?: Error; write?: Error } = {};

  names(): Promise<readonly string[]> {
    if (this.errors.names !== undefined) return Promise.reject(this.errors.names);
    return Promise.resolve([...this.values.keys()]);
  }

  write(name: string, value: string): Promise<void> {
    if (this.errors.write !== undefined) return Promise.reject(this.errors.write);
    this.values.set(name, value);
    this.written.push(name);
    return Promise.resolve();
  }
}
