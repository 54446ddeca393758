import { DeployError } from '../errors';
import { listAt, textAt } from '../json';
import type { Cluster, Clock, Log } from '../ports';
import { NODES } from '../resource-types';

const PATIENCE_MS = 10 * 60_000;
const INTERVAL_MS = 2_000;

/**
 * Waits until one node is Ready. Terraform ends well while no node is: the provider drops the error of its own wait.
 * Throws DeployError after ten minutes.
 */
export async function waitForNodes(
  cluster: Cluster,
  { clock, log }: { clock: Clock; log: Log },
): Promise<void> {
  const start = clock.now();
  let told = false;
  for (;;) {
    const nodes = await cluster.list(NODES, undefined);
    const ready = nodes.filter((node) =>
      listAt(node, 'status', 'conditions').some(
        (c) => textAt(c, 'type') === 'Ready' && textAt(c, 'status') === 'True',
      ),
    );
    if (ready.length > 0) return;
    if (clock.now() - start > PATIENCE_MS) {
      throw new DeployError({
        code: 'infra-nodes-not-ready',
        cause: `the cluster has ${nodes.length} nodes, and none became Ready within 10 minutes`,
        advice: 'Look at the node pool in Linode’s Cloud Manager; run the job again when a node is there.',
      });
    }
    if (!told) log.info(`Waiting for a node to be Ready (${nodes.length} known).`);
    told = true;
    await clock.sleep(INTERVAL_MS);
  }
}
