import { describe, expect, test } from '@jest/globals';
import { nodesToCome, waitForNodes } from '../../src/infra/nodes';
import type { JsonObject } from '../../src/json';
import type { LinodePool } from '../../src/ports';
import { ManualClock } from '../support/clock';
import { FakeCluster } from '../support/cluster';
import { aFailure, failureOf } from '../support/failure';
import { FakeLinode } from '../support/infra';
import { FakeLog } from '../support/log';

const node = (type: string, status: string): JsonObject => ({ status: { conditions: [{ type, status }] } });

/** A cluster whose nodes are the next of `answers` each time; the last stays. */
function clusterWith(...answers: (readonly JsonObject[])[]): FakeCluster {
  const cluster = new FakeCluster();
  cluster.list = () => Promise.resolve((answers.length > 1 ? answers.shift() : answers[0]) ?? []);
  return cluster;
}

interface World {
  readonly clock: ManualClock;
  readonly log: FakeLog;
  readonly linode: FakeLinode;
}

const world = (): World => ({ clock: new ManualClock(), log: new FakeLog(), linode: new FakeLinode() });

test('one ready node is enough', async () => {
  const around = world();
  const start = around.clock.now();
  await waitForNodes(clusterWith([node('Ready', 'False'), node('Ready', 'True')]), 7, around);
  expect(around.clock.now()).toBe(start);
  expect(around.log.lines).toEqual([]);
});

test('waits while none is ready, and tells each change', async () => {
  const around = world();
  const start = around.clock.now();
  const answers = [
    [],
    [],
    [node('Ready', 'Unknown')],
    [node('MemoryPressure', 'True')],
    [node('Ready', 'True')],
  ];
  await waitForNodes(clusterWith(...answers), 7, around);
  expect(around.clock.now() - start).toBe(8_000);
  expect(around.log.lines).toEqual([
    'Waiting for a node to be Ready: the cluster knows 0 nodes.',
    'Waiting for a node to be Ready: the cluster knows 1 node.',
  ]);
});

describe('a cluster that is not up yet', () => {
  test.each(['cluster-unreachable', 'cluster-unauthorized'] as const)('is waited for: %s', async (code) => {
    const around = world();
    const cluster = new FakeCluster();
    let calls = 0;
    cluster.list = () => {
      calls += 1;
      return calls < 4
        ? Promise.reject(aFailure(code, 'the cluster x cannot be reached'))
        : Promise.resolve([node('Ready', 'True')]);
    };
    await waitForNodes(cluster, 7, around);
    expect(around.log.lines).toEqual(['Waiting for a node to be Ready: the cluster x cannot be reached.']);
  });

  test.each([aFailure('cancelled'), aFailure('cluster-forbidden'), new Error('a fault of ours')])(
    'is not waited for where something else is wrong: %s',
    async (error) => {
      const cluster = new FakeCluster();
      cluster.list = () => Promise.reject(error);
      await expect(waitForNodes(cluster, 7, world())).rejects.toBe(error);
    },
  );
});

test('fails after ten minutes with what the cluster and Linode say of the nodes', async () => {
  const around = world();
  around.linode.nodePools = [
    { id: 3, type: 'g6-standard-2', nodes: [{ id: '3-a', status: 'not_ready' }], most: 1 },
    { id: 4, type: 'g6-standard-4', nodes: [], most: 0 },
  ];
  const condition = { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'cni not ready' };
  const bad = { metadata: { name: 'lke7-3-a' }, status: { conditions: [condition] } };
  const start = around.clock.now();
  const failure = await failureOf(waitForNodes(clusterWith([bad]), 7, around));
  expect(failure).toMatchObject({
    code: 'infra-nodes-not-ready',
    cause: 'no node of the new cluster became Ready within 10 minutes: the cluster knows 1 node',
    evidence: [
      'pool 3 (g6-standard-2): 3-a not_ready',
      'pool 4 (g6-standard-4): no nodes',
      'node lke7-3-a: Ready=False (KubeletNotReady): cni not ready',
    ],
  });
  expect(around.clock.now() - start).toBeGreaterThanOrEqual(600_000);
  expect(around.clock.now() - start).toBeLessThan(610_000);
});

test('Linode that does not answer then hides no failure', async () => {
  const around = world();
  around.linode.pools = () => Promise.reject(aFailure('linode-unavailable'));
  expect(await failureOf(waitForNodes(clusterWith([]), 7, around))).toMatchObject({
    code: 'infra-nodes-not-ready',
    evidence: [],
  });
});

describe('nodes that are to come', () => {
  const ready = { id: '3-a', status: 'ready' };
  const pool = (most: number, ...nodes: readonly LinodePool['nodes'][number][]): LinodePool => ({
    id: 3,
    type: 'g6-standard-2',
    nodes,
    most,
  });

  test.each<[string, readonly LinodePool[], string | undefined]>([
    ['a pool that has all that it may have', [pool(1, ready)], undefined],
    ['no pools', [], undefined],
    ['an autoscaler with room', [pool(3, ready)], 'at Linode pool 3 (g6-standard-2) has 1 of up to 3 nodes'],
    [
      'a node that is being made',
      [pool(2, ready, { id: '3-b', status: 'not_ready' }), pool(1, ready)],
      'at Linode pool 3 (g6-standard-2) has 1 of up to 2 nodes',
    ],
  ])('%s', async (_, pools, words) => {
    const { linode } = world();
    linode.nodePools = pools;
    expect(await nodesToCome(7, linode)).toBe(words);
  });

  test('are none where Linode does not answer', async () => {
    const { linode } = world();
    linode.pools = () => Promise.reject(aFailure('linode-unavailable'));
    expect(await nodesToCome(7, linode)).toBeUndefined();
  });
});
