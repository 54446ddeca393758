import { isObject, textAt } from '../json';

/** Who holds the lock of a state, as Terraform writes it into the lock's file. */
export interface StateLock {
  readonly id: string;
  /** `user@host` */
  readonly who: string;
  /** Such as `OperationTypeApply`. */
  readonly operation: string;
  /** RFC 3339, in UTC. */
  readonly created: string;
}

/** Reads the file of a lock (Terraform, internal/states/statemgr/locker.go); undefined where it is no such file. */
export function readStateLock(text: string): StateLock | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value) || textAt(value, 'ID') === '') return undefined;
    return {
      id: textAt(value, 'ID'),
      who: textAt(value, 'Who'),
      operation: textAt(value, 'Operation'),
      created: textAt(value, 'Created'),
    };
  } catch {
    return undefined;
  }
}

/** Reads the `Lock Info` that Terraform prints where it does not get the lock, or cannot give it back. */
export function lockInOutput(lines: readonly string[]): StateLock | undefined {
  const [id, who, operation, created] = ['ID', 'Who', 'Operation', 'Created'].map((name) => {
    const line = lines.find((each) => new RegExp(`^[\\s│]*${name}:\\s`).test(each));
    return line?.slice(line.indexOf(':') + 1).trim() ?? '';
  });
  if (!/^[0-9a-f-]{36}$/.test(id ?? '')) return undefined;
  // Go prints a time as `2026-01-02 03:04:05.678 +0000 UTC`.
  const time = created?.replace(/^(\S+) (\S+) \+0000 UTC$/, '$1T$2Z') ?? '';
  return { id: id ?? '', who: who ?? '', operation: operation ?? '', created: time };
}

/** Says who holds a lock, since when and for what. */
export function describeLock({ id, who, operation, created }: StateLock): string {
  const since = created === '' ? '' : ` since ${created.replace(/\.\d+/, '')}`;
  const what = operation.replace(/^OperationType/, '').toLowerCase();
  return `${who === '' ? 'somebody' : who} holds the lock of the state${since}${what === '' ? '' : ` for ${what}`} (ID ${id})`;
}

/** Says what to do about a lock whose owner does not come back. */
export function unlockAdvice({ id }: Pick<StateLock, 'id'>): string {
  return `where no run goes on that holds it, run \`terraform force-unlock ${id}\``;
}

/** Whether a lock was taken by a program that `who` has run since `start`, both on one machine and so by one clock. */
export function isOwn({ who, created }: StateLock, self: string, start: number): boolean {
  return who === self && Date.parse(created) >= start;
}
