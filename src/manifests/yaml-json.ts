/**
 * Takes a stream of JSON objects apart, one after the other with nothing but blanks between them. Gives where each begins and
 * ends, and where the rest begins that is none.
 */
export function jsonParts(text: string): {
  readonly parts: readonly (readonly [number, number])[];
  readonly rest: number | undefined;
} {
  const parts: (readonly [number, number])[] = [];
  for (let start = skipBlanks(text, 0); start < text.length;) {
    const end = endOfValue(text, start);
    if (!isJson(text.slice(start, end))) return { parts, rest: start };
    parts.push([start, end]);
    start = skipBlanks(text, end);
  }
  return { parts, rest: undefined };
}

function skipBlanks(text: string, from: number): number {
  const blanks = /[^ \t\r\n]/g;
  blanks.lastIndex = from;
  return blanks.exec(text)?.index ?? text.length;
}

/** Gives where the braces that open at `start` are closed; what is in quotes does not count. */
function endOfValue(text: string, start: number): number {
  const sign = /"(?:[^"\\]|\\.)*"?|[{}]/gs;
  sign.lastIndex = start;
  let open = 0;
  for (let match = sign.exec(text); match !== null; match = sign.exec(text)) {
    if (match[0] === '{') open += 1;
    if (match[0] === '}') open -= 1;
    if (open <= 0) return sign.lastIndex;
  }
  return text.length;
}

function isJson(text: string): boolean {
  try {
    return text.startsWith('{') && typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
