import { expect, test } from '@jest/globals';
import { waitForNodes } from '../../src/infra/nodes';
import type { JsonObject } from '../../src/json';
import { ManualClock } from '../support/clock';
import { FakeCluster } from '../support/cluster';
import { failureOf } from '../support/failure';
import { FakeLog } from '../support/log';

const node = (type: string, status: string): JsonObject => ({ status: { conditions: [{ type, status }] } });

/** A cluster whose nodes are the next of `answers` each time; the last stays. */
function clusterWith(...answers: (readonly JsonObject[])[]): FakeCluster {
  const cluster = new FakeCluster();
  cluster.list = () => Promise.resolve((answers.length > 1 ? answers.shift() : answers[0]) ?? []);
  return cluster;
}

test('one ready node is enough', async () => {
  const [clock, log] = [new ManualClock(), new FakeLog()];
  const start = clock.now();
  await waitForNodes(clusterWith([node('Ready', 'False'), node('Ready', 'True')]), { clock, log });
  expect(clock.now()).toBe(start);
  expect(log.lines).toEqual([]);
});

test('waits while none is ready, and says so once', async () => {
  const [clock, log] = [new ManualClock(), new FakeLog()];
  const start = clock.now();
  const answers = [[], [node('Ready', 'Unknown')], [node('MemoryPressure', 'True')], [node('Ready', 'True')]];
  await waitForNodes(clusterWith(...answers), { clock, log });
  expect(clock.now() - start).toBe(6_000);
  expect(log.lines).toEqual(['Waiting for a node to be Ready (0 known).']);
});

test('fails after ten minutes with how many nodes there are', async () => {
  const clock = new ManualClock();
  const start = clock.now();
  const failure = await failureOf(
    waitForNodes(clusterWith([node('Ready', 'False')]), { clock, log: new FakeLog() }),
  );
  expect(failure.code).toBe('infra-nodes-not-ready');
  expect(failure.cause).toContain('has 1 nodes');
  expect(clock.now() - start).toBeGreaterThanOrEqual(600_000);
  expect(clock.now() - start).toBeLessThan(610_000);
});
