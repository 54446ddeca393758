import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of this run alone, readable by its owner only; it holds credentials and plans, and is removed at the end. */
export class Scratch {
  readonly folder: string;

  constructor() {
    this.folder = mkdtempSync(join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'wpp-deploy-'));
  }

  /** Makes a folder below and gives its path. */
  makeFolder(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  }

  /** Writes a file below and gives its path. */
  write(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }

  /** Removes a file below that is needed no more. */
  discard(name: string): void {
    rmSync(join(this.folder, name), { force: true });
  }

  /** Removes all of it; once more does no harm. */
  remove(): void {
    removeScratch(this.folder);
  }
}

/** Removes the folder of a run that may have been killed before it could. */
export function removeScratch(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
