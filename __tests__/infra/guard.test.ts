import { expect, test } from '@jest/globals';
import { blockedChanges } from '../../src/infra/guard';
import type { PlanAction, PlanSummary } from '../../src/infra/plan';
import { aPlanChange } from '../support/infra';

const plan = (address: string, action: PlanAction): PlanSummary => ({
  changes: [aPlanChange({ address, type: address.split('.').at(-2) ?? '', action })],
  outputsChanged: [],
});

test.each<[string, PlanAction, readonly string[], boolean]>([
  ['linode_volume.a', 'delete', [], true],
  ['linode_volume.a', 'replace', [], true],
  ['module.x.linode_lke_cluster.a', 'delete', [], true],
  ['linode_volume.a', 'create', [], false],
  ['linode_volume.a', 'update', [], false],
  ['linode_volume.a', 'forget', [], false],
  ['local_file.a', 'delete', [], false],
  ['random_password.a', 'replace', [], false],
  ['linode_volume.a', 'delete', ['linode_volume.a'], false],
  ['linode_volume.a', 'delete', ['linode_volume.ab', 'linode_volume', '*'], true],
  ['linode_volume.a[1]', 'delete', ['linode_volume.a[0]'], true],
  ['linode_volume.a[1]', 'delete', ['linode_volume.a[1]'], false],
])('%s %s with %j allowed is blocked: %j', (address, action, allowed, blocked) => {
  const summary = plan(address, action);
  expect(blockedChanges(summary, allowed)).toEqual(blocked ? summary.changes : []);
});
