import { DeployError } from './errors';
import type { Issues, Log } from './ports';
import { driftMarker, driftTitle, renderDrift, renderNoDrift } from './report/drift-issue';
import type { Report } from './report/report';

export interface IssuePorts {
  readonly issues: Issues;
  readonly log: Log;
}

/**
 * Keeps the one issue about the drift of an environment: opened or opened again where something differs, closed where nothing
 * does. A run that failed does not know, and leaves it. An issue that cannot be written is no reason to fail.
 */
export async function writeDriftIssue(report: Report, { issues, log }: IssuePorts): Promise<void> {
  if (report.drift === undefined) return;
  try {
    const found = await issues.find(driftMarker(report.environment));
    if (report.drift) {
      const text = { title: driftTitle(report), body: renderDrift(report) };
      const url = await (found === undefined ? issues.open(text) : issues.rewrite(found.number, text));
      log.info(`What differs stands in ${url}`);
    } else if (found?.open === true) {
      await issues.close(found.number, renderNoDrift(report));
    }
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    const { cause, advice } = error.details;
    log.warning(
      `The issue about the drift could not be written: ${cause}. ${advice} It stands in the job summary.`,
    );
  }
}
