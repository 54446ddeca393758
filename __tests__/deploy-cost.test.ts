import { describe, expect, test } from '@jest/globals';
import { deploy } from '../src/deploy';
import { aCluster, aPool, planOf } from './support/plan-values';
import { fakeFiles } from './support/files';
import { planned } from './support/infra';
import { aSettings, someManifests } from './support/settings';
import { World } from './support/world';

const PLAN = planOf([], [aCluster([aPool(undefined)])], {
  resource_changes: [planned('linode_lke_cluster.bot', ['create'])],
});
const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: LoadBalancer}\n';

function world(plan: unknown = PLAN): World {
  const made = new World();
  made.terraform.json = plan;
  made.files = fakeFiles({ Dockerfile: '', 'manifests/web.yaml': SERVICE, 'terraform/main.tf': '#' });
  return made;
}

describe('the cost of a run', () => {
  test('is that of the plan and of what the manifests make', async () => {
    const ports = world();
    const { cost } = await deploy(aSettings(), ports);
    expect(cost).toMatchObject({
      now: { known: 500 },
      after: { known: 2400 + 500 + 1000 },
      ceiling: { known: 7200 + 500 + 1000 },
      change: 3400,
    });
    expect(ports.prices.asked).toEqual([['linode/types', 'object-storage/types', 'nodebalancers/types']]);
  });

  test('counts what the cluster has already as being there', async () => {
    const ports = world();
    await deploy(aSettings(), ports);
    ports.store.record = undefined;
    const { cost } = await deploy(aSettings(), ports);
    expect(cost).toMatchObject({ now: { known: 1500 }, change: 2400 });
  });

  test('is told in a preview before there is a cluster', async () => {
    const settings = aSettings({ command: 'preview', manifests: someManifests({ kubeconfig: undefined }) });
    const { cost, manifests } = await deploy(settings, world());
    expect(manifests.status).toBe('skipped');
    expect(cost).toMatchObject({ now: { known: 500 }, change: 3400 });
  });

  test('has an unknown part where the manifests failed', async () => {
    const ports = world();
    ports.cluster.apply = () => Promise.reject(new Error('broken'));
    const { cost } = await deploy(aSettings(), ports);
    expect(cost).toMatchObject({ now: { complete: false }, after: { complete: true }, change: 'unknown' });
  });

  test('is a reason, and no failure, where there are no prices', async () => {
    const ports = world();
    ports.prices.error = new Error('it answered 503');
    const { cost, rollout } = await deploy(aSettings(), ports);
    expect(cost).toEqual({ status: 'unknown', reason: 'it answered 503' });
    expect(rollout.status).toBe('succeeded');
  });

  test('is not told, and no price asked for, where nothing was planned', async () => {
    const ports = world();
    await deploy(aSettings(), ports);
    ports.prices.asked.length = 0;
    const { cost } = await deploy(aSettings(), ports);
    expect(cost).toBeUndefined();
    expect(ports.prices.asked).toEqual([]);
  });

  test('is not told where the plan failed', async () => {
    const ports = world({ resource_changes: [planned('linode_volume.data', ['delete'])] });
    const { cost, infra } = await deploy(aSettings(), ports);
    expect(infra.status).toBe('failed');
    expect(cost).toBeUndefined();
  });
});
