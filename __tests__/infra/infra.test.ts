import { describe, expect, test } from '@jest/globals';
import { fingerprint } from '../../src/infra/fingerprint';
import { findCluster } from '../../src/infra/cluster';
import type { InfraSettings } from '../../src/settings/settings';
import { aFailure, failureOf } from '../support/failure';
import { planned, type FakeStore } from '../support/infra';
import { files, infraWorld, runInfra } from '../support/infra-world';
import { aKubeconfig, KUBECONFIG_TOKEN, kubeconfigText } from '../support/kubeconfig';
import { anInfra } from '../support/settings';

const deployment = { preview: false, commit: 'c'.repeat(40) };
const preview = { ...deployment, preview: true };
const DELETION = { resource_changes: [planned('linode_volume.data', ['delete'])] };

async function recordOf(settings: InfraSettings = anInfra()): Promise<FakeStore['record']> {
  return { fingerprint: await fingerprint(settings, files), commit: 'b'.repeat(40), clusterId: 7 };
}

describe('unchanged', () => {
  test('Terraform is not run, and Linode gives the kubeconfig', async () => {
    const ports = infraWorld();
    ports.store.record = await recordOf();
    const result = await runInfra(anInfra(), deployment, ports);
    expect(result).toEqual({
      changed: false,
      plan: undefined,
      billed: undefined,
      applied: false,
      clusterId: 7,
      kubeconfig: aKubeconfig(),
    });
    expect(ports.terraform.calls).toEqual([]);
    expect(ports.linode.asked).toEqual([7]);
    expect(ports.store.written).toEqual([]);
    expect(ports.masked).toContain(KUBECONFIG_TOKEN);
  });

  test.each<[string, number | undefined, readonly number[]]>([
    ['a record without a cluster', undefined, []],
    ['a cluster that Linode has no more', 7, [7]],
  ])('%s is a matter for Terraform all the same', async (_, clusterId, asked) => {
    const ports = infraWorld();
    const current = await fingerprint(anInfra(), files);
    ports.store.record = { fingerprint: current, commit: 'b', clusterId };
    ports.linode.answer = undefined;
    const result = await runInfra(anInfra(), deployment, ports);
    expect(result).toMatchObject({ changed: false, applied: true, clusterId: 42, kubeconfig: aKubeconfig() });
    expect(ports.terraform.calls).toEqual(['init', 'plan with lock', 'apply', 'outputs']);
    expect(ports.linode.asked).toEqual(asked);
    expect(ports.store.written).toMatchObject([{ fingerprint: '' }, { fingerprint: current, clusterId: 42 }]);
  });

  test('always plans all the same', async () => {
    const ports = infraWorld({ resource_changes: [] });
    const settings = anInfra({ mode: 'always' });
    ports.store.record = await recordOf(settings);
    const result = await runInfra(settings, deployment, ports);
    expect(result).toMatchObject({ changed: false, applied: false, clusterId: 42 });
    expect(ports.terraform.calls).toEqual(['init', 'plan with lock', 'outputs']);
  });
});

describe('changed', () => {
  test('plans, applies, and records', async () => {
    const ports = infraWorld();
    const result = await runInfra(anInfra(), deployment, ports);
    expect(result).toMatchObject({ changed: true, applied: true, clusterId: 42, kubeconfig: aKubeconfig() });
    expect(ports.terraform.calls).toEqual(['init', 'plan with lock', 'apply', 'outputs']);
    expect(ports.store.written).toEqual([
      {
        fingerprint: await fingerprint(anInfra(), files),
        commit: deployment.commit,
        clusterId: 42,
        shipped: false,
      },
    ]);
    expect(ports.masked).toEqual(
      expect.arrayContaining([KUBECONFIG_TOKEN, Buffer.from(kubeconfigText()).toString('base64')]),
    );
  });

  test('in content only: nothing is applied, and the record is brought up to date', async () => {
    const ports = infraWorld({ resource_changes: [] });
    const result = await runInfra(anInfra(), deployment, ports);
    expect(result).toMatchObject({ changed: true, applied: false });
    expect(ports.terraform.calls).not.toContain('apply');
    expect(ports.store.written).toHaveLength(1);
  });

  test('outputs alone are applied too', async () => {
    const ports = infraWorld({ output_changes: { host: { actions: ['create'] } } });
    expect(await runInfra(anInfra(), deployment, ports)).toMatchObject({ applied: true });
    expect(ports.terraform.calls).toContain('apply');
  });

  test('sensitive values of the plan are masked', async () => {
    const change = { after: { token: 'plan-secret' }, after_sensitive: { token: true } };
    const ports = infraWorld({ resource_changes: [planned('linode_token.a', ['create'], change)] });
    await runInfra(anInfra(), deployment, ports);
    expect(ports.masked).toContain('plan-secret');
  });
});

describe('a preview', () => {
  test('plans without the lock, applies and records nothing', async () => {
    const ports = infraWorld();
    const result = await runInfra(anInfra(), preview, ports);
    expect(ports.terraform.calls).toEqual(['init', 'plan without lock']);
    expect(ports.store.written).toEqual([]);
    expect(result).toMatchObject({
      changed: true,
      applied: false,
      clusterId: undefined,
      kubeconfig: undefined,
    });
    expect(result.plan?.changes).toHaveLength(1);
  });

  test('takes the cluster of the last apply', async () => {
    const ports = infraWorld();
    ports.store.record = { fingerprint: 'other', commit: 'b', clusterId: 7 };
    expect(await runInfra(anInfra(), preview, ports)).toMatchObject({
      clusterId: 7,
      kubeconfig: aKubeconfig(),
    });
  });
});

describe('the guard', () => {
  test('blocks before anything is applied', async () => {
    const ports = infraWorld(DELETION);
    const failure = await failureOf(runInfra(anInfra(), deployment, ports));
    expect(failure).toMatchObject({
      code: 'infra-destroy-blocked',
      cause: expect.stringContaining('linode_volume.data (delete)'),
      plan: { changes: [{ address: 'linode_volume.data', guard: 'blocked' }] },
    });
    expect(ports.terraform.calls).not.toContain('apply');
    expect(ports.store.written).toEqual([]);
  });

  test('blocks a preview too, so that it is seen before the merge', async () => {
    const failure = await failureOf(runInfra(anInfra(), preview, infraWorld(DELETION)));
    expect(failure.code).toBe('infra-destroy-blocked');
  });

  test('lets through what is allowed by address', async () => {
    const ports = infraWorld(DELETION);
    await runInfra(anInfra({ allowDestroy: ['linode_volume.data'] }), deployment, ports);
    expect(ports.terraform.calls).toContain('apply');
  });
});

test.each([
  ['moved', { previous_address: 'linode_volume.old' }, {}],
  ['imported', {}, { importing: { id: '1' } }],
])('what is only %s is applied, so that the state knows it', async (_, more, change) => {
  const ports = infraWorld({
    resource_changes: [{ ...planned('linode_volume.a', ['no-op'], change), ...more }],
  });
  expect(await runInfra(anInfra(), deployment, ports)).toMatchObject({ applied: true });
  expect(ports.terraform.calls).toContain('apply');
});

describe('failures', () => {
  test.each(['local', 'http', ''])('the backend %j is refused before a plan', async (backend) => {
    const ports = infraWorld();
    ports.terraform.backend = backend;
    expect(await failureOf(runInfra(anInfra(), deployment, ports))).toMatchObject({
      code: 'infra-backend-local',
    });
    expect(ports.terraform.calls).toEqual(['init']);
  });

  test('a failed apply writes no record', async () => {
    const ports = infraWorld();
    const error = aFailure('infra-apply-failed');
    ports.terraform.applyError = error;
    expect(await failureOf(runInfra(anInfra(), deployment, ports))).toMatchObject(error.details);
    expect(ports.store.written).toEqual([]);
  });

  test('a kubeconfig that is none is told without its content', async () => {
    const ports = infraWorld();
    ports.terraform.result = { kubeconfig: '<html>hunter2</html>', clusterId: 42 };
    const failure = await failureOf(runInfra(anInfra(), deployment, ports));
    expect(failure.code).toBe('kubeconfig-missing');
    expect(JSON.stringify(failure)).not.toContain('hunter2');
    expect(ports.store.written).toEqual([]);
  });
});

describe('findCluster', () => {
  test('goes by the record alone', async () => {
    const ports = infraWorld();
    ports.store.record = { fingerprint: 'whatever', commit: 'b', clusterId: 7 };
    expect(await findCluster(ports)).toEqual({ clusterId: 7, kubeconfig: aKubeconfig() });
    expect(ports.terraform.calls).toEqual([]);
  });

  test('warns of a kubeconfig whose server a runner cannot reach', async () => {
    const ports = infraWorld();
    ports.store.record = { fingerprint: 'whatever', commit: 'b', clusterId: 7 };
    ports.linode.answer = kubeconfigText(['lke1.example.com', '127.0.0.1']);
    await findCluster(ports);
    expect(ports.log.lines).toEqual([
      expect.stringMatching(
        /^warning: the cluster’s kubeconfig has a server in its cluster "lke1" on the machine/,
      ),
    ]);
  });

  test('gives no kubeconfig of a cluster that is gone', async () => {
    const ports = infraWorld();
    ports.store.record = { fingerprint: 'whatever', commit: 'b', clusterId: 7 };
    ports.linode.answer = undefined;
    expect(await findCluster(ports)).toEqual({ clusterId: 7, kubeconfig: undefined });
  });
});
