import type { SimulatorResponse } from '../http/simulator.ts';

const documentation = 'https://docs.github.com/rest';

/** An error in GitHub's shape. */
export function errorResponse(
  status: number,
  message: string,
  errors?: readonly object[],
): SimulatorResponse {
  const body = { message, documentation_url: documentation, status: String(status) };
  return { status, body: errors === undefined ? body : { ...body, errors } };
}

/** What GitHub answers for everything that is absent or that the caller must not see. */
export const notFound = errorResponse(404, 'Not Found');
