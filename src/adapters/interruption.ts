import { DeployError } from '../errors';

/**
 * Gives a signal that is aborted when the run is cancelled. GitHub's runner sends SIGINT to this process alone, and
 * SIGTERM 7.5 s later; only the first counts, since a second one would make Terraform stop without unlocking.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort(cancelled());
  process.on('SIGINT', abort);
  process.on('SIGTERM', abort);
  return controller.signal;
}

function cancelled(): DeployError {
  return new DeployError({
    code: 'cancelled',
    cause: 'the run was cancelled',
    advice: 'Run it again: it goes on from what is there.',
  });
}
