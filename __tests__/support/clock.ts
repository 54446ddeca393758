import type { Clock } from '../../src/ports';

/** A clock that stands still until everybody sleeps; then it jumps to the next one who wakes. */
export class ManualClock implements Clock {
  #now = Date.parse('2026-01-02T03:04:05.678Z');
  #sleepers: { readonly due: number; readonly wake: () => void }[] = [];
  #scheduled = false;

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => {
      this.#sleepers.push({ due: this.#now + milliseconds, wake });
      this.#schedule();
    });
  }

  /** Lets time pass without anybody sleeping. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#sleepers.sort((one, other) => one.due - other.due);
      const next = this.#sleepers.shift();
      if (next === undefined) return;
      this.#now = Math.max(this.#now, next.due);
      next.wake();
      if (this.#sleepers.length > 0) this.#schedule();
    });
  }
}
