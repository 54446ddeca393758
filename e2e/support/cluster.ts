import { administratorKubeconfig } from '../../sandbox/kubeconfig.ts';
import { KubernetesClient } from '../../src/adapters/kubernetes';
import { readKubeconfig } from '../../src/manifests/kubeconfig';

/** Gives the client that the action has, connected to the sandbox's cluster. */
export async function connect(signal: AbortSignal): Promise<KubernetesClient> {
  const kubeconfig = readKubeconfig(await administratorKubeconfig(), { now: Date.now() });
  if (typeof kubeconfig === 'string') throw new Error(kubeconfig);
  return new KubernetesClient(kubeconfig, signal);
}
