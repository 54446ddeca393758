import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../ports';

/** The real clock; its sleep ends with the reason of the cancellation when the run is cancelled. */
export function systemClock(signal: AbortSignal): Clock {
  return {
    now: () => Date.now(),
    async sleep(milliseconds) {
      await delay(milliseconds, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    },
  };
}
