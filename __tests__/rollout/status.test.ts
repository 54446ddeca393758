import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/json';
import { rolloutStatus } from '../../src/rollout/status';
import { aLiveDeployment } from '../support/workloads';

const messageOf = (workload: JsonObject, generation = 2): string => {
  const status = rolloutStatus(workload, generation);
  return status.state === 'complete' ? 'complete' : `${status.state}: ${status.message}`;
};

const UNSEEN = 'progressing: the controller has not seen the change yet';

describe('a status older than our apply says nothing', () => {
  test.each([
    [1, UNSEEN],
    [2, 'complete'],
    [3, 'complete'],
  ])('observed %d of 2', (observedGeneration, expected) => {
    expect(messageOf(aLiveDeployment({ observedGeneration }))).toBe(expected);
  });

  test('one that was never observed', () => {
    expect(messageOf({ ...aLiveDeployment(), status: {} })).toBe(UNSEEN);
  });

  test('also where it says that it failed', () => {
    const conditions = [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }];
    expect(messageOf(aLiveDeployment({ observedGeneration: 1, conditions }))).toBe(UNSEEN);
  });
});

describe('a Deployment', () => {
  test.each<[string, JsonObject, JsonObject, string]>([
    ['complete', { replicas: 2 }, { replicas: 2, updatedReplicas: 2, availableReplicas: 2 }, 'complete'],
    ['one by default', {}, {}, 'complete'],
    ['none wanted', { replicas: 0 }, { replicas: 0, updatedReplicas: 0, availableReplicas: 0 }, 'complete'],
    ['new ones missing', { replicas: 3 }, {}, 'progressing: 1 of 3 new replicas are started'],
    ['counts left out', {}, { updatedReplicas: undefined }, 'progressing: 0 of 1 new replicas are started'],
    ['old ones there', {}, { replicas: 3 }, 'progressing: 2 old replicas are still there'],
    ['not available', {}, { availableReplicas: 0 }, 'progressing: 0 of 1 new replicas are available'],
    [
      'paused',
      { paused: true },
      {},
      'failed: the Deployment is paused: `kubectl rollout resume` lets it go on',
    ],
  ])('%s', (_, spec, status, expected) => {
    expect(messageOf({ ...aLiveDeployment(status), spec })).toBe(expected);
  });

  test.each([
    ['ProgressDeadlineExceeded', 'failed: it made no progress within its progressDeadlineSeconds'],
    ['NewReplicaSetAvailable', 'complete'],
  ])('whose condition is %s', (reason, expected) => {
    const conditions = [{ type: 'Available' }, { type: 'Progressing', reason }];
    expect(messageOf(aLiveDeployment({ conditions }))).toBe(expected);
  });
});

describe('a StatefulSet', () => {
  const set = (spec: JsonObject, status: JsonObject): JsonObject => ({
    kind: 'StatefulSet',
    spec: { replicas: 3, ...spec },
    status: { observedGeneration: 2, ...status },
  });
  const between = { currentRevision: 'a', updateRevision: 'b' };
  const partition = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } };
  const onDelete = { updateStrategy: { type: 'OnDelete' } };

  test.each<[string, JsonObject, JsonObject, string]>([
    ['complete', {}, { readyReplicas: 3, currentRevision: 'b', updateRevision: 'b' }, 'complete'],
    ['not ready', {}, { readyReplicas: 2 }, 'progressing: 2 of 3 replicas are ready'],
    [
      'one by default',
      { replicas: undefined },
      { readyReplicas: 0 },
      'progressing: 0 of 1 replicas are ready',
    ],
    ['none updated', {}, { readyReplicas: 3, ...between }, 'progressing: 0 of 3 replicas are updated'],
    [
      'some updated',
      {},
      { readyReplicas: 3, updatedReplicas: 2, ...between },
      'progressing: 2 of 3 replicas are updated',
    ],
    ['up to its partition', partition, { readyReplicas: 3, updatedReplicas: 1, ...between }, 'complete'],
    [
      'short of its partition',
      partition,
      { readyReplicas: 3, updatedReplicas: 0, ...between },
      'progressing: 0 of 3 replicas are updated',
    ],
    ['that people update by deleting pods', onDelete, { readyReplicas: 3, ...between }, 'complete'],
  ])('%s', (_, spec, status, expected) => expect(messageOf(set(spec, status))).toBe(expected));
});

describe('a DaemonSet', () => {
  const set = (status: JsonObject, type = 'RollingUpdate'): JsonObject => ({
    kind: 'DaemonSet',
    spec: { updateStrategy: { type } },
    status: { observedGeneration: 2, ...status },
  });
  const counts = (
    desiredNumberScheduled: number,
    updatedNumberScheduled: number,
    numberAvailable: number,
  ): JsonObject => ({
    desiredNumberScheduled,
    updatedNumberScheduled,
    numberAvailable,
  });

  test.each<[string, JsonObject, string]>([
    ['complete', set(counts(2, 2, 2)), 'complete'],
    ['on no node', set({}), 'complete'],
    ['not updated', set(counts(2, 1, 2)), 'progressing: 1 of 2 pods are updated'],
    ['not available', set(counts(2, 2, 1)), 'progressing: 1 of 2 pods are available'],
    ['that people update by deleting pods', set(counts(2, 0, 2), 'OnDelete'), 'complete'],
    ['such a one, not available', set(counts(2, 0, 1), 'OnDelete'), 'progressing: 1 of 2 pods are available'],
  ])('%s', (_, workload, expected) => expect(messageOf(workload)).toBe(expected));
});
