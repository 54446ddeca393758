/** A place in a text as editors count it: both from 1 on. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Knows where the lines of a text begin. */
export class Lines {
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#starts = [
      0,
      ...Array.from(text.matchAll(/\r\n|\r|\n/g), ({ index, 0: end }) => index + end.length),
    ];
  }

  /** Gives the place of an offset in characters. */
  at(offset: number): TextPlace {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}
