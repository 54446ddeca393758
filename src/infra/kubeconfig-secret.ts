import { DeployError, messageOf } from '../errors';
import type { Log, RepositorySecrets } from '../ports';
import type { InfraResult } from './result';

export interface SecretPorts {
  readonly secrets: RepositorySecrets;
  readonly log: Log;
  readonly mask: (secret: string) => void;
  readonly did: (line: string) => void;
}

/** Gives the name of the secret that holds an environment's kubeconfig: several environments must not share one. */
export function kubeconfigSecret(environment: string): string {
  const suffix = environment === 'production' ? '' : `_${environment.toUpperCase().replaceAll('-', '_')}`;
  return `KUBE_CONFIG${suffix}`;
}

/**
 * Writes the cluster's kubeconfig into a secret of the repository where Terraform changed anything, or the secret is not
 * there. It is a convenience: what fails is a warning.
 */
export async function keepKubeconfig(
  { applied, kubeconfig }: Pick<InfraResult, 'applied' | 'kubeconfig'>,
  name: string,
  { secrets, log, mask, did }: SecretPorts,
): Promise<void> {
  if (kubeconfig === undefined) return;
  const value = Buffer.from(kubeconfig.text).toString('base64');
  mask(value);
  try {
    if (!applied && (await secrets.names()).includes(name)) return;
    await secrets.write(name, value);
    did(`wrote the secret ${name} of the repository`);
  } catch (error) {
    const { cause, advice } =
      error instanceof DeployError ? error.details : { cause: messageOf(error), advice: '' };
    log.warning(`The secret ${name} was not written: ${cause}. ${advice}`.trim());
  }
}
