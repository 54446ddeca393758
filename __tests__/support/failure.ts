import { DeployError, type ErrorCode, type ErrorDetails } from '../../src/errors';

/** Gives the details of the DeployError that `work` ends in; fails where it ends well or in anything else. */
export async function failureOf(work: Promise<unknown>): Promise<ErrorDetails> {
  const error: unknown = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof DeployError) return error.details;
  throw error;
}

export function aFailure(code: ErrorCode, cause = 'it broke'): DeployError {
  return new DeployError({ code, cause, advice: 'Mend it.' });
}
