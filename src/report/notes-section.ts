import { shortened } from './lines';
import { escapeText } from './markdown';
import type { Report } from './report';
import { STEP_TITLES } from './step-titles';

const MOST_NOTES = 20;
const LONGEST_NOTE = 500;

/** Gives what was warned of. */
export function warningsSection({ warnings }: Report): readonly string[] {
  return listed(
    '#### Warnings',
    warnings.map(({ step, text }) => `⚠️ ${STEP_TITLES[step]}: ${noted(text)}`),
  );
}

/** Gives what a preview could not look at, and why. */
export function uncheckedSection(report: Report): readonly string[] {
  return listed('#### Not checked', [
    ...stepsNotRun(report),
    ...imageNotKnown(report),
    ...objectsNotTried(report),
  ]);
}

/** That nothing is rolled out is what a preview is. */
function stepsNotRun({ command, steps }: Report): readonly string[] {
  if (command !== 'preview') return [];
  return steps
    .filter(({ step, status }) => status === 'skipped' && step !== 'rollout')
    .map(({ step, headline }) => `${STEP_TITLES[step]}: ${noted(headline)}`);
}

function imageNotKnown({ image }: Report): readonly string[] {
  const reason = image?.comparison?.difference;
  return typeof reason === 'string' ? [`Size and layers of the image: ${noted(reason)}`] : [];
}

function objectsNotTried({ objects }: Report): readonly string[] {
  const notes = objects.flatMap(({ unchecked, note }) => (unchecked === true ? [note ?? ''] : []));
  return [...new Set(notes)].map((note) => {
    const count = notes.filter((each) => each === note).length;
    return `${count} object${count === 1 ? '' : 's'}: ${noted(note)}`;
  });
}

function noted(text: string): string {
  return escapeText(shortened(text, LONGEST_NOTE));
}

function listed(title: string, notes: readonly string[]): readonly string[] {
  if (notes.length === 0) return [];
  const left = notes.length - MOST_NOTES;
  const lines = [...notes.slice(0, MOST_NOTES), ...(left > 0 ? [`and ${left} more`] : [])];
  return [title, lines.map((line) => `- ${line}`).join('\n')];
}
