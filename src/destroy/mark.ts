import { sha256 } from '../sha256';
import { dnsLabel } from '../settings/names';

/** The longest tag that Linode takes. */
const LONGEST = 50;

/**
 * Gives the tag that the volumes of an application in an environment get at Linode before their claims are deleted: by it a later run
 * knows them, and people in the Cloud Manager do. No other application has it, nor one of the same repository in another namespace.
 */
export async function markOf(
  owner: string,
  repository: string,
  environment: string,
  namespace: string,
): Promise<string> {
  const name = `${owner}/${repository} ${environment} ${namespace}`.toLowerCase();
  const hash = (await sha256(name)).toString('hex').slice(0, 8);
  const readable = dnsLabel(`kept-${repository}-${environment}`);
  return `${readable.slice(0, LONGEST - hash.length - 1)}-${hash}`;
}

/** Gives the tag of volumes of others in a cluster that goes: LKE calls a cluster so in its kubeconfig. */
export function clusterMark(clusterId: number): string {
  return `lke${clusterId}`;
}
