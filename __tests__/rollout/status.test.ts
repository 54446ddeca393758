import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/json';
import { rolloutStatus, type Awaited } from '../../src/rollout/status';
import { aLiveDeployment } from '../support/workloads';

const AWAITED: Awaited = { generation: 2, written: true, seconds: 0 };

const said = (workload: JsonObject, awaited: Partial<Awaited> = {}): string => {
  const status = rolloutStatus(workload, { ...AWAITED, ...awaited });
  if (status.state === 'complete')
    return status.note === undefined ? 'complete' : `complete, but ${status.note}`;
  const cause = status.state === 'failed' ? ` (${status.cause})` : '';
  return `${status.state}${cause}: ${status.message}`;
};

const UNSEEN = 'unseen: the controller has not seen the change yet';
const DEADLINE = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];

describe('a status older than our apply says nothing', () => {
  test.each([
    [1, UNSEEN],
    [2, 'complete'],
    [3, 'complete'],
  ])('observed %d of 2', (observedGeneration, expected) => {
    expect(said(aLiveDeployment({ observedGeneration }))).toBe(expected);
  });

  test('one that was never observed', () => {
    expect(said({ ...aLiveDeployment(), status: {} })).toBe(UNSEEN);
  });

  test('also where it says that it failed', () => {
    const status = { observedGeneration: 1, conditions: DEADLINE };
    expect(said(aLiveDeployment(status), { seconds: 9999 })).toBe(UNSEEN);
  });
});

describe('a Deployment', () => {
  test.each<[string, JsonObject, JsonObject, string]>([
    ['complete', { replicas: 2 }, { replicas: 2, updatedReplicas: 2, availableReplicas: 2 }, 'complete'],
    ['one by default', {}, {}, 'complete'],
    ['none wanted', { replicas: 0 }, { replicas: 0, updatedReplicas: 0, availableReplicas: 0 }, 'complete'],
    [
      'none wanted, some left',
      { replicas: 0 },
      { replicas: 2, updatedReplicas: 0 },
      'progressing: 2 old replicas are still there',
    ],
    ['new ones missing', { replicas: 3 }, {}, 'progressing: 1 of 3 new replicas are started'],
    ['counts left out', {}, { updatedReplicas: undefined }, 'progressing: 0 of 1 new replicas are started'],
    ['old ones there', {}, { replicas: 3 }, 'progressing: 2 old replicas are still there'],
    ['not available', {}, { availableReplicas: 0 }, 'progressing: 0 of 1 new replicas are available'],
    [
      'that the autoscaler has more of',
      { replicas: 5 },
      { replicas: 5, updatedReplicas: 5, availableReplicas: 4 },
      'progressing: 4 of 5 new replicas are available',
    ],
  ])('%s', (_, spec, status, expected) => {
    expect(said({ ...aLiveDeployment(status), spec })).toBe(expected);
  });

  describe('that is paused', () => {
    const paused = (manager: string, status: JsonObject = { updatedReplicas: 0 }): JsonObject => {
      const live = aLiveDeployment(status);
      const managedFields = [{ manager, fieldsV1: { 'f:spec': { 'f:paused': {} } } }];
      return {
        ...live,
        spec: { paused: true },
        metadata: { ...(live['metadata'] as JsonObject), managedFields },
      };
    };

    test.each([
      ['wpp-deploy-action', {}, 'complete, but its manifest pauses it: the change is not rolled out'],
      ['kubectl-rollout', {}, 'failed (paused): the Deployment is paused, but not by its manifest'],
    ])('by %s', (manager, _, expected) => expect(said(paused(manager))).toBe(expected));

    test('with nothing to roll', () => expect(said(paused('kubectl-rollout', {}))).toBe('complete'));
  });

  describe('whose progress deadline passed', () => {
    const late = (spec: JsonObject = {}): JsonObject => ({
      ...aLiveDeployment({ availableReplicas: 0, conditions: [{ type: 'Available' }, ...DEADLINE] }),
      spec,
    });
    const PROGRESSING = 'progressing: 0 of 1 new replicas are available';
    const FAILED =
      'failed (deadlineExceeded): it made no progress within its progressDeadlineSeconds: 0 of 1 new replicas are available';

    test.each<[string, JsonObject, Partial<Awaited>, string]>([
      ['perhaps in the rollout before', {}, { seconds: 599 }, PROGRESSING],
      ['in this one', {}, { seconds: 600 }, FAILED],
      ['in this one, by its own deadline', { progressDeadlineSeconds: 5 }, { seconds: 5 }, FAILED],
      ['which this run did not begin', {}, { written: false }, FAILED],
    ])('%s', (_, spec, awaited, expected) => expect(said(late(spec), awaited)).toBe(expected));

    test('says nothing once it is complete', () => {
      expect(said(aLiveDeployment({ conditions: DEADLINE }), { seconds: 999 })).toBe('complete');
    });
  });
});

describe('a StatefulSet', () => {
  const set = (spec: JsonObject, status: JsonObject): JsonObject => ({
    kind: 'StatefulSet',
    spec: { replicas: 3, ...spec },
    status: { observedGeneration: 2, replicas: 3, ...status },
  });
  const between = { currentRevision: 'a', updateRevision: 'b' };
  const done = { currentRevision: 'b', updateRevision: 'b', updatedReplicas: 3 };
  const partition = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } };
  const onDelete = { updateStrategy: { type: 'OnDelete' } };

  test.each<[string, JsonObject, JsonObject, string]>([
    ['complete', {}, { readyReplicas: 3, availableReplicas: 3, ...done }, 'complete'],
    ['of a server without available replicas', {}, { readyReplicas: 3, ...done }, 'complete'],
    ['none wanted', { replicas: 0 }, { replicas: 0, ...done, updatedReplicas: 0 }, 'complete'],
    ['not ready', {}, { readyReplicas: 2 }, 'progressing: 2 of 3 replicas are ready'],
    [
      'ready, not available',
      {},
      { readyReplicas: 3, availableReplicas: 1, ...done },
      'progressing: 1 of 3 replicas are available',
    ],
    [
      'too many',
      { replicas: 1 },
      { readyReplicas: 3, ...done },
      'progressing: 2 replicas too many are still there',
    ],
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
    [
      'up to its partition',
      partition,
      { readyReplicas: 3, updatedReplicas: 1, ...between },
      'complete, but its partition keeps 2 of 3 replicas at the revision before',
    ],
    [
      'short of its partition',
      partition,
      { readyReplicas: 3, updatedReplicas: 0, ...between },
      'progressing: 0 of 3 replicas are updated',
    ],
    [
      'that people update by deleting pods',
      onDelete,
      { readyReplicas: 3, updatedReplicas: 1, ...between },
      'complete, but its update strategy is OnDelete: 2 of 3 pods run the revision before until they are deleted',
    ],
    ['such a one, all deleted', onDelete, { readyReplicas: 3, ...done }, 'complete'],
  ])('%s', (_, spec, status, expected) => expect(said(set(spec, status))).toBe(expected));
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
  ): JsonObject => ({ desiredNumberScheduled, updatedNumberScheduled, numberAvailable });

  test.each<[string, JsonObject, string]>([
    ['complete', set(counts(2, 2, 2)), 'complete'],
    ['on no node', set({}), 'empty: no node wants a pod of it'],
    ['not updated', set(counts(2, 1, 2)), 'progressing: 1 of 2 pods are updated'],
    ['not available', set(counts(2, 2, 1)), 'progressing: 1 of 2 pods are available'],
    [
      'that people update by deleting pods',
      set(counts(2, 0, 2), 'OnDelete'),
      'complete, but its update strategy is OnDelete: 2 of 2 pods run the revision before until they are deleted',
    ],
    ['such a one, not available', set(counts(2, 0, 1), 'OnDelete'), 'progressing: 1 of 2 pods are available'],
  ])('%s', (_, workload, expected) => expect(said(workload)).toBe(expected));
});

describe('a Job', () => {
  const job = (status: JsonObject, spec: JsonObject = {}): JsonObject => ({ kind: 'Job', spec, status });
  const condition = (type: string, reason = '', message = ''): JsonObject => ({
    conditions: [{ type, status: 'True', reason, message }],
  });

  test.each<[string, JsonObject, string]>([
    ['complete', job(condition('Complete')), 'complete'],
    ['about to be', job(condition('SuccessCriteriaMet')), 'progressing: 0 of 1 pods have ended well'],
    [
      'that gave up',
      job(condition('Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit')),
      'failed (jobFailed): BackoffLimitExceeded: Job has reached the specified backoff limit',
    ],
    [
      'about to',
      job(condition('FailureTarget', 'DeadlineExceeded', 'too long')),
      'failed (jobFailed): DeadlineExceeded: too long',
    ],
    ['suspended', job({}, { suspend: true }), 'complete, but it is suspended'],
    [
      'of several pods',
      job({ succeeded: 2, failed: 1 }, { completions: 3 }),
      'progressing: 2 of 3 pods have ended well, 1 failed',
    ],
  ])('%s', (_, workload, expected) => expect(said(workload)).toBe(expected));
});
