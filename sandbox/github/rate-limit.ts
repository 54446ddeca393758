import type { Endpoint } from './endpoint.ts';
import { hourlyLimit } from './state.ts';

/** What is left of the hour's requests; asking costs none. */
export const rateLimit: Endpoint = {
  method: 'GET',
  path: '/rate_limit',
  access: 'read',
  handle: (_, { rate }) => {
    const core = {
      limit: hourlyLimit,
      used: rate.used,
      remaining: hourlyLimit - rate.used,
      reset: rate.reset,
    };
    return { status: 200, body: { resources: { core, search: core, graphql: core }, rate: core } };
  },
};
