import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

interface Call {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A program that stands first on PATH, notes how it was called, and does what `script`, the body of a Node program, says. */
export class FakeProgram {
  readonly folder = mkdtempSync(join(tmpdir(), 'wpp-program-'));
  readonly #environment = { ...process.env };

  constructor(name: string, script: string) {
    const notes = `require('fs').appendFileSync(${JSON.stringify(this.#notes)}, JSON.stringify({ args, env: process.env }) + '\\n')`;
    const program = join(this.folder, name);
    writeFileSync(
      program,
      `#!${process.execPath}\nconst args = process.argv.slice(2);\n${notes};\n${script}\n`,
    );
    chmodSync(program, 0o755);
    process.env['PATH'] = `${this.folder}${delimiter}${process.env['PATH'] ?? ''}`;
  }

  get calls(): readonly Call[] {
    if (!existsSync(this.#notes)) return [];
    const lines = readFileSync(this.#notes, 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Call);
  }

  /** Takes it off PATH, and gives the environment back as it was. */
  remove(): void {
    process.env = { ...this.#environment };
    rmSync(this.folder, { recursive: true });
  }

  get #notes(): string {
    return join(this.folder, 'calls.jsonl');
  }
}
