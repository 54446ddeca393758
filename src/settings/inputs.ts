import { secondsOf } from '../duration';
import { isObject, type JsonObject } from '../json';
import { parseYaml, YamlError } from '../manifests/yaml';

/** What can be switched: as needed, always, or not at all. */
export const MODES = ['auto', 'always', 'never'] as const;

/** The raw text of each input by its name in action.yml; an input that is not given is an empty string. */
export type RawInputs = Readonly<Record<string, string>>;

/**
 * Strict reader of inputs. It collects every fault instead of stopping at the first one, so that all are
 * reported together; a faulty input reads as its first allowed value, which nobody gets to use.
 */
export class InputReader {
  readonly #raw: RawInputs;
  readonly problems: string[] = [];

  constructor(raw: RawInputs) {
    this.#raw = raw;
  }

  /** Gives the text of `name` without white space around it, or undefined where nothing was given. */
  text(name: string): string | undefined {
    const value = (this.#raw[name] ?? '').trim();
    return value === '' ? undefined : value;
  }

  /** Gives the value of `name` as one of `allowed`. */
  choice<T extends string>(name: string, allowed: readonly [T, ...T[]], fallback: T): T {
    const value = this.text(name) ?? fallback;
    const found = allowed.find((word) => word === value);
    if (found !== undefined) return found;
    this.fault(name, `is ${JSON.stringify(value)}, but must be one of: ${allowed.join(', ')}`);
    return allowed[0];
  }

  /** Gives a boolean; only the words `true` and `false` are taken. */
  flag(name: string, fallback: boolean): boolean {
    return this.choice(name, ['true', 'false'], fallback ? 'true' : 'false') === 'true';
  }

  /** Gives the lines of `name` that hold something, trimmed. */
  lines(name: string): readonly string[] {
    return (this.#raw[name] ?? '')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }

  /** Gives `key=value` lines as a map. A fault repeats the line, or its number where it may be secret. */
  pairs(name: string, { secret = false } = {}): Readonly<Record<string, string>> {
    const entries = this.lines(name).flatMap((line, index): [string, string][] => {
      const at = line.indexOf('=');
      if (at > 0) return [[line.slice(0, at).trim(), line.slice(at + 1).trim()]];
      const which = secret ? `a line without = (${index + 1}.)` : `the line ${JSON.stringify(line)}`;
      this.fault(name, `has ${which}, but each line must be key=value`);
      return [];
    });
    return Object.fromEntries(entries);
  }

  /** Gives a time such as `90s` or `10m` in seconds. */
  seconds(name: string, fallback: string): number {
    const value = this.text(name) ?? fallback;
    const seconds = secondsOf(value);
    if (seconds !== undefined) return seconds;
    this.fault(name, `is ${JSON.stringify(value)}, but must be a time such as 90s or 10m`);
    return 1;
  }

  /** Gives an input that is a YAML map of the `shape`; a fault never repeats its text, since it may hold secrets. */
  map(name: string, shape = 'one `name: value` a line'): JsonObject {
    const text = this.text(name);
    if (text === undefined) return {};
    try {
      const [value] = parseYaml(text);
      if (isObject(value)) return value;
      this.fault(name, `must be a YAML map: ${shape}`);
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
      this.fault(name, `is not YAML at ${error.place}`);
    }
    return {};
  }

  /** Notes a fault of an input; `text` goes on after its name. */
  fault(name: string, text: string): void {
    this.problems.push(`${name} ${text}`);
  }
}
