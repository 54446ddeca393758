import type { Simulator } from '../http/simulator.ts';
import { bucketEndpoints } from './buckets.ts';
import { catalogEndpoints } from './catalog.ts';
import { clusterEndpoints } from './clusters.ts';
import type { LinodeConfig } from './config.ts';
import { routesOf, type Endpoint } from './endpoint.ts';
import { eventEndpoints } from './events.ts';
import { firewallEndpoints } from './firewalls.ts';
import { kubeconfigEndpoints, type ClusterAccess } from './kubeconfig.ts';
import { keyEndpoints } from './keys.ts';
import { nodeBalancerEndpoints } from './nodebalancers.ts';
import { poolEndpoints } from './pools.ts';
import { emptyState, type LinodeState } from './state.ts';
import { volumeEndpoints } from './volumes.ts';

const profileEndpoint: Endpoint = {
  method: 'GET',
  path: '/profile',
  scope: 'account:read_only',
  handle: () => ({
    ...{ uid: 1, username: 'sandbox', email: 'sandbox@example.com', timezone: 'GMT', restricted: false },
    ...{ email_notifications: true, two_factor_auth: false, lish_auth_method: 'keys_only' },
    ...{ authentication_type: 'password', authorized_keys: null, verified_phone_number: null },
  }),
};

/** Linode's API v4, as far as an LKE deployment uses it: https://techdocs.akamai.com/linode-api/reference/api. */
export function linodeSimulator(
  config: LinodeConfig,
  access: () => ClusterAccess,
  now: () => number = Date.now,
): Simulator<LinodeState> {
  const endpoints = [
    ...catalogEndpoints,
    ...clusterEndpoints,
    ...poolEndpoints,
    ...kubeconfigEndpoints(access),
    ...volumeEndpoints,
    ...bucketEndpoints,
    ...keyEndpoints,
    ...eventEndpoints,
    ...firewallEndpoints,
    ...nodeBalancerEndpoints,
    profileEndpoint,
  ];
  const unknown = { status: 404, body: { errors: [{ reason: 'Not found' }] }, problem: 'no such endpoint' };
  return {
    name: 'linode',
    seed: emptyState,
    routes: [...routesOf(endpoints, config, now), { method: '*', path: '/*', handle: () => unknown }],
  };
}
