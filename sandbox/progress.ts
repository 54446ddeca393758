/** Writes a duration as people say it: `0.4s`, `12s`, `3m20s`. */
export function elapsed(since: number): string {
  const seconds = (Date.now() - since) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  if (seconds < 60) return `${Math.floor(seconds)}s`;
  return `${Math.floor(seconds / 60)}m${String(Math.floor(seconds % 60)).padStart(2, '0')}s`;
}

/** Prints one line of progress. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Does a slow piece of work, and says every 20 seconds that it still goes on, and at the end how long it took. */
export async function slowly<T>(what: string, work: () => Promise<T>): Promise<T> {
  const since = Date.now();
  say(`${what} … first time only`);
  const timer = setInterval(() => say(`${what} … ${elapsed(since)}, first time only`), 20_000);
  try {
    const result = await work();
    say(`${what}: done in ${elapsed(since)}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
