/** What a scalar of YAML stands for. */
export type Scalar = string | number | boolean | null;

const NULL = new Set(['', '~', 'null', 'Null', 'NULL']);
const TRUE = new Set(['true', 'True', 'TRUE', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'y', 'Y']);
const FALSE = new Set(['false', 'False', 'FALSE', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'n', 'N']);
const INTEGER = /^([-+]?)(?:(0[bB][01]+)|0[oO]?([0-7]+)|(0[xX][0-9a-fA-F]+)|([0-9]+))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const LARGEST_INT64 = 2n ** 63n - 1n;
const LARGEST_UINT64 = 2n ** 64n - 1n;

/** Thrown for a scalar that cannot be read as kubectl reads it; the message never has its text. */
export class ScalarError extends Error {
  override readonly name = 'ScalarError';
}

/**
 * Gives what an untagged plain scalar stands for where kubectl reads it (the resolver of sigs.k8s.io/yaml): YAML 1.1 words for
 * booleans, `0644` and `0o644` octal, but dates and sexagesimals are text, and so is a number beyond the range of doubles.
 * Throws ScalarError for what JSON cannot hold, and for an integer that kubectl would keep but a double cannot.
 */
export function plainScalar(source: string): Scalar {
  if (NULL.has(source)) return null;
  if (TRUE.has(source)) return true;
  if (FALSE.has(source)) return false;
  if (NOT_FINITE.test(source)) throw new ScalarError('infinity and not-a-number cannot be written as JSON');
  const integer = integerOf(digitsOf(source));
  if (integer !== undefined) return exact(integer);
  return floatOf(source) ?? source;
}

function exact(integer: bigint): number {
  const value = Number(integer);
  const magnitude = integer < 0n ? -integer : integer;
  if (magnitude <= LARGEST_INT64 && BigInt(value) !== integer)
    throw new ScalarError('a whole number is too big to be kept exact: put it in quotes if it is a text');
  return value;
}

/** Takes out the underscores, which may stand anywhere in a number but at its start. */
function digitsOf(source: string): string {
  return /^[-+0-9]/.test(source) ? source.replaceAll('_', '') : source;
}

/** Gives an integer of at most 64 bits, or undefined. */
function integerOf(digits: string): bigint | undefined {
  const match = INTEGER.exec(digits);
  if (match === null) return undefined;
  const [, sign, binary, octal, hexadecimal, decimal] = match;
  const magnitude = BigInt(octal === undefined ? (binary ?? hexadecimal ?? decimal ?? '') : `0o${octal}`);
  if (magnitude > LARGEST_UINT64) return undefined;
  return sign === '-' ? -magnitude : magnitude;
}

function floatOf(source: string): number | undefined {
  const value = FLOAT.test(digitsOf(source)) ? Number(digitsOf(source)) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

const CORE_TAG = /^(?:!!|!?<?tag:yaml\.org,2002:)(\w+)>?$/;
/** Whether a tag is one of YAML's own, such as `!!str`. */
export function isCoreTag(tag: string): boolean {
  return tag === '!' || CORE_TAG.test(tag);
}

const DATE =
  /^\d{4}-\d\d?-\d\d?(?:(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?)?)?$/;

/**
 * Gives what a scalar with the tag `tag` stands for. Tags of other languages mean nothing to kubectl: the scalar is text.
 * Throws ScalarError where the text does not fit the tag.
 */
export function taggedScalar(tag: string, source: string): Scalar {
  const name = CORE_TAG.exec(tag)?.[1];
  if (name === 'timestamp') return fitting(tag, source, DATE.test(source));
  if (name === 'binary')
    return fitting(tag, Buffer.from(source, 'base64').toString('utf8'), isBase64(source));
  if (name === 'int') return fitting(tag, plainScalar(source), integerOf(digitsOf(source)) !== undefined);
  const type = TYPES[name ?? ''];
  if (type === undefined) return source;
  const value = plainScalar(source);
  return fitting(tag, value, typeof value === type);
}

/** JavaScript's types of the tags that say one; null is an object. */
const TYPES: Readonly<Record<string, string>> = { null: 'object', bool: 'boolean', float: 'number' };

function fitting(tag: string, value: Scalar, fits: boolean): Scalar {
  if (!fits) throw new ScalarError(`a value does not fit its tag ${tag}`);
  return value;
}

/** Whether Go's encoding/base64 decodes it: the standard alphabet, padded, line breaks left out. */
export function isBase64(text: string): boolean {
  const plain = text.replaceAll(/[\r\n]/g, '');
  return plain.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(plain);
}

/** Gives what a plain scalar is as key of a map, as kubectl writes it into JSON. Throws ScalarError for a null. */
export function plainKey(source: string): string {
  if (NOT_FINITE.test(source)) return source.replace('+', '').toLowerCase().replace('nan', 'NaN');
  const integer = integerOf(digitsOf(source));
  if (integer !== undefined && integer > LARGEST_INT64)
    throw new ScalarError('a key is a whole number of more than 63 bits');
  if (integer !== undefined) return String(integer);
  const value = plainScalar(source);
  if (value === null) throw new ScalarError('a key is null');
  return typeof value === 'number' ? floatKey(value) : String(value);
}

/** As Go's %g writes a float of 32 bits: the fewest digits that tell it, an exponent from a million on and below 0.0001. */
function floatKey(value: number): string {
  const single = Math.fround(value);
  const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9].find(
    (count) => Math.fround(Number(single.toPrecision(count))) === single,
  );
  const [mantissa = '', exponent = ''] = single.toExponential((digits ?? 9) - 1).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(`${mantissa}e${exponent}`));
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
