import { shortDigests } from './markdown';

/** How many lines of a list are shown; the report as JSON has them all. */
const MOST_LINES = 200;
const LONGEST_VALUE = 120;
const LONGEST_LINE = 500;
/** How much of what two long values begin with alike is shown before they differ. */
const COMMON_SHOWN = 20;

/** Gives the two lines of a diff for a value that changes, one where it comes or goes. Long values are shown from near where they differ on. */
export function differenceLines(
  name: string,
  before: string | undefined,
  after: string | undefined,
): readonly string[] {
  const [old, fresh] = [before, after].map((value) =>
    value === undefined ? undefined : shortDigests(value),
  );
  const skipped = old === undefined || fresh === undefined ? 0 : commonStart(old, fresh);
  const shown = (value: string): string =>
    shortened(`${skipped === 0 ? '' : '…'}${value.slice(skipped)}`, LONGEST_VALUE);
  return [
    ...(old === undefined ? [] : [`-     ${name}: ${shown(old)}`]),
    ...(fresh === undefined ? [] : [`+     ${name}: ${shown(fresh)}`]),
  ];
}

function commonStart(old: string, fresh: string): number {
  if (old.length <= LONGEST_VALUE && fresh.length <= LONGEST_VALUE) return 0;
  let common = 0;
  while (common < old.length && old[common] === fresh[common]) common += 1;
  return common + COMMON_SHOWN <= LONGEST_VALUE ? 0 : wholeUpTo(old, common - COMMON_SHOWN);
}

/** Gives a text cut to a length in UTF-16 units, with a sign that it was. */
export function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, wholeUpTo(text, longest))}…` : text;
}

/** Gives the place to cut at, one before where it is within a character of two units, such as an emoji. */
function wholeUpTo(text: string, place: number): number {
  const inside = /^[\uDC00-\uDFFF]/.test(text.slice(place, place + 1));
  return inside ? place - 1 : place;
}

/** Gives the first lines, each cut where it is long, and how many are left out. */
export function cut(lines: readonly string[], most = MOST_LINES): readonly string[] {
  const shown = lines.slice(0, most).map((line) => shortened(line, LONGEST_LINE));
  const left = lines.length - shown.length;
  return left === 0 ? shown : [...shown, `(${left} more lines)`];
}
