import { expect, test } from '@jest/globals';
import { at } from '../../src/json';
import { runManifests } from '../../src/manifests/manifests';
import type { Manifest } from '../../src/manifests/objects';
import { ManualClock } from '../support/clock';
import { FakeCluster } from '../support/cluster';
import { aManifest } from '../support/manifests';

const NAME = 'Deployment/ns/bot';
const BOT = aManifest('apps/v1', 'Deployment', 'bot', { spec: { replicas: 1 } });
const AUTOSCALER = aManifest('autoscaling/v2', 'HorizontalPodAutoscaler', 'bot', {
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'bot' }, minReplicas: 3 },
});

function scaled(replicas: number): FakeCluster {
  const cluster = new FakeCluster();
  cluster.put({ ...BOT.object, metadata: { name: 'bot', namespace: 'ns' }, spec: { replicas } });
  return cluster;
}

async function replicasAfter(cluster: FakeCluster, manifests: readonly Manifest[]): Promise<unknown> {
  const options = {
    namespace: 'ns',
    preview: false,
    forceConflicts: false,
    inventory: 'inventory',
    prune: 'safe',
  } as const;
  await runManifests(manifests, options, { cluster, clock: new ManualClock(), did: () => undefined });
  return at(cluster.objects.get(NAME), 'spec', 'replicas');
}

test('an autoscaler of the manifests keeps the replicas it has set', async () => {
  expect(await replicasAfter(scaled(5), [BOT, AUTOSCALER])).toBe(5);
});

test('an autoscaler of the cluster does so too', async () => {
  const cluster = scaled(5);
  cluster.put({ ...AUTOSCALER.object, metadata: { name: 'bot', namespace: 'ns' } });
  expect(await replicasAfter(cluster, [BOT])).toBe(5);
});

test('one of another workload does not', async () => {
  const other = aManifest('autoscaling/v2', 'HorizontalPodAutoscaler', 'other', {
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'other' } },
  });
  expect(await replicasAfter(scaled(5), [BOT, other])).toBe(1);
});

test('a workload that is made has the replicas of its manifest', async () => {
  expect(await replicasAfter(new FakeCluster(), [BOT, AUTOSCALER])).toBe(1);
});
