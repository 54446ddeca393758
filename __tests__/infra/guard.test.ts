import { describe, expect, test } from '@jest/globals';
import { guardOf, refusalOf, unusedAllowances, type Guard } from '../../src/infra/guard';
import type { PlanAction } from '../../src/infra/plan-action';
import { aPlan, aPlanChange } from '../support/infra';

const changeOf = (address: string, action: PlanAction): ReturnType<typeof aPlanChange> =>
  aPlanChange({ address, type: address.replace(/\[.*/, '').split('.').at(-2) ?? '', action });

describe('what is destroyed', () => {
  test.each<[string, PlanAction, readonly string[], Guard]>([
    ['linode_volume.a', 'delete', [], 'blocked'],
    ['linode_volume.a', 'replace', [], 'blocked'],
    ['linode_volume.a', 'forget-and-create', [], 'blocked'],
    ['linode_volume.a', 'other', [], 'blocked'],
    ['module.x.linode_lke_cluster.a', 'delete', [], 'blocked'],
    ['module.x["a.b"].linode_lke_cluster.a', 'delete', [], 'blocked'],
    ['aws_s3_bucket.a', 'delete', [], 'blocked'],
    ['kubernetes_persistent_volume_claim.a', 'replace', [], 'blocked'],
    ['linode_volume.a', 'create', [], 'free'],
    ['linode_volume.a', 'update', [], 'free'],
    ['linode_volume.a', 'forget', [], 'free'],
    ['linode_volume.a', 'move', [], 'free'],
    ['linode_volume.a', 'import', [], 'free'],
    ['local_file.a', 'delete', [], 'free'],
    ['random_password.a', 'replace', [], 'free'],
    ['terraform_data.a', 'replace', [], 'free'],
    ['linode_volume.a', 'delete', ['linode_volume.a'], 'allowed'],
    ['linode_volume.a', 'delete', ['linode_volume.ab', 'linode_volume', '*', 'linode_volume.*'], 'blocked'],
    ['linode_volume.a', 'delete', ['Linode_volume.a', ' linode_volume.a'], 'blocked'],
    ['linode_volume.a[1]', 'delete', ['linode_volume.a[0]', 'linode_volume.a'], 'blocked'],
    ['linode_volume.a[1]', 'delete', ['linode_volume.a[1]'], 'allowed'],
    ['linode_volume.a["x"]', 'delete', ["linode_volume.a['x']", 'linode_volume.a[x]'], 'blocked'],
    ['linode_volume.a["x"]', 'delete', ['linode_volume.a["x"]'], 'allowed'],
  ])('%s %s with %j allowed is %s', (address, action, allowed, guard) => {
    expect(guardOf(changeOf(address, action), allowed)).toBe(guard);
  });
});

describe('what is changed in place', () => {
  const weighing = (...weights: ('told' | 'guarded')[]): ReturnType<typeof aPlanChange> =>
    aPlanChange({ action: 'update', consequences: weights.map((weight) => ({ weight, text: 'x' })) });
  const impossible = aPlanChange({
    action: 'update',
    consequences: [
      { weight: 'guarded', text: 'harm' },
      { weight: 'impossible', text: 'it shrinks', code: 'infra-volume-shrinks' },
    ],
  });

  test('is free where its consequences are only told, and blocked where one of them harms', () => {
    expect(guardOf(weighing('told', 'told'), [])).toBe('free');
    expect(guardOf(weighing('told', 'guarded'), [])).toBe('blocked');
    expect(guardOf(weighing('guarded'), ['linode_volume.data'])).toBe('allowed');
  });

  test('cannot be allowed where Linode would refuse it', () => {
    expect(guardOf(impossible, ['linode_volume.data'])).toBe('impossible');
    expect(refusalOf(aPlan({ changes: [{ ...impossible, guard: 'impossible' }] }))).toMatchObject({
      code: 'infra-volume-shrinks',
      cause: 'Linode would refuse the plan half way: of linode_volume.data, it shrinks',
      evidence: ['linode_volume.data: it shrinks'],
    });
  });
});

describe('the refusal', () => {
  const blocked = (address: string): ReturnType<typeof aPlanChange> => ({
    ...changeOf(address, 'delete'),
    guard: 'blocked',
    reason: 'the configuration has it no more',
  });

  test('is none where all is free or allowed', () => {
    const changes = [
      changeOf('linode_volume.a', 'create'),
      aPlanChange({ action: 'delete', guard: 'allowed' }),
    ];
    expect(refusalOf(aPlan({ changes, unchanged: 1 }))).toBeUndefined();
  });

  test('names what is blocked, and why', () => {
    expect(refusalOf(aPlan({ changes: [blocked('linode_volume.a')], unchanged: 1 }))).toMatchObject({
      code: 'infra-destroy-blocked',
      cause: 'the plan would destroy or interrupt linode_volume.a (delete)',
      evidence: ['linode_volume.a: the configuration has it no more'],
    });
  });

  test('says so where everything that the state has would go', () => {
    const changes = [blocked('linode_volume.a'), changeOf('linode_lke_cluster.shipped', 'create')];
    expect(refusalOf(aPlan({ changes }))?.cause).toMatch(
      /^the configuration knows nothing of what the state has/,
    );
    const kept = [...changes, changeOf('linode_volume.b', 'update')];
    expect(refusalOf(aPlan({ changes: kept }))?.cause).toMatch(/^the plan would destroy or interrupt/);
  });

  test('stays short, however much is blocked', () => {
    const changes = Array.from({ length: 5_000 }, (_, index) => blocked(`linode_volume.a[${index}]`));
    const refusal = refusalOf(aPlan({ changes, unchanged: 1 }));
    expect(refusal?.cause).toMatch(/linode_volume\.a\[4\] \(delete\) and 4995 more$/);
    expect(refusal?.evidence).toHaveLength(40);
  });
});

test('what is allowed and not destroyed is known, so that it can be taken out', () => {
  const changes = [
    aPlanChange({ address: 'linode_volume.a', action: 'delete', guard: 'allowed' }),
    aPlanChange({ address: 'linode_volume.b', action: 'create', guard: 'free' }),
  ];
  const allowed = ['linode_volume.a', 'linode_volume.b', 'linode_volume.c'];
  expect(unusedAllowances(aPlan({ changes }), allowed)).toEqual(['linode_volume.b', 'linode_volume.c']);
});
