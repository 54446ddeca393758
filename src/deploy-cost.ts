import type { DeployResult, StepOutcome } from './deploy-result';
import { messageOf } from './errors';
import { costOf, listsOf, type Cost } from './infra/cost';
import type { InfraResult } from './infra/result';
import { billedManifests, type Place } from './manifests/billed';
import type { Manifest } from './manifests/objects';
import type { ManifestsResult } from './manifests/result';
import type { PriceLists } from './ports';
import type { Settings } from './settings/settings';

/**
 * Gives what the plan and the manifests cost by the month; undefined where nothing was planned, since then the
 * infrastructure's part is not known. Prices that cannot be had are no failure, but a reason.
 */
export async function monthlyCost(
  { manifests: settings }: Settings,
  manifests: readonly Manifest[],
  before: Pick<DeployResult, 'infra' | 'manifests'>,
  prices: PriceLists,
): Promise<Cost | undefined> {
  const infra = before.infra.status === 'succeeded' ? before.infra.value : undefined;
  if (infra?.billed === undefined) return undefined;
  const { items, clusterRegion: region } = infra.billed;
  const changes = changesOf(infra, before.manifests);
  const inCluster = settings.run
    ? billedManifests(manifests, { namespace: settings.namespace, region, changes })
    : [];
  const all = [...items, ...inCluster];
  try {
    return costOf(all, await prices.read(listsOf(all)));
  } catch (error) {
    return { status: 'unknown', reason: messageOf(error) };
  }
}

function changesOf({ kubeconfig }: InfraResult, manifests: StepOutcome<ManifestsResult>): Place['changes'] {
  if (manifests.status === 'succeeded') return manifests.value.changes;
  return manifests.status === 'skipped' && kubeconfig === undefined ? 'none' : undefined;
}
