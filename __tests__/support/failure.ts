import { DeployError, type ErrorCode, type ErrorDetails, type StepName } from '../../src/errors';

/** Gives the details of the DeployError that `work` ends in; fails where it ends well or in anything else. */
export async function failureOf(work: Promise<unknown>): Promise<ErrorDetails> {
  const error: unknown = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof DeployError) return error.details;
  throw error;
}

export function aFailure(code: ErrorCode, step: StepName, cause = 'it broke'): DeployError {
  return new DeployError({ code, step, cause, advice: 'Mend it.' });
}
