import type { IncomingHttpHeaders } from 'node:http';

/** A call as a route sees it. */
export interface SimulatorRequest {
  readonly method: string;
  /** Path as sent, without the query. */
  readonly path: string;
  /** Values of the `{name}` parts of the route's path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Body as sent; empty when there was none. */
  readonly text: string;
  /** Body parsed as JSON; `undefined` when it is empty or is no JSON. */
  readonly body: unknown;
  /** Scheme, host and port that the caller used, for links in the answer. */
  readonly origin: string;
}

/** An answer; an object body is sent as JSON, a string as it is. */
export interface SimulatorResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** What was wrong with the call or the answer: kept in the list of calls, never sent. */
  readonly problem?: string;
}

export type Handler<State> = (
  request: SimulatorRequest,
  state: State,
) => SimulatorResponse | Promise<SimulatorResponse>;

/** `path` may hold `{name}` for one segment and `*` for any rest; the method `*` takes any. The first match wins. */
export interface Route<State> {
  readonly method: string;
  readonly path: string;
  readonly handle: Handler<State>;
}

/** A service that is played: handlers change the state in place, and the server keeps it. */
export interface Simulator<State> {
  readonly name: string;
  /** A new state, as the service is before the first call. It must survive JSON. */
  readonly seed: () => State;
  readonly routes: readonly Route<State>[];
}
