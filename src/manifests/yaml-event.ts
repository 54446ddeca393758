import { EVENT_ID, getScalarValue, SCALAR_STYLE, type Event, type ScalarEvent } from 'js-yaml';
import { isCoreTag, plainKey, plainScalar, ScalarError, taggedScalar, type Scalar } from './yaml-scalar';

/** Thrown for what is YAML but cannot be read as kubectl reads it; the message never has a word of the text. */
export class ComposeError extends Error {
  override readonly name = 'ComposeError';
  /** In characters from the start of the text. */
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(reason);
    this.offset = offset;
  }
}

/** A text with how its scalars are read. */
export interface YamlSource {
  readonly text: string;
  /**
   * Whether to do what kubectl does where others do not: tags of other languages are ignored, and `\/`, which JSON has and
   * YAML 1.1 does not, is an error. Else it is the other way round.
   */
  readonly asKubectl: boolean;
}

/** Gives the value of a scalar, which stands at `offset`. Throws ComposeError. */
export function scalarOf(event: ScalarEvent, source: YamlSource, offset: number): Scalar {
  const { text, asKubectl } = source;
  const value = getScalarValue(text, event);
  const isQuoted = event.style === SCALAR_STYLE.DOUBLE_QUOTED;
  if (asKubectl && isQuoted && /^(?:[^\\]|\\[^/])*\\\//.test(text.slice(event.valueStart, event.valueEnd)))
    throw new ComposeError('unknown escape sequence', offset);
  if (event.tagStart < 0) {
    return event.style === SCALAR_STYLE.PLAIN ? placed(offset, () => plainScalar(value)) : value;
  }
  const tag = text.slice(event.tagStart, event.tagEnd);
  if (!asKubectl && !isCoreTag(tag))
    throw new ComposeError('a tag is unknown: put a text that begins with `!` in quotes', offset);
  return placed(offset, () => taggedScalar(tag, value));
}

/** Gives the text that a plain scalar without tag and anchor is as a key, or undefined for any other node. Throws ComposeError. */
export function plainKeyOf(event: Event, { text }: YamlSource, offset: number): string | undefined {
  if (event.type !== EVENT_ID.SCALAR || event.style !== SCALAR_STYLE.PLAIN) return undefined;
  if (event.tagStart >= 0 || event.anchorStart >= 0) return undefined;
  return placed(offset, () => plainKey(getScalarValue(text, event)));
}

/** Gives the text that a value is as a key. Throws ComposeError. */
export function keyOf(value: unknown, offset: number): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null)
    throw new ComposeError('a map or a list is used as a key', offset);
  return placed(offset, () => plainKey(String(value)));
}

/** Whether a key is `<<`, written plainly. */
export function isMerge(event: Event, { text }: YamlSource): boolean {
  if (event.type !== EVENT_ID.SCALAR || event.style !== SCALAR_STYLE.PLAIN) return false;
  const tag = event.tagStart < 0 ? '!!merge' : text.slice(event.tagStart, event.tagEnd);
  return tag === '!!merge' && getScalarValue(text, event) === '<<';
}

function placed<T>(offset: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ScalarError) throw new ComposeError(error.message, offset);
    throw error;
  }
}
