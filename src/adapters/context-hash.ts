import { createHash, type Hash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ContextHash } from '../ports';

const BUFFER_BYTES = 1 << 20;
/** After so much the other work of the run gets its turn. */
const TURN_BYTES = 32 << 20;
/** What a file costs besides its bytes, in bytes. */
const FILE_BYTES = 64 << 10;

/** Gives the function that digests a context: names, modes, links and bytes, file by file through one small buffer. */
export function contextHash(signal: AbortSignal): ContextHash {
  return async (folder, rules) => {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    let spent = 0;
    for (const path of walk(folder, '', rules)) {
      spent += FILE_BYTES + add(hash, folder, path, buffer);
      if (spent < TURN_BYTES) continue;
      spent = 0;
      await setImmediate();
      signal.throwIfAborted();
    }
    return hash.digest('hex');
  };
}

/** Gives what is in the context, each folder before what is in it, in an order that is the same everywhere. */
function* walk(root: string, below: string, rules: Parameters<ContextHash>[1]): Generator<string> {
  const entries = readdirSync(join(root, below), { withFileTypes: true });
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    const ignored = rules.ignores(path);
    if (!ignored) yield path;
    if (entry.isDirectory() && (!ignored || rules.mayHold(path))) yield* walk(root, path, rules);
  }
}

/** Gives how many bytes were read. Of time and owner the builder takes no notice. */
function add(hash: Hash, root: string, path: string, buffer: Buffer): number {
  const place = join(root, path);
  const stat = lstatSync(place);
  const kind = stat.isFile()
    ? 'file'
    : stat.isDirectory()
      ? 'folder'
      : stat.isSymbolicLink()
        ? 'link'
        : 'other';
  const size = kind === 'file' ? stat.size : 0;
  const target = kind === 'link' ? readlinkSync(place) : '';
  hash.update(`${JSON.stringify([kind, path, stat.mode & 0o7777, size, target])}\n`);
  if (kind !== 'file') return 0;
  const file = openSync(place, 'r');
  try {
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer))
      hash.update(buffer.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return size;
}
