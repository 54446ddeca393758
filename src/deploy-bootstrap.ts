import type { DeployResult } from './deploy-result';
import { attempt, type DeployPorts } from './deploy-steps';
import { bootstrap } from './infra/bootstrap';
import type { BootstrapSettings } from './settings/bootstrap-settings';

/** Makes the bucket and the key of Terraform's state; nothing else runs. */
export async function bootstrapOnly(settings: BootstrapSettings, ports: DeployPorts): Promise<DeployResult> {
  const nothing = { status: 'skipped', reason: 'bootstrap makes only bucket and key' } as const;
  const outcome = await attempt('bootstrap', ports, (did) => {
    const { account, secrets, mask } = ports;
    if (account === undefined || secrets === undefined) throw new Error('bootstrap has no ports');
    return bootstrap(settings, { account, secrets, mask, did, log: ports.log('bootstrap') });
  });
  return { image: nothing, infra: nothing, manifests: nothing, rollout: nothing, bootstrap: outcome };
}
