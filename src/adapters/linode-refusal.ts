import { DeployError } from '../errors';
import type { LinodeAnswer } from './linode-http';

/** What Linode says of a token that it does not know. */
export const INVALID_TOKEN = 'Invalid Token';

/** Gives what is told of an answer that is none: the token, its scopes, or Linode itself. */
export function refused({ status, headers, reason }: LinodeAnswer, what: string): DeployError {
  const cause = `Linode answered ${status} for ${what}${reason === '' ? '' : `: ${reason}`}`;
  if (status !== 401 && status !== 403) {
    return new DeployError({
      code: 'linode-refused',
      cause,
      advice: 'Look at https://status.linode.com and run the job again.',
    });
  }
  const asked = headers.get('x-accepted-oauth-scopes') ?? '';
  if (reason === INVALID_TOKEN || asked === '') {
    return new DeployError({
      code: 'linode-token-refused',
      cause: `linode-token is not accepted: ${cause}`,
      advice:
        'It was revoked, has expired, or is no token of Linode’s: make a new one, and update the secret.',
    });
  }
  return new DeployError({
    code: 'linode-token-scopes',
    cause: `linode-token lacks the scope ${asked}: ${cause}`,
    advice: 'Make a token that has it in Linode’s Cloud Manager, and update the secret.',
  });
}
