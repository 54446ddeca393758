import type { Route, SimulatorRequest, SimulatorResponse } from '../http/simulator.ts';
import type { Contract } from './contract.ts';
import { errorResponse } from './errors.ts';
import { hourlyLimit, type GitHubState } from './state.ts';
import { callerOf, type Caller, type Tokens } from './tokens.ts';

/** One operation of the API; `path` is written as in GitHub's OpenAPI description. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** What the caller's token must allow. */
  readonly access: Caller['access'];
  readonly handle: (request: SimulatorRequest, state: GitHubState, caller: Caller) => SimulatorResponse;
}

/** Puts GitHub's own checks before an endpoint: token, rate limit, access; and its rate-limit headers on the answer. */
export function guarded(endpoint: Endpoint, tokens: Tokens): Route<GitHubState> {
  return {
    ...endpoint,
    handle: (request, state) => {
      const caller = callerOf(request.headers.authorization, tokens);
      if (caller === undefined) return errorResponse(401, 'Bad credentials');
      const response = admitted(endpoint, request, state, caller);
      return { ...response, headers: { ...headers(state), ...response.headers } };
    },
  };
}

function admitted(
  endpoint: Endpoint,
  request: SimulatorRequest,
  state: GitHubState,
  caller: Caller,
): SimulatorResponse {
  if (endpoint.path !== '/rate_limit' && !counted(state))
    return errorResponse(403, 'API rate limit exceeded');
  if (!mayUse(endpoint, caller)) return errorResponse(403, 'Resource not accessible by integration');
  return endpoint.handle(request, state, caller);
}

/** Secrets are for a token that was made for them alone: that of a job cannot have the permission. */
function mayUse({ access }: Endpoint, caller: Caller): boolean {
  if (access === 'secrets' || caller.access === 'secrets')
    return access === caller.access || access === 'read';
  return access === 'read' || caller.access === 'write';
}

/** Counts the request, in a new hour when the last one is over; `false` when the limit was reached before. */
function counted({ rate }: GitHubState): boolean {
  const now = Math.floor(Date.now() / 1000);
  if (now >= rate.reset) Object.assign(rate, { used: 0, reset: now + 3600 });
  if (rate.used >= hourlyLimit) return false;
  rate.used += 1;
  return true;
}

function headers({ rate }: GitHubState): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'x-ratelimit-limit': String(hourlyLimit),
    'x-ratelimit-remaining': String(hourlyLimit - rate.used),
    'x-ratelimit-used': String(rate.used),
    'x-ratelimit-reset': String(rate.reset),
    'x-ratelimit-resource': 'core',
  };
}

/** Refuses with 422 what GitHub's description does not allow a caller to send. */
export function withSoundRequests(endpoint: Endpoint, contract: Contract): Endpoint {
  const { method, path, handle } = endpoint;
  return {
    ...endpoint,
    handle: (request, state, caller) => {
      const problem = contract.requestProblem(method, path, request);
      if (problem === undefined) return handle(request, state, caller);
      return { ...errorResponse(422, `Invalid request.\n\n${problem}`), problem };
    },
  };
}

/** Turns into a 500 that names the fault what GitHub's description does not allow as an answer. */
export function withSoundAnswers(route: Route<GitHubState>, contract: Contract): Route<GitHubState> {
  const { method, path, handle } = route;
  return {
    ...route,
    handle: async (request, state) => {
      const response = await handle(request, state);
      const problem = contract.responseProblem(method, path, response);
      return problem === undefined ? response : { ...errorResponse(500, problem), problem };
    },
  };
}
