import { URLPattern } from 'node:url';
import type { Route } from './simulator.ts';

interface RouteMatch<State> {
  readonly route: Route<State>;
  readonly params: Readonly<Record<string, string>>;
}

/** Gives a function that finds the first route for a method and a path, with the decoded parts of the path. */
export function router<State>(
  routes: readonly Route<State>[],
): (method: string, path: string) => RouteMatch<State> | undefined {
  const compiled = routes.map((route) => ({
    route,
    pattern: new URLPattern({ pathname: route.path.replaceAll(/\{(\w+)\}/g, ':$1') }),
  }));
  return (method, path) => {
    for (const { route, pattern } of compiled) {
      if (route.method !== '*' && route.method !== method) continue;
      const groups = pattern.exec({ pathname: path })?.pathname.groups;
      if (groups !== undefined) return { route, params: decoded(groups) };
    }
    return undefined;
  };
}

function decoded(groups: Record<string, string | undefined>): Record<string, string> {
  const given = Object.entries(groups).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return Object.fromEntries(given.map(([name = '', value = '']) => [name, decodeURIComponent(value)]));
}
