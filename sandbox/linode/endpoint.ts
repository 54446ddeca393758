import type { Route, SimulatorRequest, SimulatorResponse } from '../http/simulator.ts';
import type { LinodeConfig } from './config.ts';
import { LinodeError } from './error.ts';
import { filtered } from './filter.ts';
import { paged } from './page.ts';
import { rateLimiter, type RateClass } from './rate-limit.ts';
import { authenticate, authorize, type Scope } from './scopes.ts';
import type { LinodeState } from './state.ts';

/** A call that was let in. */
export interface Call {
  readonly params: Readonly<Record<string, string>>;
  /** The body's members, not yet checked; empty when there was no body. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly state: LinodeState;
  readonly config: LinodeConfig;
  /** Milliseconds since 1970. */
  readonly now: number;
}

interface EndpointBase {
  /** Below `/v4`. */
  readonly path: string;
  /** Public when left out. */
  readonly scope?: Scope;
}

/** An endpoint of the API: a `list` is filtered and paginated, any other answers with what `handle` gives. */
export type Endpoint =
  | (EndpointBase & { readonly list: (call: Call) => readonly object[] })
  | (EndpointBase & {
      readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
      readonly rate?: RateClass;
      readonly handle: (call: Call) => object;
    });

/** Turns endpoints into routes that check the token, its scope and the rate before anything else. */
export function routesOf(
  endpoints: readonly Endpoint[],
  config: LinodeConfig,
  now: () => number,
): readonly Route<LinodeState>[] {
  const limit = rateLimiter();
  const guarded = (
    request: SimulatorRequest,
    endpoint: Endpoint,
    answer: (call: Call) => object,
    state: LinodeState,
  ): SimulatorResponse => {
    const headers: Record<string, string> = { 'X-Accepted-OAuth-Scopes': endpoint.scope ?? '*' };
    try {
      const token = authenticate(request.headers.authorization, config.tokens);
      headers['X-OAuth-Scopes'] = token?.scopes ?? 'unknown';
      const allowance = limit(token?.token ?? 'anonymous', rateOf(endpoint), now());
      Object.assign(headers, allowance.headers);
      if (allowance.exceeded) throw new LinodeError(429, [{ reason: 'Too many requests' }]);
      authorize(token, endpoint.scope);
      const call = { params: request.params, body: bodyOf(request), state, config, now: now() };
      return { status: 200, headers, body: answer(call) };
    } catch (error) {
      if (!(error instanceof LinodeError)) throw error;
      return { status: error.status, headers, body: { errors: error.reasons } };
    }
  };
  return endpoints.map((endpoint) => ({
    method: 'list' in endpoint ? 'GET' : endpoint.method,
    path: `/v4${endpoint.path}`,
    handle: (request, state) =>
      guarded(
        request,
        endpoint,
        (call) =>
          'list' in endpoint
            ? paged(
                filtered(endpoint.list(call), request.headers['x-filter'] as string | undefined),
                request.query,
              )
            : endpoint.handle(call),
        state,
      ),
  }));
}

function rateOf(endpoint: Endpoint): RateClass {
  return 'list' in endpoint ? 'list' : (endpoint.rate ?? 'other');
}

function bodyOf({ text, body }: SimulatorRequest): Readonly<Record<string, unknown>> {
  if (text === '') return {};
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw new LinodeError(400, [{ reason: 'Invalid JSON' }]);
}
