import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/json';
import { diagnose, newestPods, newestReplicaSet } from '../../src/rollout/diagnosis';
import { aLiveDeployment, anEvent, aPod, aReplicaSet, waiting } from '../support/workloads';

const withContainer = (status: JsonObject): JsonObject => aPod({ containerStatuses: [status] });
const LIVENESS = 'Liveness probe failed: HTTP probe failed with statuscode: 500';
const ended = (exitCode: number, reason = 'Error'): JsonObject => ({ terminated: { exitCode, reason } });

describe('an image that cannot be pulled', () => {
  test.each([
    ['ErrImagePull', 'manifest unknown: not found', true],
    ['ImagePullBackOff', 'denied: requested access', true],
    ['ErrImagePull', 'failed to authorize: 401 Unauthorized', true],
    ['InvalidImageName', '', true],
    ['ErrImageNeverPull', '', true],
    ['ImagePullBackOff', 'Back-off pulling image', false],
    ['ErrImagePull', 'dial tcp: i/o timeout', false],
  ])('%s, %j: certain %j', (reason, message, certain) => {
    const [finding] = diagnose([withContainer(waiting(reason, message))], []);
    expect(finding).toMatchObject({ code: 'rollout-image-unavailable', certain });
    expect(finding?.cause).toBe(
      `container app of pod bot-2-x cannot pull ghcr.io/a/b:1: ${message === '' ? reason : message}`,
    );
  });
});

test.each(['CreateContainerConfigError', 'CreateContainerError'])('%s may be cured by a Secret', (reason) => {
  const [finding] = diagnose([withContainer(waiting(reason, 'secret "env" not found'))], []);
  expect(finding).toMatchObject({
    code: 'rollout-config-missing',
    cause: 'container app of pod bot-2-x cannot be made: secret "env" not found',
    certain: false,
  });
});

describe('a container that ends', () => {
  test.each<[string, JsonObject, string, boolean, boolean]>([
    [
      'once, just now',
      { restartCount: 0, state: ended(1) },
      'ended once, last with exit code 1',
      false,
      false,
    ],
    [
      'once, runs again',
      { restartCount: 1, state: { running: {} }, lastState: ended(2) },
      'ended once, last with exit code 2',
      false,
      true,
    ],
    [
      'twice',
      { restartCount: 2, state: { running: {} }, lastState: ended(1) },
      'ended 2 times, last with exit code 1',
      true,
      true,
    ],
    [
      'in a back-off',
      { ...waiting('CrashLoopBackOff'), restartCount: 1, lastState: ended(1) },
      'ended 2 times, last with exit code 1',
      true,
      true,
    ],
    [
      'out of memory',
      { restartCount: 3, state: ended(137, 'OOMKilled') },
      'ended 4 times, last with exit code 137 (OOMKilled)',
      true,
      false,
    ],
  ])('%s', (_, status, cause, certain, previous) => {
    const [finding] = diagnose([withContainer({ name: 'app', ...status })], []);
    expect(finding).toMatchObject({
      code: 'rollout-container-crashing',
      cause: `container app of pod bot-2-x ${cause}`,
      certain,
      logsOf: { pod: 'bot-2-x', container: 'app', previous },
    });
    expect(finding?.advice.includes('memory')).toBe(cause.includes('OOM'));
  });

  test.each<[string, JsonObject, string]>([
    ['the first time', { restartCount: 0 }, 'ended once, last with exit code 0'],
    ['again and again', { restartCount: 4 }, 'ended 5 times, last with exit code 0'],
  ])('well in a back-off, %s: it should have gone on running', (_, counts, cause) => {
    const status = { ...waiting('CrashLoopBackOff'), ...counts, lastState: ended(0, 'Completed') };
    expect(diagnose([withContainer(status)], [])).toMatchObject([
      { code: 'rollout-container-crashing', cause: `container app of pod bot-2-x ${cause}`, certain: true },
    ]);
  });

  test.each<[string, readonly JsonObject[], string]>([
    ['its liveness probe', [anEvent('Unhealthy', LIVENESS)], `: ${LIVENESS}`],
    [
      'its liveness probe, of which the last word counts',
      [anEvent('Unhealthy', 'Liveness probe failed: old'), anEvent('Unhealthy', LIVENESS)],
      `: ${LIVENESS}`,
    ],
    ['something else than its readiness probe', [anEvent('Unhealthy', 'Readiness probe failed: 503')], ''],
    ['something else than the probe of another pod', [anEvent('Unhealthy', LIVENESS, 'other-uid')], ''],
  ])('killed by %s', (_, events, message) => {
    const status = { name: 'app', restartCount: 2, state: { running: {} }, lastState: ended(137) };
    expect(diagnose([withContainer(status)], events)[0]?.cause).toBe(
      `container app of pod bot-2-x ended 2 times, last with exit code 137${message}`,
    );
  });

  test('well is no fault', () => {
    expect(diagnose([withContainer({ name: 'app', state: ended(0, 'Completed') })], [])).toEqual([]);
  });

  test('an init container counts too', () => {
    const pod = aPod({ initContainerStatuses: [{ name: 'init', restartCount: 2, lastState: ended(1) }] });
    expect(diagnose([pod], [])).toMatchObject([{ logsOf: { container: 'init' } }]);
  });
});

describe('a pod without a faulty container', () => {
  test('that fits on no node', () => {
    const conditions = [{ type: 'PodScheduled', reason: 'Unschedulable', message: '0/1 nodes: cpu' }];
    expect(diagnose([aPod({ conditions })], [])).toMatchObject([
      { code: 'rollout-unschedulable', cause: 'pod bot-2-x fits on no node: 0/1 nodes: cpu', certain: false },
    ]);
  });

  test.each(['FailedMount', 'FailedAttachVolume'])('with %s: the last event counts', (reason) => {
    const events = [anEvent(reason, 'first'), anEvent('Pulled', 'x'), anEvent(reason, 'last')];
    expect(diagnose([aPod({})], events)).toMatchObject([
      { code: 'rollout-config-missing', cause: 'pod bot-2-x cannot mount a volume: last' },
    ]);
  });

  test('whose probe fails', () => {
    const pod = aPod({ containerStatuses: [{ name: 'app', ready: false, state: { running: {} } }] });
    expect(diagnose([pod], [anEvent('Unhealthy', 'HTTP probe failed: 503')])).toMatchObject([
      {
        code: 'rollout-not-ready',
        cause: 'container app of pod bot-2-x runs, but is not ready: HTTP probe failed: 503',
        logsOf: { pod: 'bot-2-x', container: 'app', previous: false },
      },
    ]);
  });

  test('whose probe failed before it was ready is sound', () => {
    const pod = aPod({ containerStatuses: [{ name: 'app', ready: true }] });
    expect(diagnose([pod], [anEvent('Unhealthy', 'x')])).toEqual([]);
  });

  test('events of other pods say nothing', () => {
    const events = [anEvent('FailedMount', 'x', 'other-uid')];
    expect(diagnose([aPod({})], events)).toEqual([]);
  });
});

test('a workload that may not make pods', () => {
  const event = anEvent('FailedCreate', 'exceeded quota: small', 'bot-set-2');
  expect(diagnose([], [{ ...event, involvedObject: { kind: 'ReplicaSet', name: 'bot-2' } }])).toMatchObject([
    { code: 'rollout-quota-exceeded', cause: 'ReplicaSet bot-2 cannot make pods: exceeded quota: small' },
  ]);
});

test('the most certain finding comes first', () => {
  const pods = [
    withContainer(waiting('ImagePullBackOff', 'Back-off')),
    aPod({ containerStatuses: [waiting('InvalidImageName')] }, 'bot-set-2', 'bot-2-y'),
  ];
  expect(diagnose(pods, []).map(({ certain }) => certain)).toEqual([true, false]);
});

describe('which pods count', () => {
  test('those of the newest ReplicaSet, by number and not by text', () => {
    const sets = [aReplicaSet('bot', '9'), aReplicaSet('bot', '10'), aReplicaSet('other', '11')];
    expect(newestReplicaSet(aLiveDeployment(), sets)).toBe(sets[1]);
    const pods = [aPod({}, 'bot-set-9'), aPod({}, 'bot-set-10'), aPod({}, 'other-set-11')];
    expect(newestPods(aLiveDeployment(), sets, pods)).toEqual([pods[1]]);
  });

  test('not those that are being deleted', () => {
    const leaving = aPod({});
    const pods = [{ ...leaving, metadata: { ...(leaving['metadata'] as object), deletionTimestamp: 'x' } }];
    expect(newestPods(aLiveDeployment(), [aReplicaSet()], pods)).toEqual([]);
  });

  test('without a ReplicaSet there are none, also not those that nobody owns', () => {
    expect(newestPods(aLiveDeployment(), [], [aPod({}), { metadata: {} }])).toEqual([]);
  });

  test('of a StatefulSet those of its newest revision', () => {
    const set = { kind: 'StatefulSet', metadata: { uid: 'set' }, status: { updateRevision: 'b' } };
    const pod = (hash: string, owner = 'set'): JsonObject => ({
      metadata: { labels: { 'controller-revision-hash': hash }, ownerReferences: [{ uid: owner }] },
    });
    const pods = [pod('a'), pod('b'), pod('b', 'other')];
    expect(newestPods(set, [], pods)).toEqual([pods[1]]);
  });
});
