/** What a row compares, and what is to be reached. */
export interface Row {
  readonly name: string;
  readonly ours: string;
  /** Empty where there is none. */
  readonly peer: string;
  /** How many times ours goes into the peer's; of the floor the other way round. */
  readonly ratio: string;
  readonly target: string;
  /** Undefined where it could not be run; the target says why. */
  readonly met: boolean | undefined;
}

/** Gives the middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('there is no median of nothing');
  const sorted = values.toSorted((a, b) => a - b);
  const [low = NaN, high = NaN] = [
    sorted[Math.ceil(sorted.length / 2) - 1],
    sorted[Math.floor(sorted.length / 2)],
  ];
  return (low + high) / 2;
}

/** Gives a row on which we are to be `times` times as fast as a peer; both in seconds. */
export function faster(name: string, ours: number, peer: number, times: number): Row {
  const ratio = peer / ours;
  return {
    name,
    ours: seconds(ours),
    peer: seconds(peer),
    ratio: ratio.toFixed(2),
    target: times === 1 ? '> 1' : `>= ${times}`,
    met: times === 1 ? ratio > 1 : ratio >= times,
  };
}

/** Gives a row on which we are to take at most `times` times what a peer takes; both in seconds. */
export function within(name: string, ours: number, peer: number, times: number): Row {
  const ratio = ours / peer;
  return {
    name,
    ours: seconds(ours),
    peer: seconds(peer),
    ratio: ratio.toFixed(2),
    target: `<= ${times}`,
    met: ratio <= times,
  };
}

/** Gives a row with a limit of its own. */
export function below(name: string, ours: number, limit: number, unit: 's' | 'MB'): Row {
  const show = (value: number): string => (unit === 's' ? seconds(value) : `${value.toFixed(0)} MB`);
  return { name, ours: show(ours), peer: '', ratio: '', target: `<= ${show(limit)}`, met: ours <= limit };
}

/** Gives a row on something that is so or not. */
export function holds(name: string, met: boolean): Row {
  return { name, ours: met ? 'yes' : 'no', peer: '', ratio: '', target: 'yes', met };
}

/** Gives a row that could not be run, and why. */
export function notRun(name: string, why: string): Row {
  return { name, ours: '-', peer: '', ratio: '', target: why, met: undefined };
}

/** Gives the lines of a table: name, ours, peer's, ratio, target, `met`, `short` or `not run`. */
export function table(rows: readonly Row[]): string {
  const head = ['row', 'ours', "peer's", 'ratio', 'target', ''];
  const cells = rows.map(({ name, ours, peer, ratio, target, met }) => [
    name,
    ours,
    peer || '-',
    ratio || '-',
    target,
    met === undefined ? 'not run' : met ? 'met' : 'short',
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...cells].map((line) => line[column]?.length ?? 0)),
  );
  return [head, ...cells]
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const seconds = (value: number): string => `${value.toFixed(2)} s`;
