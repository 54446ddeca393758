/** What act tells about a run. */
export interface RunRecord {
  /** Every line that a person would see, with secrets masked. */
  readonly log: string;
  /** The end of each job by its name: `success`, `failure`. */
  readonly jobs: Readonly<Record<string, string>>;
  /** Outputs of steps, by the id of the step and the name of the output. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What the steps wrote to GITHUB_STEP_SUMMARY, one after the other. */
  readonly summary: string;
  readonly annotations: readonly Annotation[];
}

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string | undefined;
  readonly message: string;
}

/** One line of act's output in JSON; only the members that are read. */
interface Line {
  readonly msg?: string;
  readonly job?: string;
  readonly jobResult?: string;
  readonly raw_output?: boolean;
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly content?: string;
  readonly stepID?: readonly string[];
  readonly kvPairs?: Readonly<Record<string, string>>;
}

const levels = ['error', 'warning', 'notice'] as const;

/** Reads the output of `act --json`; a line that is not JSON, as of a failure before the run, goes to the log as it is. */
export function readRecords(output: string): RunRecord {
  const lines = output.trimEnd().split('\n').map(parseLine);
  const outputs: Record<string, Record<string, string>> = {};
  for (const { command, stepID, name, arg } of lines) {
    if (command !== 'set-output' || name === undefined) continue;
    // Nested steps, as of a composite action, have the ids of all levels.
    const step = (outputs[(stepID ?? []).join('.')] ??= {});
    step[name] = arg ?? '';
  }
  return {
    outputs,
    log: lines.map(logLine).join('\n'),
    jobs: Object.fromEntries(
      lines.flatMap((line) => (line.jobResult ? [[(line.job ?? '').trim(), line.jobResult]] : [])),
    ),
    summary: lines.map((line) => (line.command === 'summary' ? (line.content ?? '') : '')).join(''),
    annotations: lines.flatMap(annotation),
  };
}

function parseLine(text: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return { msg: text };
  }
}

function logLine({ msg = '', job, raw_output: raw }: Line): string {
  const place = job === undefined ? '' : `[${job.trim()}] `;
  return `${place}${raw ? '  | ' : ''}${msg.trimEnd()}`;
}

function annotation({ command, arg = '', kvPairs }: Line): readonly Annotation[] {
  const level = levels.find((candidate) => candidate === command);
  return level === undefined ? [] : [{ level, title: kvPairs?.['title'], message: arg }];
}
