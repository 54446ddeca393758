import type { Endpoint } from './endpoint.ts';

const viewerQuery = /^\s*(query(\s+\w+)?\s*)?\{\s*viewer\s*\{\s*login\s*\}\s*\}\s*$/;

/** The one GraphQL query that is known: who the token speaks for. Any other is an error in GraphQL's shape. */
export const viewer: Endpoint = {
  method: 'POST',
  path: '/graphql',
  access: 'read',
  handle: ({ body }, _, { login }) => {
    const query = (body as { readonly query?: unknown } | undefined)?.query;
    if (typeof query === 'string' && viewerQuery.test(query))
      return { status: 200, body: { data: { viewer: { login } } } };
    const message = 'The simulator answers only the query { viewer { login } }';
    return { status: 200, body: { errors: [{ message }] }, problem: message };
  },
};
