import { expect, test } from '@jest/globals';
import { at } from '../../src/json';
import { FIELD_MANAGER } from '../../src/manifests/takeover';
import { restart } from '../../src/rollout/restart';
import { FakeCluster, refusal } from '../support/cluster';
import { failureOf } from '../support/failure';
import { aLiveDeployment, aWorkload } from '../support/workloads';

const idle = aWorkload({ written: false, generation: 0 });

test('stamps the pod template and nothing else, under a field manager of its own', async () => {
  const cluster = new FakeCluster();
  cluster.put(aLiveDeployment());
  const restarted = await restart(idle, 'stamp-1', cluster);
  expect(restarted).toEqual({ ...idle, generation: 3, written: true });
  const [apply] = cluster.applies;
  expect(apply?.object).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'bot', namespace: 'ns' },
    spec: {
      template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'stamp-1' } } },
    },
  });
  expect(apply?.options).toMatchObject({ dryRun: false, force: true });
  expect(apply?.options.fieldManager).not.toBe(FIELD_MANAGER);
  expect(at(cluster.objects.get('Deployment/ns/bot'), 'spec', 'replicas')).toBe(1);
});

test('each other stamp is another rollout, the same one is none', async () => {
  const cluster = new FakeCluster();
  cluster.put(aLiveDeployment());
  const generations = [];
  for (const stamp of ['a', 'b', 'b']) generations.push((await restart(idle, stamp, cluster)).generation);
  expect(generations).toEqual([3, 4, 4]);
});

test('a refusal names the workload and the server’s words', async () => {
  const cluster = new FakeCluster();
  cluster.put(aLiveDeployment());
  cluster.refuse('Deployment/ns/bot', () => refusal(403, { message: 'forbidden' }));
  expect(await failureOf(restart(idle, 'x', cluster))).toMatchObject({
    cause: 'the cluster refused the restart of Deployment/ns/bot: forbidden',
  });
});

test('what is not there is told before anything is applied, which would make it', async () => {
  const cluster = new FakeCluster();
  expect(await failureOf(restart(idle, 'x', cluster))).toMatchObject({
    code: 'workload-missing',
    cause: 'Deployment/ns/bot is not in the cluster',
    advice: 'Deploy it first: restart works on what is there.',
  });
  expect(cluster.applies).toEqual([]);
});
