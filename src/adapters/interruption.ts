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

/** Gives a signal that is aborted with `signal`, and with an error of its own after a time. */
export function within(seconds: number, signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const late = new DeployError({
    code: 'manifests-timeout',
    cause: `the manifests were not applied within ${seconds} s`,
    advice:
      'Run it again, it goes on from what is there; raise manifests-timeout where the cluster needs longer.',
  });
  setTimeout(() => controller.abort(late), seconds * 1000).unref();
  return AbortSignal.any([signal, controller.signal]);
}

function cancelled(): DeployError {
  return new DeployError({
    code: 'cancelled',
    cause: 'the run was cancelled',
    advice: 'Run it again: it goes on from what is there.',
  });
}
