/** Shorter values would shred ordinary words; GitHub's runner masks them in the log all the same. */
const SHORTEST_SECRET = 6;

/** Takes every form of every known secret out of a text. */
export type Redact = (text: string) => string;

/**
 * Gives a function that replaces the secrets by `***`: as they are, line by line, as JSON, in URLs, and in base64 at any
 * offset, since `user:password` encoded as a whole holds the password shifted by one or two bytes.
 */
export function redactor(secrets: readonly string[]): Redact {
  const forms = new Set(secrets.flatMap((secret) => formsOf(secret)));
  const longestFirst = [...forms].sort((one, other) => other.length - one.length);
  if (longestFirst.length === 0) return (text) => text;
  const pattern = new RegExp(longestFirst.map((form) => RegExp.escape(form)).join('|'), 'g');
  return (text) => text.replaceAll(pattern, '***');
}

function formsOf(secret: string): readonly string[] {
  const whole = secret.trim();
  const lines = whole.split(/\r?\n/).map((line) => line.trim());
  return [whole, ...lines]
    .filter((value) => value.length >= SHORTEST_SECRET)
    .flatMap((value) => [
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value),
      ...base64Forms(value),
    ])
    .filter((form) => form.length >= SHORTEST_SECRET);
}

/** The characters of the encoding that depend on the secret alone, for each of the three offsets it can start at. */
function base64Forms(value: string): readonly string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    const first = Math.ceil((offset * 4) / 3);
    const end = Math.floor((bytes.length * 4) / 3);
    return [bytes.toString('base64').slice(first, end), bytes.toString('base64url').slice(first, end)];
  });
}
