import type { Log } from '../../src/ports';

/** A log that keeps its lines. */
export class FakeLog implements Log {
  readonly lines: string[] = [];
  readonly groups: { readonly title: string; readonly lines: readonly string[] }[] = [];

  info(line: string): void {
    this.lines.push(line);
  }

  group(title: string, lines: readonly string[]): void {
    this.groups.push({ title, lines });
  }

  warning(line: string): void {
    this.lines.push(`warning: ${line}`);
  }
}
