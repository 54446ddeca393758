/** A step of a build, as BuildKit numbers them, or docker's older builder and podman count them. */
export interface BuildStep {
  /** Such as `[2/3] RUN npm ci`. */
  readonly title: string;
  /** What its program wrote. */
  readonly output: readonly string[];
}

const LONGEST_TITLE = 120;
/** A build that writes more than this is cut at its beginning. */
const MOST_LINES = 20_000;
/** What is not asked for is no step to tell of. */
const INTERNAL = /^(\[.*?internal\]|\[auth\]|building with )/;
/** Layers of earlier builds that cannot be had or kept are no failure. The cache of GitHub alone is told by its name. */
const CACHE = /^((importing|exporting) cache|exporting to GitHub Actions Cache)/;

/** Reads what a build prints, `--progress=plain`, docker's older builder or podman: its steps, in short, and the one that failed. */
export class BuildLog {
  readonly lines: string[] = [];
  readonly #steps = new Map<string, { readonly title: string; readonly output: string[] }>();
  #failed: BuildStep | undefined;
  #last: { readonly title: string; readonly output: string[] } | undefined;

  /** Gives what people are told when the line ends a step, with its time. */
  add(line: string): string | undefined {
    this.lines.push(line);
    if (this.lines.length > MOST_LINES) this.lines.shift();
    // Docker's older builder, and podman, which numbers its stages before.
    const [, counted] = /^(?:\[\d+\/\d+\] )?Step \d+\/\d+ ?: (.*)$/i.exec(line) ?? [];
    if (counted !== undefined) {
      this.#last = { title: counted, output: [] };
      return shortened(counted);
    }
    const [, number, text = ''] = /^#(\d+) (.*)$/.exec(line) ?? [];
    if (number === undefined) {
      this.#last?.output.push(line);
      return undefined;
    }
    const step = this.#steps.get(number);
    if (step === undefined) {
      this.#steps.set(number, { title: text, output: [] });
      return undefined;
    }
    return this.#read(step, text);
  }

  /** The step at which the build ended, where it was one. */
  get failed(): BuildStep | undefined {
    return this.#failed ?? this.#last;
  }

  #read(step: { readonly title: string; readonly output: string[] }, text: string): string | undefined {
    const [, output] = /^\d+\.\d+ (.*)$/.exec(text) ?? [];
    if (output !== undefined) step.output.push(output);
    const [, state, seconds = ''] = /^(DONE|CACHED|CANCELED|ERROR)\b:? ?(\S*)/.exec(text) ?? [];
    if (state === undefined) return undefined;
    if (state === 'ERROR' && !CACHE.test(step.title)) this.#failed = step;
    if (state === 'CANCELED' || INTERNAL.test(step.title)) return undefined;
    const end = { DONE: seconds, CACHED: 'cached', ERROR: CACHE.test(step.title) ? 'not there' : 'failed' }[
      state
    ];
    return `${shortened(step.title)} (${end})`;
  }
}

function shortened(title: string): string {
  return title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE)}…` : title;
}
