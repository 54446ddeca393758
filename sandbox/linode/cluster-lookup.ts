import type { Call } from './endpoint.ts';
import { notFound } from './error.ts';
import type { Cluster } from './state.ts';

/** Finds the cluster that the call's path names, or throws 404. */
export function clusterOf({ state, params }: Call): Cluster {
  const cluster = state.clusters.find(({ id }) => String(id) === params['cluster']);
  if (cluster === undefined) throw notFound();
  return cluster;
}
