import { setTimeout as sleep } from 'node:timers/promises';
import { controlRoutes, type World } from './control.ts';
import { router } from './router.ts';
import type { Simulator, SimulatorRequest, SimulatorResponse } from './simulator.ts';

/** A call before its route is known. */
export type Unrouted = Omit<SimulatorRequest, 'params'>;

/** Gives the answer to a call, or `cut`, and notes the call before it is answered. */
export function answerer<State>(
  simulator: Simulator<State>,
  world: World<State>,
): (request: Unrouted) => Promise<SimulatorResponse | 'cut'> {
  const findControl = router(controlRoutes<State>());
  const route = routed(simulator, world);
  return async (request) => {
    const control = findControl(request.method, request.path);
    if (control !== undefined) return control.route.handle({ ...request, params: control.params }, world);
    const at = new Date().toISOString();
    const response = await faulty(request, world, route);
    const { method, path } = request;
    const query = Object.fromEntries(request.query);
    const status = response === 'cut' ? 0 : response.status;
    const problem = response === 'cut' ? undefined : response.problem;
    world.calls.push({ method, path, query, status, at, ...(problem === undefined ? {} : { problem }) });
    return response;
  };
}

async function faulty<State>(
  request: Unrouted,
  { faults }: World<State>,
  route: (request: Unrouted) => Promise<SimulatorResponse>,
): Promise<SimulatorResponse | 'cut'> {
  const fault = faults.take(request.method, request.path);
  if (fault === undefined) return route(request);
  if (fault.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
  if (fault.cut === true) return 'cut';
  const response = fault.status === undefined ? await route(request) : { status: fault.status };
  return {
    ...response,
    headers: { ...response.headers, ...fault.headers },
    ...(fault.body === undefined ? {} : { body: fault.body }),
  };
}

function routed<State>(
  simulator: Simulator<State>,
  { store }: World<State>,
): (request: Unrouted) => Promise<SimulatorResponse> {
  const find = router(simulator.routes);
  return async (request) => {
    try {
      const found = find(request.method, request.path);
      if (found === undefined)
        return { status: 404, body: { message: 'Not Found' }, problem: 'no such route' };
      const response = await found.route.handle({ ...request, params: found.params }, store.state);
      store.save();
      return response;
    } catch (error) {
      console.error(error);
      return { status: 500, body: { message: 'the simulator failed' }, problem: String(error) };
    }
  };
}
