import type { ImageDifference } from '../image/contents';
import { shortened } from './lines';
import { details, escapeText, table } from './markdown';
import type { Report } from './report';

const MOST_LAYERS = 20;
const LONGEST_INSTRUCTION = 120;
const KB = 1_000;
const MB = 1_000_000;

/** Gives how large the image is, and which layers are new to the cluster, where that is known. */
export function imageSection({ image }: Report): readonly string[] {
  const difference = image?.comparison?.difference;
  if (difference === undefined || typeof difference === 'string') return [];
  const { fresh } = difference;
  const shown = fresh.slice(0, MOST_LAYERS);
  const left = fresh.length - shown.length;
  const rows = [
    ...shown.map(({ instruction, bytes }) => [
      instruction === ''
        ? '(the image does not say)'
        : `<code>${escapeText(shortened(instruction, LONGEST_INSTRUCTION))}</code>`,
      showSize(bytes),
    ]),
    ...(left === 0 ? [] : [[`(${left} more)`, '']]),
  ];
  const body = [
    fresh.length === 0 ? 'No layer is new.' : table(['New layer', 'Size'], rows),
    'Sizes are compressed, as the registry keeps them.',
  ];
  return [details(title(difference), body.join('\n\n'))];
}

function title({ bytes, bytesBefore, layers, fresh }: ImageDifference): string {
  const sizes = bytesBefore === undefined ? '' : ` (${changeOf(bytes - bytesBefore)})`;
  return `Image: ${showSize(bytes)}${sizes}; ${fresh.length} of ${layers} layers are new`;
}

function changeOf(bytes: number): string {
  if (bytes === 0) return 'as before';
  return `${bytes > 0 ? '+' : '−'}${showSize(Math.abs(bytes))}`;
}

/** Gives bytes as registries show them, such as `45.2 MB`. */
function showSize(bytes: number): string {
  return bytes < MB ? `${Math.ceil(bytes / KB)} kB` : `${(bytes / MB).toFixed(1)} MB`;
}
