/** Shorter values would shred ordinary words; GitHub's runner masks them in the log all the same. */
const SHORTEST_SECRET = 6;

const PAIRS = 65_536;

/** Takes every form of every known secret out of a text. */
export type Redact = (text: string) => string;

/**
 * Gives a function that replaces the secrets by `***`: as they are, line by line, as JSON, in URLs, and in base64 at any
 * offset, since `user:password` encoded as a whole holds the password shifted by one or two bytes.
 */
export function redactor(secrets: readonly string[]): Redact {
  const forms = new Set(secrets.flatMap((secret) => formsOf(secret)));
  if (forms.size === 0) return (text) => text;
  const index = indexOf(forms);
  return (text) => redactBy(index, text);
}

/**
 * The forms by how they begin, longest first. One regular expression of them all would try each at every place: with the thousands that a
 * large plan may have, that takes minutes.
 */
interface FormIndex {
  /** Whether a form begins with two characters of this hash. */
  readonly pairs: Uint8Array;
  readonly byStart: ReadonlyMap<string, readonly string[]>;
}

function indexOf(forms: ReadonlySet<string>): FormIndex {
  const pairs = new Uint8Array(PAIRS);
  const byStart = new Map<string, string[]>();
  for (const form of forms) {
    pairs[pairAt(form, 0)] = 1;
    const start = form.slice(0, SHORTEST_SECRET);
    const same = byStart.get(start);
    if (same === undefined) byStart.set(start, [form]);
    else same.push(form);
  }
  for (const same of byStart.values()) {
    if (same.length > 1) same.sort((one, other) => other.length - one.length);
  }
  return { pairs, byStart };
}

function redactBy({ pairs, byStart }: FormIndex, text: string): string {
  let redacted = '';
  let done = 0;
  for (let place = 0; place + SHORTEST_SECRET <= text.length; place += 1) {
    if (pairs[pairAt(text, place)] === 0) continue;
    const candidates = byStart.get(text.slice(place, place + SHORTEST_SECRET));
    const form = candidates?.find((each) => text.startsWith(each, place));
    if (form === undefined) continue;
    redacted += `${text.slice(done, place)}***`;
    done = place + form.length;
    place = done - 1;
  }
  return done === 0 ? text : redacted + text.slice(done);
}

function pairAt(text: string, place: number): number {
  return (text.charCodeAt(place) * 257 + text.charCodeAt(place + 1)) % PAIRS;
}

function formsOf(secret: string): readonly string[] {
  const whole = secret.trim();
  const lines = whole.split(/\r?\n/).map((line) => line.trim());
  return [...new Set([whole, ...lines])]
    .filter((value) => value.length >= SHORTEST_SECRET)
    .flatMap((value) => [
      value,
      // What has no other sign is written as it is in JSON and in URLs.
      ...(/^[\w.-]+$/.test(value) ? [] : [...jsonForms(value), ...urlForms(value)]),
      ...base64Forms(value),
    ])
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
    const bytes = Buffer.from(`${'\0'.repeat(offset)}${value}`);
    const first = Math.ceil((offset * 4) / 3);
    const end = Math.floor((bytes.length * 4) / 3);
    const form = bytes.toString('base64').slice(first, end);
    return /[+/]/.test(form) ? [form, form.replaceAll('+', '-').replaceAll('/', '_')] : [form];
  });
}

/**
 * Gives a value of plain data with every text in it redacted; what has nothing to redact is given as it is. This comes before
 * rendering: escaping and cutting make forms of a secret that nobody would find again.
 */
export function redactValues<T>(value: T, redact: Redact): T {
  if (typeof value === 'string') return redact(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  return (Array.isArray(value) ? redactList(value, redact) : redactObject(value, redact)) as T;
}

function redactList(list: readonly unknown[], redact: Redact): readonly unknown[] {
  let redacted: unknown[] | undefined;
  for (let index = 0; index < list.length; index += 1) {
    const without = redactValues(list[index], redact);
    if (without !== list[index]) (redacted ??= [...list])[index] = without;
  }
  return redacted ?? list;
}

function redactObject(value: object, redact: Redact): object {
  const fields = value as Readonly<Record<string, unknown>>;
  let redacted: Record<string, unknown> | undefined;
  for (const key of Object.keys(fields)) {
    const without = redactValues(fields[key], redact);
    if (without !== fields[key]) (redacted ??= { ...fields })[key] = without;
  }
  return redacted ?? value;
}
