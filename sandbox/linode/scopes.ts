import type { AccessToken } from './config.ts';
import { LinodeError } from './error.ts';

/** What an endpoint asks of a token, such as `lke:read_write`. */
export type Scope =
  `${'account' | 'events' | 'firewall' | 'lke' | 'nodebalancers' | 'object_storage' | 'volumes'}:${'read_only' | 'read_write'}`;

/** Finds the token of an `Authorization` header; `undefined` without one, 401 for one that is not known. */
export function authenticate(
  header: string | undefined,
  tokens: readonly AccessToken[],
): AccessToken | undefined {
  if (header === undefined) return undefined;
  const sent = /^Bearer (.+)$/.exec(header)?.[1];
  const known = tokens.find(({ token }) => token === sent);
  if (known === undefined) throw new LinodeError(401, [{ reason: 'Invalid Token' }]);
  return known;
}

/** Throws 401 unless the token has the scope; an endpoint without a scope is public. */
export function authorize(token: AccessToken | undefined, scope: Scope | undefined): void {
  if (scope === undefined) return;
  if (token === undefined) throw new LinodeError(401, [{ reason: 'Invalid Token' }]);
  if (!grants(token.scopes, scope))
    throw new LinodeError(401, [{ reason: 'Your OAuth token is not authorized to use this endpoint.' }]);
}

function grants(scopes: string, scope: Scope): boolean {
  const held = scopes.split(/[\s,]+/);
  return (
    held.includes('*') || held.includes(scope) || held.includes(scope.replace('read_only', 'read_write'))
  );
}
