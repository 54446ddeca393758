import { readFault, type Faults } from './faults.ts';
import type { Route } from './simulator.ts';
import type { Store } from './store.ts';

/** One call that the simulator received; `status` is 0 when the connection was cut. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly status: number;
  /** Arrival, ISO 8601 in UTC. */
  readonly at: string;
  readonly problem?: string;
}

/** What a server holds beside its routes. */
export interface World<State> {
  readonly store: Store<State>;
  readonly faults: Faults;
  readonly calls: Call[];
}

/** The routes by which tests steer a simulator: health, state, calls, faults, reset. */
export function controlRoutes<State>(): readonly Route<World<State>>[] {
  return [
    { method: 'GET', path: '/_sandbox/health', handle: () => ({ status: 200, body: { status: 'ok' } }) },
    {
      method: 'GET',
      path: '/_sandbox/state',
      handle: (_, { store }) => ({ status: 200, body: store.state }),
    },
    {
      method: 'PUT',
      path: '/_sandbox/state',
      handle: ({ body }, { store }) => {
        if (typeof body !== 'object' || body === null)
          return { status: 400, body: { message: 'no JSON object' } };
        store.replace(body as State);
        return { status: 204 };
      },
    },
    { method: 'GET', path: '/_sandbox/calls', handle: (_, { calls }) => ({ status: 200, body: calls }) },
    {
      method: 'DELETE',
      path: '/_sandbox/calls',
      handle: (_, { calls }) => {
        calls.length = 0;
        return { status: 204 };
      },
    },
    {
      method: 'POST',
      path: '/_sandbox/faults',
      handle: ({ body }, { faults }) => {
        try {
          faults.add(readFault(body));
          return { status: 201 };
        } catch (error) {
          return { status: 400, body: { message: (error as Error).message } };
        }
      },
    },
    {
      method: 'DELETE',
      path: '/_sandbox/faults',
      handle: (_, { faults }) => {
        faults.clear();
        return { status: 204 };
      },
    },
    {
      method: 'POST',
      path: '/_sandbox/reset',
      handle: (_, { store, faults, calls }) => {
        store.reset();
        faults.clear();
        calls.length = 0;
        return { status: 204 };
      },
    },
    {
      method: '*',
      path: '/_sandbox/*',
      handle: ({ method, path }) => ({
        status: 404,
        body: { message: `no such control: ${method} ${path}` },
      }),
    },
  ];
}
