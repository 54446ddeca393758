import { describe, expect, test } from '@jest/globals';
import { prepareInfra } from '../../src/infra/prepare';
import { fingerprint } from '../../src/infra/fingerprint';
import { aFailure, failureOf } from '../support/failure';
import { planned } from '../support/infra';
import { files, infraWorld, runInfra, type InfraWorld } from '../support/infra-world';
import { anInfra } from '../support/settings';

const deployment = { preview: false, commit: 'c'.repeat(40) };

async function applied(world: InfraWorld): Promise<InfraWorld> {
  world.store.record = {
    fingerprint: await fingerprint(anInfra(), files),
    commit: 'b'.repeat(40),
    clusterId: 7,
  };
  return world;
}

describe('unchanged infrastructure', () => {
  test('costs one look into the store and one for the kubeconfig: nothing else is checked', async () => {
    const world = await applied(infraWorld());
    world.linode.held = [];
    world.store.tryLock = () => Promise.reject(new Error('the store is written to'));
    const prepared = await prepareInfra(anInfra(), deployment, world);
    expect(prepared).toMatchObject({ due: false, changed: false, clusterId: 7 });
    expect(world.linode.asked).toEqual([7]);
    expect(world.linode.lists).toEqual([]);
  });

  test('is checked where Terraform is to run all the same', async () => {
    const world = await applied(infraWorld());
    await prepareInfra(anInfra({ mode: 'always' }), deployment, world);
    expect(world.store.trials).toBe(1);
    world.linode.answer = undefined;
    expect(await prepareInfra(anInfra(), deployment, world)).toMatchObject({ due: true, changed: false });
    expect(world.store.trials).toBe(2);
  });
});

test('a set-up with faults is told before Terraform is started', async () => {
  const world = infraWorld();
  world.store.trial = { taken: { status: 403, code: 'AccessDenied' } };
  expect(await failureOf(runInfra(anInfra(), deployment, world))).toMatchObject({
    code: 'state-store-read-only',
  });
  expect(world.terraform.calls).toEqual([]);
});

test('what the plan wants and Linode does not offer is refused, in a preview too', async () => {
  const cluster = { region: 'us-lab', k8s_version: '1.29', pool: [{ type: 'g6-huge-1' }] };
  const plan = { resource_changes: [planned('linode_lke_cluster.a', ['create'], { after: cluster })] };
  for (const preview of [true, false]) {
    const world = infraWorld(plan);
    const failure = await failureOf(runInfra(anInfra(), { ...deployment, preview }, world));
    expect(failure).toMatchObject({
      code: 'infra-not-offered',
      cause:
        'Linode does not offer what is to be made: linode_lke_cluster.a wants Kubernetes 1.29; linode_lke_cluster.a wants the region us-lab, which has no Kubernetes; linode_lke_cluster.a wants the plan g6-huge-1',
    });
    expect(world.terraform.calls).not.toContain('apply');
  }
});

describe('local state', () => {
  const local = anInfra({ localState: true, backend: {}, stateAccessKey: '', stateSecretKey: '' });

  test('is planned and applied each time, and nothing is recorded', async () => {
    const world = { ...infraWorld(), store: undefined };
    world.terraform.backend = 'local';
    for (const changed of [true, true]) {
      world.terraform.calls.length = 0;
      expect(await runInfra(local, deployment, world)).toMatchObject({
        changed,
        applied: true,
        clusterId: 42,
      });
      expect(world.terraform.calls).toEqual(['init', 'plan with lock', 'apply', 'outputs']);
    }
    expect(world.log.lines[0]).toMatch(/^The state is on this machine alone/);
  });

  test.each(['s3', 'http'])('is not what Terraform finds where it is %s', async (backend) => {
    const world = { ...infraWorld(), store: undefined };
    world.terraform.backend = backend;
    expect(await failureOf(runInfra(local, deployment, world))).toMatchObject({
      code: 'infra-backend-local',
    });
    expect(world.terraform.calls).toEqual(['init']);
  });
});

test('a kubeconfig that does not come stops before Terraform, which would ask for it without end', async () => {
  const world = infraWorld();
  world.store.record = { fingerprint: 'other', commit: 'b', clusterId: 7 };
  const error = aFailure('linode-unavailable');
  world.linode.kubeconfig = () => Promise.reject(error);
  expect(await failureOf(runInfra(anInfra(), deployment, world))).toBe(error.details);
  expect(world.terraform.calls).toEqual([]);
});

test('the kubeconfig of a cluster that a killed first apply left is waited for, too', async () => {
  const world = infraWorld();
  world.linode.there.set('lke/clusters bot', 9);
  await prepareInfra(anInfra({ shipped: true }), deployment, world);
  expect(world.linode.asked).toEqual([9]);
  await prepareInfra(anInfra(), deployment, world);
  expect(world.linode.asked).toEqual([9]);
});
