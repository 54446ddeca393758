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
const INTEGER = /^([-+]?)(?:0b([01_]+)|0o?([0-7_]+)|0x([0-9a-fA-F_]+)|(0|[0-9][0-9_]*))$/;

const booleans = defineScalarTag<boolean>('tag:yaml.org,2002:bool', {
  implicit: true,
  resolve: (source) => (TRUE.has(source) ? true : FALSE.has(source) ? false : NOT_RESOLVED),
  identify: (data) => typeof data === 'boolean',
});

const integers = defineScalarTag<number>('tag:yaml.org,2002:int', {
  implicit: true,
  resolve: (source) => {
    const match = INTEGER.exec(source);
    if (match === null) return NOT_RESOLVED;
    const [, sign, binary, octal, hexadecimal, decimal] = match.map((part) => part?.replaceAll('_', ''));
    const magnitude =
      binary !== undefined
        ? parseInt(binary, 2)
        : octal !== undefined
          ? parseInt(octal, 8)
          : parseInt(hexadecimal ?? decimal ?? '', hexadecimal === undefined ? 10 : 16);
    if (Number.isNaN(magnitude)) return NOT_RESOLVED;
    return sign === '-' ? -magnitude : magnitude;
  },
  identify: (data) => Number.isInteger(data),
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
const KUBECTL_SCHEMA = CORE_SCHEMA.withTags(mergeTag, booleans, integers, binaryText);

/** Thrown for text that is not YAML; the message has line and column. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
}

/** Gives the value of each document in `text`; an empty document is null. Throws YamlError. */
export function parseYaml(text: string): readonly unknown[] {
  try {
    return loadAll(text.replace(/^\uFEFF/, ''), { schema: KUBECTL_SCHEMA });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const at =
      error.mark === undefined ? '' : ` at line ${error.mark.line + 1}, column ${error.mark.column + 1}`;
    throw new YamlError(`${error.reason}${at}`, { cause: error });
  }
}
