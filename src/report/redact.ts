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
  return [...new Set([whole, ...lines])]
    .filter((value) => value.length >= SHORTEST_SECRET)
    .flatMap((value) => [value, ...jsonForms(value), ...urlForms(value), ...base64Forms(value)])
    .filter((form) => form.length >= SHORTEST_SECRET);
}

/** As JavaScript writes JSON, and as Go does, which escapes what HTML would read. */
function jsonForms(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const goes = json.replaceAll(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  return [json, goes];
}

/** In the path of a URL, and in its query. */
function urlForms(value: string): readonly string[] {
  return [encodeURIComponent(value), new URLSearchParams({ v: value }).toString().slice('v='.length)];
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

/**
 * Gives a value of plain data with every text in it redacted. This comes before rendering: escaping and cutting make
 * forms of a secret that nobody would find again.
 */
export function redactValues<T>(value: T, redact: Redact): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => redactValues(item, redact)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, redactValues(item, redact)]),
  ) as T;
}
