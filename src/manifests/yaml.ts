import { parseEvents, YAMLException } from 'js-yaml';
import { Composer, DEEPEST, type ComposedDocument, type Offsets } from './yaml-compose';
import { ComposeError, type YamlSource } from './yaml-event';
import { jsonParts } from './yaml-json';
import { Lines, type TextPlace } from './yaml-place';

/** More documents than this in one file are a mistake; each costs time. */
const MOST_DOCUMENTS = 10_000;

/** The way to a field, such as `['spec', 'containers', 0, 'image']`. */
export type FieldPath = readonly (string | number)[];

export interface YamlDocument {
  /** Null for an empty document. */
  readonly value: unknown;
  /** Where its content begins; from 1 on. */
  readonly line: number;
  /** Gives the line of a field, or of the nearest part of the way to it that is there. */
  readonly lineOf: (path: FieldPath) => number;
}

/** Thrown for text that is not YAML, or not the YAML that kubectl reads; the message never has a word of the text. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
  /** Such as `line 3, column 7`. */
  readonly place: string;
  readonly line: number;
  readonly reason: string;

  constructor(reason: string, { line, column }: TextPlace) {
    super(`${reason} at line ${line}, column ${column}`);
    this.place = `line ${line}, column ${column}`;
    this.line = line;
    this.reason = reason;
  }
}

/**
 * Gives the value of each document in `text`, of an input or a kubeconfig; an empty document is null. A tag that is not YAML's own
 * is an error: it may be a password that begins with `!`. Throws YamlError.
 */
export function parseYaml(text: string): readonly unknown[] {
  return compose({ text, asKubectl: false }, new Lines(text)).map(({ value }) => value);
}

/**
 * Gives the documents of a manifest's text as kubectl reads them: text that begins with `{` is a stream of JSON objects; else
 * documents are separated by lines that begin with `---`, with nothing but a comment after it. Throws YamlError.
 */
export function readDocuments(text: string): readonly YamlDocument[] {
  const lines = new Lines(text);
  if (/^\uFEFF?\s*\{/.test(text)) return jsonDocuments(text.replace(/^\uFEFF/, ' '), lines);
  // Go's YAML ends a line at these too, by which a text would be another than the one that is seen.
  const unseen = /[\u0085\u2028\u2029]/.exec(text);
  if (unseen !== null)
    throw new YamlError(
      'an invisible line separator (U+0085, U+2028 or U+2029) stands here',
      lines.at(unseen.index),
    );
  const wrong = /^---(?![ \t]*(?:#|\r|\n|$))/m.exec(text);
  if (wrong !== null) throw new YamlError('`---` has something after it', lines.at(wrong.index));
  // kubectl takes `---#` for a separator too; blanks in place of the comment keep every offset.
  const plain = text.replaceAll(/^---.*$/gm, (line) => '---'.padEnd(line.length));
  const documents = compose({ text: plain, asKubectl: true }, lines);
  limitCount(documents.length);
  for (const [index, { explicitStart, hasDirectives, offset }] of documents.entries()) {
    if (hasDirectives) throw new YamlError('a directive stands before the document', lines.at(offset));
    if (index > 0 && !explicitStart)
      throw new YamlError('only `---` begins another document, `...` does not', lines.at(offset));
  }
  return documents;
}

function jsonDocuments(text: string, lines: Lines): readonly YamlDocument[] {
  const { parts, rest } = jsonParts(text);
  limitCount(parts.length);
  const documents = parts.flatMap(([start, end]) =>
    compose({ text: text.slice(start, end), asKubectl: false }, lines, start),
  );
  if (rest === undefined) return documents;
  // What is no YAML either has a place that says more.
  compose({ text: text.slice(rest), asKubectl: false }, lines, rest);
  throw new YamlError('the file begins with `{`, but here is no JSON object', lines.at(rest));
}

function limitCount(count: number): void {
  if (count > MOST_DOCUMENTS)
    throw new YamlError(`it has ${count} documents, which is more than ${MOST_DOCUMENTS}`, {
      line: 1,
      column: 1,
    });
}

function compose(source: YamlSource, lines: Lines, start = 0): readonly (YamlDocument & ComposedDocument)[] {
  try {
    const composer = new Composer(parseEvents(source.text, { maxDepth: DEEPEST }), source);
    return composer.documents().map((document) => ({
      ...document,
      offset: document.offset + start,
      line: lines.at(document.offset + start).line,
      lineOf: (path) =>
        lines.at(start + nearest(document.value, document.offset, path, composer.offsets)).line,
    }));
  } catch (error) {
    if (error instanceof ComposeError) throw new YamlError(error.message, lines.at(error.offset + start));
    if (!(error instanceof YAMLException)) throw error;
    throw new YamlError(withoutText(error.reason), lines.at((error.mark?.position ?? 0) + start));
  }
}

/** What js-yaml calls so is most often a quote or bracket that is not closed; kubectl allows it where it is. */
const UNINDENTED =
  'a quote or bracket before this is not closed, or what is in it stands further left than the key that it belongs to';

/** The reasons of js-yaml name handles and tags of the text, which may be a part of a secret. */
function withoutText(reason: string): string {
  if (reason === 'deficient indentation') return UNINDENTED;
  return reason.replace(/ characters: .*$/s, ' characters').replaceAll(/"[^]*"/g, 'of this name');
}

function nearest(value: unknown, start: number, path: FieldPath, offsets: Offsets): number {
  let here = value;
  let offset = start;
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return offset;
    const found = offsets.get(here)?.get(key);
    if (found === undefined) return offset;
    offset = found;
    here = (here as Readonly<Record<string | number, unknown>>)[key];
  }
  return offset;
}
