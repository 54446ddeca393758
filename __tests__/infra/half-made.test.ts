import { describe, expect, test } from '@jest/globals';
import { planned } from '../support/infra';
import { infraWorld, runInfra } from '../support/infra-world';
import { anInfra } from '../support/settings';

const deployment = { preview: false, commit: 'c'.repeat(40) };
const preview = { ...deployment, preview: true };

describe('a cluster that a cancelled run left half made', () => {
  const tainted = (address: string): object => ({
    resource_changes: [
      { ...planned(address, ['delete', 'create']), action_reason: 'replace_because_tainted' },
    ],
  });

  test('is kept: untainted and planned again', async () => {
    const ports = infraWorld(tainted('linode_lke_cluster.a'));
    const result = await runInfra(anInfra(), deployment, ports);
    expect(ports.terraform.calls).toEqual([
      'init',
      'plan with lock',
      'untaint linode_lke_cluster.a',
      'plan with lock',
      'outputs',
    ]);
    expect(result).toMatchObject({ applied: false, plan: { changes: [] } });
  });

  test('a preview changes no state, and leaves it out of the plan', async () => {
    const ports = infraWorld(tainted('linode_lke_cluster.a'));
    const { plan } = await runInfra(anInfra(), preview, ports);
    expect(ports.terraform.calls).toEqual(['init', 'plan without lock']);
    expect(plan?.changes).toEqual([]);
  });

  test('one that may be destroyed by its address is replaced', async () => {
    const ports = infraWorld(tainted('linode_volume.data'));
    await runInfra(anInfra({ allowDestroy: ['linode_volume.data'] }), deployment, ports);
    expect(ports.terraform.calls).toEqual(['init', 'plan with lock', 'apply', 'outputs']);
  });

  test('a resource that lives elsewhere is not untainted', async () => {
    const ports = infraWorld(tainted('random_password.a'));
    await runInfra(anInfra(), deployment, ports);
    expect(ports.terraform.calls).toEqual(['init', 'plan with lock', 'apply', 'outputs']);
  });
});
