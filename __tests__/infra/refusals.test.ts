import { describe, expect, test } from '@jest/globals';
import type { InfraSettings } from '../../src/settings/settings';
import { failureOf } from '../support/failure';
import { planned } from '../support/infra';
import { infraWorld, runInfra } from '../support/infra-world';
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

  test('names all at once that a lost state has left at Linode', async () => {
    const ports = infraWorld({
      resource_changes: [
        planned('linode_lke_cluster.a', ['create'], { after: { label: 'bot' } }),
        planned('linode_volume.new', ['create'], { after: { label: 'new' } }),
        planned('linode_volume.data', ['create'], { after: { label: 'data' } }),
      ],
    });
    ports.linode.there.set('lke/clusters bot', 7).set('volumes data', 8);
    expect(await failureOf(runInfra(anInfra(), options, ports))).toMatchObject({
      code: 'infra-exists-already',
      cause:
        'the plan would create linode_lke_cluster.a, but Linode has one with the label "bot" already (id 7); and linode_volume.data, but Linode has one with the label "data" already (id 8), which the state does not know',
      advice:
        'Where they are these, run `terraform import linode_lke_cluster.a 7` and `terraform import linode_volume.data 8`; else give another label.',
    });
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

describe('a repository whose own configuration is gone', () => {
  const shipped = anInfra({ shipped: true, directory: 'action/terraform' });
  const record = { fingerprint: 'f', commit: 'b'.repeat(40), clusterId: 7 };

  test.each([deployment, preview])('does not get the shipped set over its state: %j', async (options) => {
    const ports = infraWorld();
    ports.store.record = { ...record, shipped: false };
    const failure = await failureOf(runInfra(shipped, options, ports));
    expect(failure).toMatchObject({ code: 'infra-configuration-gone' });
    expect(failure.cause).toContain(record.commit);
    expect(ports.terraform.calls).toEqual([]);
  });

  test.each<[string, InfraSettings, boolean | undefined]>([
    ['the shipped set after the shipped set', shipped, true],
    ['the shipped set after a record that does not say', shipped, undefined],
    ['its own after the shipped set', anInfra(), true],
  ])('%s is applied', async (_, settings, before) => {
    const ports = infraWorld();
    ports.store.record = { ...record, ...(before === undefined ? {} : { shipped: before }) };
    await runInfra(settings, deployment, ports);
    expect(ports.terraform.calls).toContain('apply');
    expect(ports.store.written.at(-1)).toMatchObject({ shipped: settings.shipped });
  });
});

test('what is put off to a later run leaves the infrastructure to be changed', async () => {
  const ports = infraWorld({
    complete: false,
    resource_changes: [planned('linode_lke_cluster.a', ['create'])],
  });
  await runInfra(anInfra(), deployment, ports);
  expect(ports.store.written).toMatchObject([{ fingerprint: '', clusterId: 42 }]);
});

test('the log tells the plan, what is gone, and what is allowed for nothing', async () => {
  const ports = infraWorld({
    resource_changes: [planned('linode_volume.a', ['delete']), planned('linode_lke_cluster.a', ['create'])],
    resource_drift: [planned('linode_lke_cluster.a', ['delete'])],
  });
  await runInfra(anInfra({ allowDestroy: ['linode_volume.a', 'linode_volume.b'] }), deployment, ports);
  expect(ports.log.lines).toEqual(
    expect.arrayContaining([
      'The plan: 1 to create, 0 to update, 1 to destroy.',
      'destroy linode_volume.a: allowed by allow-destroy; all data on it is lost',
      'create linode_lke_cluster.a',
      'warning: linode_lke_cluster.a is gone: it was deleted outside of Terraform, with every workload that ran in it',
      'warning: allow-destroy names linode_volume.b, which this plan does not destroy: take it out, or it allows a later one',
    ]),
  );
});
