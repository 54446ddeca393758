/** Why bytes are no text, with the line. */
export interface NoText {
  readonly reason: string;
  readonly line: number;
}

/**
 * Gives the text of a file: UTF-8, or UTF-16 where it begins with the byte order mark of that, as kubectl reads it. But where
 * kubectl puts U+FFFD in place of what it cannot decode, this gives the line of it.
 */
export function decodeText(bytes: Uint8Array): string | NoText {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const before = new TextDecoder(encoding).decode(bytes).split('\uFFFD', 1)[0] ?? '';
    return { reason: `is not ${encoding.toUpperCase()}`, line: before.split(/\r\n|\r|\n/).length };
  }
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
