import { runInfra as runPrepared, type InfraPorts } from '../../src/infra/infra';
import { prepareInfra } from '../../src/infra/prepare';
import type { InfraResult } from '../../src/infra/result';
import type { InfraSettings } from '../../src/settings/settings';
import { ManualClock } from './clock';
import { FakeCluster } from './cluster';
import { fakeFiles } from './files';
import { FakeLinode, FakeStore, FakeTerraform, planned } from './infra';
import { FakeLog } from './log';
import { FakePullRequests } from './pull-requests';

export const files = fakeFiles({ 'terraform/main.tf': '# cluster' });
const CREATION = { resource_changes: [planned('linode_lke_cluster.a', ['create'])] };

export interface InfraWorld extends InfraPorts {
  readonly terraform: FakeTerraform;
  readonly store: FakeStore;
  readonly linode: FakeLinode;
  readonly pullRequests: FakePullRequests;
  readonly log: FakeLog;
  readonly masked: string[];
}

/** The outside of the infra step: `json` is the plan, and the cluster has a ready node. */
export function infraWorld(json: unknown = CREATION): InfraWorld {
  const cluster = new FakeCluster();
  cluster.lists.set('Node', [{ status: { conditions: [{ type: 'Ready', status: 'True' }] } }]);
  const terraform = new FakeTerraform();
  terraform.json = json;
  const masked: string[] = [];
  return {
    files,
    terraform,
    store: new FakeStore(),
    linode: new FakeLinode(),
    pullRequests: new FakePullRequests(),
    connect: () => cluster,
    clock: new ManualClock(),
    log: new FakeLog(),
    mask: (secret) => void masked.push(secret),
    masked,
  };
}

/** Runs the whole of the infra step, as deploy() does: first what is known, then Terraform where that is due. */
export async function runInfra(
  settings: InfraSettings,
  options: { readonly preview: boolean; readonly commit: string },
  ports: InfraPorts,
): Promise<InfraResult> {
  return runPrepared(settings, options, await prepareInfra(settings, options, ports), ports);
}
