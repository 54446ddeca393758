import { describe, expect, test } from '@jest/globals';
import { runInfra } from '../../src/infra/infra';
import type { InfraSettings } from '../../src/settings/settings';
import { failureOf } from '../support/failure';
import { planned } from '../support/infra';
import { infraWorld } from '../support/infra-world';
import { anInfra } from '../support/settings';

const deployment = { preview: false, commit: 'c'.repeat(40) };
const preview = { ...deployment, preview: true };

describe.each([
  ['a deployment', deployment],
  ['a preview', preview],
])('%s', (_, options) => {
  test.each([
    ['linode_lke_cluster', 'lke/clusters'],
    ['linode_volume', 'volumes'],
  ])('makes no second %s with a label that Linode has already', async (type, kind) => {
    const ports = infraWorld({
      resource_changes: [planned(`${type}.a`, ['create'], { after: { label: 'bot' } })],
    });
    ports.linode.there.set(`${kind} bot`, 99);
    const failure = await failureOf(runInfra(anInfra(), options, ports));
    expect(failure).toMatchObject({
      code: 'infra-exists-already',
      cause: `the plan would create ${type}.a, but Linode has one with the label "bot" already (id 99), which the state does not know`,
    });
    expect(failure.advice).toContain(`\`terraform import ${type}.a 99\``);
    expect(ports.terraform.calls).not.toContain('apply');
    expect(ports.store.written).toEqual([]);
  });

  test.each<[string, Partial<InfraSettings>, string, string]>([
    ['one', { variables: { regoin: 'x' } }, 'regoin', 'region, label'],
    ['several', { variables: { regoin: 'x', label: 'y', Label: 'z' } }, 'regoin, Label', 'region, label'],
  ])('takes no variables that nobody declares: %s', async (_kind, given, names, declared) => {
    const ports = infraWorld();
    ports.terraform.declared = ['region', 'label'];
    const failure = await failureOf(runInfra(anInfra(given), options, ports));
    expect(failure).toMatchObject({
      code: 'infra-variable-unknown',
      cause: `terraform-variables names ${names}, which terraform does not declare`,
      advice: `It declares: ${declared}.`,
    });
    expect(ports.terraform.calls).not.toContain('apply');
  });
});

test('Linode is asked for the label of what would be made new, and of nothing else', async () => {
  const labelled = (address: string, actions: readonly string[], label: string): object =>
    planned(address, actions, { after: { label } });
  const ports = infraWorld({
    resource_changes: [
      labelled('linode_lke_cluster.a', ['create'], 'a'),
      labelled('linode_volume.b', ['create'], 'b'),
      labelled('linode_volume.c', ['update'], 'c'),
      labelled('linode_firewall.d', ['create'], 'd'),
      planned('linode_volume.e', ['create'], { after: {} }),
    ],
  });
  expect(await runInfra(anInfra(), deployment, ports)).toMatchObject({ applied: true });
  expect(ports.linode.looked).toEqual(['lke/clusters a', 'volumes b']);
});
