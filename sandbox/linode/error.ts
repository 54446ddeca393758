/** One thing that is wrong with a request, as Linode words it. */
export interface Reason {
  readonly reason: string;
  /** The member of the request body that is meant. */
  readonly field?: string;
}

/** A request that is refused: `{"errors":[{"reason","field"?}]}` with a status. */
export class LinodeError extends Error {
  readonly status: number;
  readonly reasons: readonly Reason[];

  constructor(status: number, reasons: readonly Reason[]) {
    super(reasons.map(({ reason }) => reason).join('; '));
    this.status = status;
    this.reasons = reasons;
  }
}

export function notFound(): LinodeError {
  return new LinodeError(404, [{ reason: 'Not found' }]);
}

export function invalid(field: string, reason: string): LinodeError {
  return new LinodeError(400, [{ reason, field }]);
}

/** What Linode answers for a part of a cluster that is still being made. */
export function notYet(what: string): LinodeError {
  return new LinodeError(503, [{ reason: `${what} not yet available. Please try again later.` }]);
}
