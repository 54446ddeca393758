/** What a caller may send in a minute: https://techdocs.akamai.com/linode-api/reference/rate-limits. */
export type RateClass = 'list' | 'volume create' | 'other';

const perMinute: Readonly<Record<RateClass, number>> = { list: 200, 'volume create': 100, other: 1600 };
const minute = 60_000;

export interface Allowance {
  readonly exceeded: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** Gives a function that counts the calls of a caller in fixed minutes; `now` is in milliseconds. */
export function rateLimiter(): (caller: string, kind: RateClass, now: number) => Allowance {
  const windows = new Map<string, { ends: number; calls: number }>();
  return (caller, kind, now) => {
    const key = `${kind} ${caller}`;
    let window = windows.get(key);
    if (window === undefined || window.ends <= now) window = { ends: now + minute, calls: 0 };
    windows.set(key, window);
    window.calls += 1;
    const exceeded = window.calls > perMinute[kind];
    const headers = {
      'X-RateLimit-Limit': String(perMinute[kind]),
      'X-RateLimit-Remaining': String(Math.max(0, perMinute[kind] - window.calls)),
      'X-RateLimit-Reset': String(Math.ceil(window.ends / 1000)),
    };
    const wait = { 'Retry-After': String(Math.ceil((window.ends - now) / 1000)) };
    return { exceeded, headers: exceeded ? { ...headers, ...wait } : headers };
  };
}
