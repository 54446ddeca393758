import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const INTERVAL_MS = 50;
const CHUNK = 64 * 1024;

/** Calls `onLine` with each line of a file while it grows, until `end` and all that stands in it then. */
export async function followFile(
  path: string,
  end: PromiseLike<unknown>,
  onLine: (line: string) => void,
): Promise<void> {
  let ended = false;
  const over = Promise.resolve(end).finally(() => (ended = true));
  const file = await open(path);
  const decoder = new TextDecoder();
  const buffer = Buffer.alloc(CHUNK);
  let rest = '';
  try {
    for (;;) {
      // Looked at before the reading: what was written until then is read.
      const last = ended;
      const { bytesRead } = await file.read(buffer, 0, CHUNK);
      const lines = `${rest}${decoder.decode(buffer.subarray(0, bytesRead), { stream: true })}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
      if (bytesRead > 0) continue;
      if (last) break;
      await Promise.race([over, delay(INTERVAL_MS)]);
    }
    if (rest !== '') onLine(rest);
  } finally {
    await file.close();
  }
}
