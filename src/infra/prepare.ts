import { DeployError } from '../errors';
import type { AppliedRecord, Files } from '../ports';
import type { InfraSettings } from '../settings/settings';
import { clusterOf, type ClusterPorts, type KnownCluster } from './cluster';
import { fingerprint } from './fingerprint';
import { preflight } from './preflight';

export interface PreparePorts extends ClusterPorts {
  readonly files: Files;
}

/** What is known of the infrastructure before anything is run. */
export interface Prepared extends KnownCluster {
  /** Of the content as it is now, or '' where there is no store to compare it with. */
  readonly fingerprint: string;
  /** The last successful apply. */
  readonly record: AppliedRecord | undefined;
  /** Whether the content differs from the last successful apply. */
  readonly changed: boolean;
  /** Whether Terraform is to be run. */
  readonly due: boolean;
}

/**
 * Decides whether Terraform is to be run. Where it is, what it would fail at after minutes is checked first: the token, the state
 * store, and what Linode offers. Throws DeployError.
 */
export async function prepareInfra(
  settings: InfraSettings,
  { preview }: { readonly preview: boolean },
  ports: PreparePorts,
): Promise<Prepared> {
  const { files, store, log } = ports;
  if (store === undefined)
    log.info('The state is on this machine alone: nothing is recorded, and Terraform is run each time.');
  const [current, record] = await Promise.all([
    store === undefined ? '' : fingerprint(settings, files),
    store?.readRecord(),
  ]);
  const changed = record === undefined || record.fingerprint !== current;
  const wanted = changed || settings.mode !== 'auto';
  refuseOther(settings, record);
  if (wanted) await preflight(settings, { preview, record }, ports);
  const known = await clusterOf(record?.clusterId, ports);
  if (record === undefined) await awaitUnrecorded(settings, ports);
  // A cluster that is gone, or that no record names, is a matter for Terraform too.
  const due = wanted || known.kubeconfig === undefined;
  if (due && !wanted) await preflight(settings, { preview, record }, ports);
  if (!due && record !== undefined)
    log.info(`The infrastructure is as applied for commit ${record.commit}: Terraform is not run.`);
  return { ...known, fingerprint: current, record, changed, due };
}

/**
 * A first apply that was killed leaves a cluster that no record names, and whose kubeconfig Terraform would ask for without end:
 * that of the shipped set is known by its label.
 */
async function awaitUnrecorded(
  { shipped, variables }: InfraSettings,
  { linode }: PreparePorts,
): Promise<void> {
  const label = variables['label'];
  const id = shipped && typeof label === 'string' ? await linode.find('lke/clusters', label) : undefined;
  if (id !== undefined) await linode.kubeconfig(id);
}

/** A repository that lost its own configuration must not have the shipped one put over its state. */
function refuseOther({ shipped }: InfraSettings, record: AppliedRecord | undefined): void {
  if (!shipped || record?.shipped !== false) return;
  throw new DeployError({
    code: 'infra-configuration-gone',
    cause: `the repository has no folder terraform any more, which the deploy of commit ${record.commit} applied: the set that ships with the action would be put over its state`,
    advice:
      'Bring the folder back, or name where it is in terraform-directory; to go over to the shipped set, copy it to terraform/. Nothing was changed.',
  });
}
