import { DeployError } from '../errors';
import type { JsonObject } from '../json';
import { listAt, textAt } from '../json';
import type { Cluster, Clock, Linode, Log } from '../ports';
import { NODES } from '../resource-types';

const PATIENCE_MS = 10 * 60_000;
const INTERVAL_MS = 2_000;
/** A new cluster's name may not resolve, its server refuse connections and its token not be known for some minutes. */
const NOT_UP_YET = ['cluster-unreachable', 'cluster-unauthorized'];

/**
 * Waits until one node is Ready. Terraform ends well while no node is: the provider drops the error of its own wait.
 * Throws DeployError after ten minutes, with what the cluster and Linode say of the nodes.
 */
export async function waitForNodes(
  cluster: Cluster,
  clusterId: number | undefined,
  { linode, clock, log }: { readonly linode: Linode; readonly clock: Clock; readonly log: Log },
): Promise<void> {
  const start = clock.now();
  let told = '';
  for (;;) {
    const look = await lookAt(cluster);
    if (look.ready) return;
    if (clock.now() - start > PATIENCE_MS) throw await neverReady(look, clusterId, linode);
    if (look.says !== told) log.info(`Waiting for a node to be Ready: ${look.says}.`);
    told = look.says;
    await clock.sleep(INTERVAL_MS);
  }
}

/**
 * Gives in words which nodes a cluster may still get: those that Linode makes just now, and those that an autoscaler may add;
 * undefined where it has all, or where Linode does not say.
 */
export async function nodesToCome(clusterId: number, linode: Linode): Promise<string | undefined> {
  const pools = await linode.pools(clusterId).catch(() => []);
  const coming = pools.flatMap(({ id, type, nodes, most }): readonly string[] => {
    const ready = nodes.filter(({ status }) => status === 'ready').length;
    return ready < most ? [`pool ${id} (${type}) has ${ready} of up to ${most} nodes`] : [];
  });
  return coming.length === 0 ? undefined : `at Linode ${coming.join(', ')}`;
}

interface Look {
  readonly ready: boolean;
  readonly says: string;
  readonly evidence: readonly string[];
}

async function lookAt(cluster: Cluster): Promise<Look> {
  try {
    const nodes = await cluster.list(NODES, undefined);
    const ready = nodes.some((node) => statusOf(node, 'Ready') === 'True');
    const says = `the cluster knows ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`;
    return { ready, says, evidence: nodes.flatMap(conditionsOf) };
  } catch (error) {
    if (!(error instanceof DeployError) || !NOT_UP_YET.includes(error.details.code)) throw error;
    return { ready: false, says: error.details.cause, evidence: [] };
  }
}

function statusOf(node: JsonObject, type: string): string {
  return textAt(
    listAt(node, 'status', 'conditions').find((condition) => textAt(condition, 'type') === type),
    'status',
  );
}

function conditionsOf(node: JsonObject): readonly string[] {
  return listAt(node, 'status', 'conditions').map((condition) => {
    const [type, status, reason, message] = ['type', 'status', 'reason', 'message'].map((name) =>
      textAt(condition, name),
    );
    return `node ${textAt(node, 'metadata', 'name')}: ${type}=${status} (${reason}): ${message}`;
  });
}

async function neverReady(
  { says, evidence }: Look,
  clusterId: number | undefined,
  linode: Linode,
): Promise<DeployError> {
  // What explains the failure must not hide it.
  const pools = clusterId === undefined ? [] : await linode.pools(clusterId).catch(() => []);
  const seen = pools.map(
    ({ id, type, nodes }) =>
      `pool ${id} (${type}): ${nodes.map((node) => `${node.id} ${node.status}`).join(', ') || 'no nodes'}`,
  );
  return new DeployError({
    code: 'infra-nodes-not-ready',
    cause: `no node of the new cluster became Ready within 10 minutes: ${says}`,
    advice:
      'Look at the node pool in Linode’s Cloud Manager, and at the account’s limits; run the job again when a node is there.',
    evidence: [...seen, ...evidence],
  });
}
