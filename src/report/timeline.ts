import { durationOf } from '../duration';
import type { StepName } from '../errors';
import { block } from './markdown';
import type { StepReport } from './report';
import { STEP_TITLES } from './step-titles';

/** Seconds. Of a shorter run a picture says nothing that the table does not. */
const SHORTEST_RUN = 10;
const DAY = 24 * 60 * 60;

interface Bar {
  readonly step: StepName;
  /** Whether the step failed in it. */
  readonly failed: boolean;
  /** Seconds after the first step began. */
  readonly start: number;
  readonly end: number;
}

/** Gives when each step worked, as a gantt of Mermaid, which GitHub draws, and the chain of steps that took the longest; nothing where the run was short or had one step. */
export function timelineSection(steps: readonly StepReport[]): readonly string[] {
  const bars = steps.flatMap(({ step, status, spans }) =>
    spans.map((span, index) => ({
      step,
      failed: status === 'failed' && index === spans.length - 1,
      ...span,
    })),
  );
  const ran = new Set(bars.map(({ step }) => step)).size;
  const seconds = Math.max(0, ...bars.map(({ end }) => end));
  if (ran < 2 || seconds < SHORTEST_RUN || seconds >= DAY) return [];
  const path = longestPath(bars);
  return [`${block(gantt(bars, path, seconds), 'mermaid')}\n\n${pathLine(path)}`];
}

/**
 * Gives the bars that the end of the run waited for: the last one to end, before it the last one that ended before it began, and so on
 * to the first. Each step begins at once when the ones that it needs have ended.
 */
function longestPath(bars: readonly Bar[]): readonly Bar[] {
  const path: Bar[] = [];
  let left = bars;
  while (left.length > 0) {
    const last = left.reduce((one, other) => (other.end > one.end ? other : one));
    path.unshift(last);
    left = left.filter((bar) => bar !== last && bar.end <= last.start);
  }
  return path;
}

/** What failed is red, what nothing waited for is grey. Times are written as dates, since Mermaid reads and shows them in one and the same zone, that of the reader. */
function gantt(bars: readonly Bar[], path: readonly Bar[], seconds: number): readonly string[] {
  const time = (at: number): string => new Date(at * 1000).toISOString().slice(0, -1);
  const rows = bars.map((bar, index) => {
    const tag = bar.failed ? 'crit, ' : path.includes(bar) ? '' : 'done, ';
    const title = bars[index - 1]?.step === bar.step ? [] : [`section ${STEP_TITLES[bar.step]}`];
    return [...title, `${durationOf(bar.end - bar.start)} :${tag}${time(bar.start)}, ${time(bar.end)}`];
  });
  return [
    // The name of a step has no room in the 75 pixels of the default.
    '%%{init: {"gantt": {"leftPadding": 110}}}%%',
    'gantt',
    'dateFormat YYYY-MM-DDTHH:mm:ss.SSS',
    `axisFormat ${seconds < 60 * 60 ? '' : '%H:'}%M:%S`,
    'todayMarker off',
    ...rows.flat(),
  ];
}

function pathLine(path: readonly Bar[]): string {
  const chain = path.map(({ step }) => step).filter((step, index, all) => step !== all[index - 1]);
  const whole = durationOf((path.at(-1)?.end ?? 0) - (path[0]?.start ?? 0));
  return `Longest path, ${whole}: ${chain.map((step) => STEP_TITLES[step]).join(' → ')}`;
}
