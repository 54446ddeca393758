import type { SimulatorRequest, SimulatorResponse } from '../http/simulator.ts';

/** One page of a list, 30 entries unless the caller asks for up to 100, with GitHub's `Link` header to the others. */
export function page(request: SimulatorRequest, all: readonly object[]): SimulatorResponse {
  const size = Math.min(Math.max(Number(request.query.get('per_page') ?? 30), 1), 100);
  const number = Math.max(Number(request.query.get('page') ?? 1), 1);
  const last = Math.max(Math.ceil(all.length / size), 1);
  const relations = [
    ...(number > 1 ? [link(request, number - 1, 'prev')] : []),
    ...(number < last ? [link(request, number + 1, 'next'), link(request, last, 'last')] : []),
    ...(number > 1 ? [link(request, 1, 'first')] : []),
  ];
  const headers: Readonly<Record<string, string>> =
    relations.length > 0 ? { link: relations.join(', ') } : {};
  return { status: 200, headers, body: all.slice((number - 1) * size, number * size) };
}

function link({ origin, path, query }: SimulatorRequest, number: number, relation: string): string {
  const wanted = new URLSearchParams(query);
  wanted.set('page', String(number));
  return `<${origin}${path}?${wanted.toString()}>; rel="${relation}"`;
}
