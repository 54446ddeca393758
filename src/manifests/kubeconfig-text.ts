import { KubeconfigProblem } from './kubeconfig-problem';
import { whatItIs } from './kubeconfig-stranger';

const FIELDS = 'apiVersion|kind|clusters|contexts|users|current-context|preferences|extensions';
const FIELD_LINE = new RegExp(`^[ \\t]*(?:- )?(["']?)(?:${FIELDS})\\1[ \\t]*:`, 'm');
const QUOTED_FIELD = new RegExp(`^(["'])(?:${FIELDS})\\1[ \\t]*:`);
const NAME_BEFORE =
  /^(?:export[ \t]+|set[ \t]+)?kube_?config(?:_\w+)?[ \t]*(?:=|:(?:[ \t]*[|>][-+]?[ \t]*\n|\s))\s*/i;
const JSON_AROUND = /^\{\s*"kube_?config"\s*:\s*("(?:[^"\\]|\\.)*")\s*\}$/i;
const DATA_URL = /^data:[\w/+.;=-]*;base64,/i;
const FENCE = /^```[\w-]*\n([\s\S]*?)\n?```$/;
/** `certutil -encode` writes the base64 of any file as if it were a certificate. */
const ARMOUR = /^-----BEGIN [A-Z0-9 ]+-----\n([A-Za-z0-9+/=\s]+)-----END [A-Z0-9 ]+-----$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
// eslint-disable-next-line no-control-regex -- these are what tells binary data from text
const BINARY = /[\0-\x08\x0E-\x1F]/;

/**
 * Takes off what people wrap a kubeconfig in: base64 of either alphabet, wrapped or encoded several times, UTF-16, byte order
 * marks, quotes, JSON, code fences, data URLs, the name of the secret. Throws KubeconfigProblem, which says what the text is instead.
 */
export function decodeKubeconfig(given: string): string {
  let raw = given;
  let decoded = false;
  let cut = false;
  for (;;) {
    const text = tidy(raw);
    const inner = unwrapped(text);
    if (inner !== undefined) {
      raw = inner;
      continue;
    }
    if (looksRight(text)) {
      // Linode's begin with an empty line; with it faults have the line that they have in the file.
      if (!cut) return `${/^\s*/.exec(raw)?.[0].replaceAll(/[^\n]/g, '') ?? ''}${text}`;
      throw new KubeconfigProblem(
        'is cut off: its base64 ends in the middle of a byte; copy all of it again, from `base64 < kubeconfig.yaml`',
      );
    }
    const layer = fromBase64(text);
    if (layer?.text === undefined) throw new KubeconfigProblem(whatItIs(text, decoded, layer?.bytes));
    decoded = true;
    cut ||= layer.cut;
    raw = layer.text;
  }
}

/** Whether a text given as kubeconfig is several lines of YAML or JSON, which by themselves are no secrets. */
export function isPlainKubeconfig(given: string): boolean {
  const text = tidy(given);
  return text.includes('\n') && looksRight(text);
}

function looksRight(text: string): boolean {
  return /^\{(?!\{)/.test(text) || (FIELD_LINE.test(text) && !text.startsWith('<'));
}

/** Takes off white space, also the kinds that nobody sees, and an indentation of the whole. */
function tidy(text: string): string {
  const lines = text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\u00A0', ' ')
    .replaceAll(/[\u200B-\u200D\u2060\uFEFF\0]/g, '')
    .trim()
    .split('\n');
  const [first = '', ...others] = lines;
  const indents = others
    .filter((line) => line.trim() !== '')
    .map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const indent = indents.reduce((least, each) => Math.min(least, each), indents[0] ?? 0);
  return indent === 0 || first.startsWith('- ')
    ? lines.join('\n')
    : [first, ...others.map((line) => line.slice(indent))].join('\n');
}

/** Gives what is inside of one wrapping that is no encoding, or undefined where there is none; always shorter. */
function unwrapped(text: string): string | undefined {
  for (const pattern of [NAME_BEFORE, DATA_URL]) {
    const match = pattern.exec(text);
    if (match !== null) return text.slice(match[0].length);
  }
  const fenced = FENCE.exec(text)?.[1];
  if (fenced !== undefined) return fenced;
  const json = JSON_AROUND.exec(text)?.[1];
  if (json !== undefined) return json;
  const armoured = ARMOUR.exec(text)?.[1];
  if (armoured !== undefined && looksRight(tidy(fromBase64(armoured)?.text ?? ''))) return armoured;
  const quote = text[0];
  if ((quote === '"' || quote === "'") && text.length > 1 && text.endsWith(quote) && !QUOTED_FIELD.test(text))
    return quote === '"' ? (unescaped(text.slice(1, -1)) ?? text.slice(1, -1)) : text.slice(1, -1);
  // Line breaks that became `\n` on the way.
  return text.includes('\n') || !/^[^{"'][^"]*\\n/.test(text) ? undefined : unescaped(text);
}

function unescaped(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(`"${text}"`);
    return typeof value === 'string' && value.length < text.length + 2 ? value : undefined;
  } catch {
    return undefined;
  }
}

interface Layer {
  readonly bytes: Uint8Array;
  /** Undefined where the bytes are no text. */
  readonly text: string | undefined;
  /** Whether the last character stands for no whole byte. */
  readonly cut: boolean;
}

function fromBase64(text: string): Layer | undefined {
  // A `%` at the end is how zsh shows that no line break came.
  const compact = text.replaceAll(/\s|\\[nr]/g, '').replace(/%$/, '');
  // The dashes of PEM are letters of the alphabet for URLs.
  if (!BASE64.test(compact) || compact.startsWith('-----BEGIN')) return undefined;
  const bytes = Buffer.from(compact, 'base64');
  return { bytes, text: textOf(bytes), cut: compact.replace(/=+$/, '').length % 4 === 1 };
}

/** PowerShell's base64 is of UTF-16, with a byte order mark or without. */
function textOf(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  const zeros = bytes.filter((byte, index) => byte === 0 && index % 2 === 1).length;
  const encoding =
    first === 0xfe && second === 0xff
      ? 'utf-16be'
      : (first === 0xff && second === 0xfe) || (second === 0 && zeros > bytes.length / 4)
        ? 'utf-16le'
        : 'utf-8';
  const text = new TextDecoder(encoding).decode(bytes);
  return BINARY.test(text) || (text.includes('\uFFFD') && !FIELD_LINE.test(text)) ? undefined : text;
}
