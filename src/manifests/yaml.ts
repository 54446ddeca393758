import {
  binaryTag,
  CORE_SCHEMA,
  defineScalarTag,
  loadAll,
  mergeTag,
  NOT_RESOLVED,
  YAMLException,
  type ScalarTagDefinition,
} from 'js-yaml';

const TRUE = new Set(['true', 'True', 'TRUE', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'y', 'Y']);
const FALSE = new Set(['false', 'False', 'FALSE', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'n', 'N']);
const INTEGER = /^([-+]?)(?:0[bB]([01]+)|0[oO]?([0-7]+)|0[xX]([0-9a-fA-F]+)|([0-9]+))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** Takes out the underscores that YAML 1.1 allows anywhere in a number but at its start. */
function digits(source: string): string {
  return /^[-+0-9]/.test(source) ? source.replaceAll('_', '') : source;
}

const booleans = defineScalarTag<boolean>('tag:yaml.org,2002:bool', {
  implicit: true,
  resolve: (source) => (TRUE.has(source) ? true : FALSE.has(source) ? false : NOT_RESOLVED),
  identify: (data) => typeof data === 'boolean',
});

const integers = defineScalarTag<number>('tag:yaml.org,2002:int', {
  implicit: true,
  resolve: (source) => {
    const match = INTEGER.exec(digits(source));
    if (match === null) return NOT_RESOLVED;
    const [, sign, binary, octal, hexadecimal, decimal] = match;
    const magnitude =
      binary !== undefined
        ? parseInt(binary, 2)
        : octal !== undefined
          ? parseInt(octal, 8)
          : parseInt(hexadecimal ?? decimal ?? '', hexadecimal === undefined ? 10 : 16);
    return sign === '-' ? -magnitude : magnitude;
  },
  identify: (data) => Number.isInteger(data),
});

/** A number beyond the range of doubles stays text, and so do the words for infinity, which JSON cannot hold. */
const floats = defineScalarTag<number>('tag:yaml.org,2002:float', {
  implicit: true,
  resolve: (source) => {
    const value = FLOAT.test(digits(source)) ? Number(digits(source)) : Number.NaN;
    return Number.isFinite(value) ? value : NOT_RESOLVED;
  },
  identify: (data) => typeof data === 'number',
});

/** `!!binary` as kubectl gives it: the decoded bytes as text. */
const binaryText: ScalarTagDefinition = {
  ...binaryTag,
  resolve: (source, isExplicit, tagName) => {
    const bytes = binaryTag.resolve(source, isExplicit, tagName);
    return bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : NOT_RESOLVED;
  },
};

/**
 * The YAML that kubectl reads (sigs.k8s.io/yaml): 1.1 words for booleans, `0644` and `0o644` octal, `<<` merged,
 * but dates and sexagesimals left as strings. No stock schema of js-yaml gives the same values.
 */
const KUBECTL_SCHEMA = CORE_SCHEMA.withTags(mergeTag, booleans, integers, floats, binaryText);

/** Thrown for text that is not YAML; the message has the place, and may have a word of the text. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
  /** Such as `line 3, column 7`. */
  readonly place: string;

  constructor(reason: string, place: string, options: ErrorOptions) {
    super(`${reason} at ${place}`, options);
    this.place = place;
  }
}

/** Gives the value of each document in `text`; an empty document is null. Throws YamlError. */
export function parseYaml(text: string): readonly unknown[] {
  try {
    return loadAll(text.replace(/^\uFEFF/, ''), { schema: KUBECTL_SCHEMA });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { line = 0, column = 0 } = error.mark ?? {};
    throw new YamlError(error.reason, `line ${line + 1}, column ${column + 1}`, { cause: error });
  }
}
