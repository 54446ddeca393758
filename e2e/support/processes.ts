import { readdirSync, readFileSync } from 'node:fs';

/** Gives what stands in the arguments of every process of the machine. */
export function everyArgument(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return ''; // It has ended.
      }
    })
    .join('\n');
}
