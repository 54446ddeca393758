import type { Log } from '../../src/ports';

/** A log that keeps its lines. */
export class FakeLog implements Log {
  readonly lines: string[] = [];

  info(line: string): void {
    this.lines.push(line);
  }

  warning(line: string): void {
    this.lines.push(`warning: ${line}`);
  }
}
