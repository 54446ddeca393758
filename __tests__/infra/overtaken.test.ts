import { describe, expect, test } from '@jest/globals';
import type { StateStore } from '../../src/ports';
import { aFailure, failureOf } from '../support/failure';
import { planned } from '../support/infra';
import { infraWorld, runInfra, type InfraWorld } from '../support/infra-world';
import { anInfra } from '../support/settings';

const deployment = { preview: false, commit: 'c'.repeat(40) };
const NOTHING = { resource_changes: [] };
const ADDRESS = 'linode_lke_cluster.a';
const CREATION = { resource_changes: [planned(ADDRESS, ['create'], { after: { label: 'bot' } })] };

/** Lets the plans be these, in turn. */
function planning(ports: InfraWorld, ...plans: readonly unknown[]): void {
  const rest = [...plans];
  const plan = ports.terraform.plan.bind(ports.terraform);
  ports.terraform.plan = (options) => {
    ports.terraform.json = rest.shift() ?? NOTHING;
    return plan(options);
  };
}

describe('another run that applied between plan and apply', () => {
  test('makes the plan stale: what is left to do is planned again, and nothing is applied twice', async () => {
    const ports = infraWorld();
    planning(ports, CREATION, NOTHING);
    ports.terraform.applyError = aFailure('infra-plan-stale');
    const result = await runInfra(anInfra(), deployment, ports);
    expect(result).toMatchObject({ applied: false, clusterId: 42 });
    expect(ports.terraform.calls).toEqual(['init', 'plan with lock', 'apply', 'plan with lock', 'outputs']);
  });

  test('has made what the plan would make: it is no stranger to the state any more', async () => {
    const ports = infraWorld();
    planning(ports, CREATION, NOTHING);
    ports.linode.there.set('lke/clusters bot', 42);
    expect(await runInfra(anInfra(), deployment, ports)).toMatchObject({ applied: false });
    expect(ports.terraform.calls).not.toContain('apply');
  });

  test('is believed once: a second time the run fails', async () => {
    const ports = infraWorld();
    planning(ports, CREATION, CREATION, CREATION);
    ports.terraform.applyError = aFailure('infra-plan-stale');
    expect((await failureOf(runInfra(anInfra(), deployment, ports))).code).toBe('infra-plan-stale');
    expect(ports.terraform.calls.filter((call) => call === 'apply')).toHaveLength(2);
  });

  test('is not looked for where an apply fails for another reason', async () => {
    const ports = infraWorld();
    ports.terraform.applyError = aFailure('infra-apply-failed');
    expect((await failureOf(runInfra(anInfra(), deployment, ports))).code).toBe('infra-apply-failed');
    expect(ports.terraform.calls.filter((call) => call === 'apply')).toHaveLength(1);
  });

  test('is not looked for by a preview, which fails at once', async () => {
    const ports = infraWorld(CREATION);
    ports.linode.there.set('lke/clusters bot', 42);
    const failure = await failureOf(runInfra(anInfra(), { ...deployment, preview: true }, ports));
    expect(failure.code).toBe('infra-exists-already');
    expect(ports.terraform.calls).toEqual(['init', 'plan without lock']);
  });
});

describe('an apply that fails or is killed half way', () => {
  test('is followed by a plan, also where the content is that of the apply before again', async () => {
    const ports = infraWorld();
    await runInfra(anInfra(), deployment, ports);
    const changed = anInfra({ variables: { region: 'us-east', label: 'other' } });
    ports.terraform.applyError = aFailure('infra-apply-failed');
    await failureOf(runInfra(changed, deployment, ports));

    ports.terraform.applyError = undefined;
    ports.terraform.calls.length = 0;
    expect(await runInfra(anInfra(), deployment, ports)).toMatchObject({ changed: true });
    expect(ports.terraform.calls).toContain('plan with lock');
  });

  test('leaves the commit and the cluster that the record names', async () => {
    const ports = infraWorld();
    await runInfra(anInfra(), deployment, ports);
    const record = ports.store.record;
    ports.terraform.applyError = aFailure('infra-apply-failed');
    await failureOf(runInfra(anInfra({ mode: 'always' }), deployment, ports));
    expect(ports.store.record).toEqual({ ...record, fingerprint: '' });
  });

  test('does not begin where the record cannot be taken back', async () => {
    const ports = infraWorld();
    await runInfra(anInfra(), deployment, ports);
    ports.terraform.calls.length = 0;
    ports.store.writeRecord = (): ReturnType<StateStore['writeRecord']> =>
      Promise.reject(aFailure('state-store-failed'));
    const failure = await failureOf(runInfra(anInfra({ mode: 'always' }), deployment, ports));
    expect(failure.code).toBe('state-store-failed');
    expect(ports.terraform.calls).not.toContain('apply');
  });
});
