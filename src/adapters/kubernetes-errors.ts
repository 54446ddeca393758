import { DeployError, messageOf } from '../errors';
import { textAt } from '../json';
import type { ApiAnswer } from '../ports';

/** The server answered, and would not do it. */
export function refused(
  host: string,
  what: string,
  { code, status }: Extract<ApiAnswer, { ok: false }>,
): DeployError {
  return new DeployError({
    code: code === 403 ? 'cluster-forbidden' : 'cluster-unreachable',
    cause: `the cluster ${host} refused to ${what}: ${textAt(status, 'message') || `HTTP ${code}`}`,
    advice: 'Give the kubeconfig’s account the right to do this.',
  });
}

/** The credentials are not accepted. */
export function unauthorized(host: string): DeployError {
  return new DeployError({
    code: 'cluster-unauthorized',
    cause: `the cluster ${host} does not accept the kubeconfig’s credentials`,
    advice:
      'The token was revoked or has expired: make a new kubeconfig and update KUBE_CONFIG, or leave it out and give linode-token.',
  });
}

/** The server shows a certificate of another cluster. */
export function untrusted(host: string, error: Error): DeployError {
  return new DeployError(
    {
      code: 'cluster-unreachable',
      cause: `the cluster ${host} shows a certificate that the kubeconfig does not trust: ${error.message}`,
      advice: 'Take the kubeconfig of this very cluster: its certificate-authority-data is of another one.',
    },
    { cause: error },
  );
}

/** No answer, after all tries. */
export function unreachable(host: string, error: unknown): DeployError {
  return new DeployError(
    {
      code: 'cluster-unreachable',
      cause: `the cluster ${host} cannot be reached: ${messageOf(error)}`,
      advice:
        'Check that the cluster exists, that KUBE_CONFIG is of this cluster, and that its control-plane ACL lets the runner in.',
    },
    { cause: error },
  );
}
