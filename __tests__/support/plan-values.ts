/** Gives one resource of a plan's `planned_values` or `prior_state`. */
export function resource(address: string, values: object, more: object = {}): object {
  return { address, mode: 'managed', type: address.split('.').at(-2), values, ...more };
}

/** Gives a plan with these resources before and after. */
export function planOf(before: readonly object[], after: readonly object[], more: object = {}): object {
  return {
    prior_state: { values: { root_module: { resources: before } } },
    planned_values: { root_module: { resources: after } },
    ...more,
  };
}

/** Gives a cluster in us-east with these pools. */
export function aCluster(pools: readonly object[], more: object = {}): object {
  return resource('linode_lke_cluster.bot', { id: '7', region: 'us-east', pool: pools, ...more });
}

/** Gives a pool that the autoscaler keeps between one and three nodes; `count` is what there is. */
export function aPool(count: number | undefined, more: object = {}): object {
  return {
    type: 'g6-standard-2',
    autoscaler: [{ min: 1, max: 3 }],
    ...(count === undefined ? {} : { count }),
    ...more,
  };
}
