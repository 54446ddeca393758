import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/json';
import type { Workload } from '../../src/manifests/workload';
import type { RolledWorkload } from '../../src/rollout/result';
import { watchRollout } from '../../src/rollout/rollout';
import { ManualClock } from '../support/clock';
import { FakeCluster, refusal } from '../support/cluster';
import { failureOf } from '../support/failure';
import { FakeLog } from '../support/log';
import { aLiveDeployment, anEvent, aPod, aReplicaSet, aWorkload, waiting } from '../support/workloads';

const CRASH = { terminated: { exitCode: 1 } };
const PENDING = { availableReplicas: 0 };

interface World {
  readonly cluster: FakeCluster;
  readonly clock: ManualClock;
  readonly log: FakeLog;
  readonly seconds: () => number;
  watch(workloads: readonly Workload[], timeoutSeconds?: number): Promise<readonly RolledWorkload[]>;
}

function world(...pods: readonly JsonObject[]): World {
  const [cluster, clock, log] = [new FakeCluster(), new ManualClock(), new FakeLog()];
  const start = clock.now();
  cluster.lists.set('ReplicaSet', [aReplicaSet()]);
  cluster.lists.set('Pod', pods);
  return {
    cluster,
    clock,
    log,
    seconds: () => (clock.now() - start) / 1000,
    watch: (workloads, timeoutSeconds = 60) =>
      watchRollout(workloads, timeoutSeconds, { cluster, clock, log }),
  };
}

/** Lets something happen at a second of the manual clock. */
function later({ clock, seconds }: World, second: number, work: () => void): void {
  const sleep = clock.sleep.bind(clock);
  let done = false;
  clock.sleep = async (milliseconds) => {
    await sleep(milliseconds);
    if (!done && seconds() >= second) {
      done = true;
      work();
    }
  };
}

describe('complete', () => {
  test('at once, without waiting', async () => {
    const here = world();
    here.cluster.put(aLiveDeployment());
    expect(await here.watch([aWorkload()])).toEqual([{ workload: 'Deployment/ns/bot', rolled: true }]);
    expect(here.seconds()).toBe(0);
  });

  test('one that this run did not write is not rolled', async () => {
    const here = world();
    here.cluster.put(aLiveDeployment());
    expect(await here.watch([aWorkload({ written: false })])).toMatchObject([{ rolled: false }]);
  });

  test('later, and each new state is logged once', async () => {
    const here = world();
    here.cluster.put(aLiveDeployment({ observedGeneration: 1 }));
    later(here, 3, () => here.cluster.put(aLiveDeployment()));
    await here.watch([aWorkload()]);
    expect(here.seconds()).toBe(3);
    expect(here.log.lines).toEqual(['Deployment/ns/bot: the controller has not seen the change yet']);
  });

  test('no workload is complete', async () => expect(await world().watch([])).toEqual([]));
});

describe('fails', () => {
  test('at once where the fault is certain, with the last lines of the log', async () => {
    const crash = { restartCount: 2, state: { running: {} }, lastState: { terminated: { exitCode: 1 } } };
    const here = world(aPod({ containerStatuses: [waiting('CrashLoopBackOff', '', crash)] }));
    here.cluster.put(aLiveDeployment(PENDING));
    here.cluster.logLines = ['Error: no database'];
    const failure = await failureOf(here.watch([aWorkload()]));
    expect(failure).toMatchObject({
      code: 'rollout-container-crashing',
      cause:
        'Deployment/ns/bot did not roll out: container app of pod bot-2-x ended 2 times, last with exit code 1',
      evidence: ['0 of 1 new replicas are available', 'Error: no database'],
    });
    expect(here.cluster.logsAsked).toEqual(['ns/bot-2-x/app before']);
    expect(here.seconds()).toBe(0);
  });

  test('only after a grace where a Secret may still come', async () => {
    const here = world(aPod({ containerStatuses: [waiting('CreateContainerConfigError', 'no secret')] }));
    here.cluster.put(aLiveDeployment(PENDING));
    const failure = await failureOf(here.watch([aWorkload()], 600));
    expect(failure.code).toBe('rollout-config-missing');
    expect(here.seconds()).toBe(21);
  });

  test('not where the fault is gone within the grace', async () => {
    const here = world(aPod({ containerStatuses: [waiting('CreateContainerConfigError', 'no secret')] }));
    here.cluster.put(aLiveDeployment(PENDING));
    later(here, 15, () => here.cluster.lists.set('Pod', []));
    const failure = await failureOf(here.watch([aWorkload()], 60));
    expect(failure.code).toBe('rollout-not-ready');
    expect(here.seconds()).toBe(61);
  });

  test.each<[string, JsonObject, readonly JsonObject[]]>([
    [
      'rollout-unschedulable',
      { conditions: [{ type: 'PodScheduled', reason: 'Unschedulable', message: 'no cpu' }] },
      [],
    ],
    [
      'rollout-not-ready',
      { containerStatuses: [{ name: 'app', ready: false }] },
      [anEvent('Unhealthy', 'probe failed')],
    ],
    [
      'rollout-container-crashing',
      { containerStatuses: [{ name: 'app', restartCount: 1, state: { running: {} }, lastState: CRASH }] },
      [],
    ],
  ])('%s only at the time limit', async (code, status, events) => {
    const here = world(aPod(status));
    here.cluster.lists.set('Event', events);
    here.cluster.put(aLiveDeployment(PENDING));
    const failure = await failureOf(here.watch([aWorkload()], 90));
    expect(failure.code).toBe(code);
    expect(failure.evidence?.[0]).toBe('not complete within 90 s: 0 of 1 new replicas are available');
    expect(here.seconds()).toBe(91);
  });

  test('not by a first crash that the restart cures, however long it takes', async () => {
    const status = { name: 'app', restartCount: 1, state: { running: {} }, lastState: CRASH };
    const here = world(aPod({ containerStatuses: [status] }));
    here.cluster.put(aLiveDeployment(PENDING));
    later(here, 45, () => here.cluster.put(aLiveDeployment()));
    expect(await here.watch([aWorkload()])).toHaveLength(1);
    expect(here.seconds()).toBe(45);
  });

  test('at the time limit without a finding', async () => {
    const here = world();
    here.cluster.put(aLiveDeployment({ updatedReplicas: 0 }));
    const failure = await failureOf(here.watch([aWorkload()], 5));
    expect(failure).toMatchObject({
      code: 'rollout-not-ready',
      cause: 'Deployment/ns/bot did not roll out: not complete within 5 s: 0 of 1 new replicas are started',
    });
  });

  test('where the Deployment itself gave up', async () => {
    const here = world();
    const conditions = [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }];
    here.cluster.put(aLiveDeployment({ ...PENDING, conditions }));
    expect(await failureOf(here.watch([aWorkload()]))).toMatchObject({ code: 'rollout-not-ready' });
    expect(here.seconds()).toBe(0);
  });

  test('where it is gone', async () => {
    const failure = await failureOf(world().watch([aWorkload()]));
    expect(failure).toMatchObject({
      code: 'workload-missing',
      cause: 'Deployment/ns/bot is not in the cluster',
    });
  });

  test.each([
    [403, { message: 'deployments.apps is forbidden' }, 'cluster-forbidden', 'deployments.apps is forbidden'],
    [500, {}, 'cluster-unreachable', 'HTTP 500'],
  ])('where the cluster answers %d', async (code, status, expected, words) => {
    const here = world();
    here.cluster.get = () => Promise.resolve(refusal(code, status));
    expect(await failureOf(here.watch([aWorkload()]))).toMatchObject({
      code: expected,
      cause: `the cluster does not show Deployment/ns/bot: ${words}`,
    });
  });

  test('pods of the ReplicaSet before say nothing', async () => {
    const here = world(aPod({ containerStatuses: [waiting('InvalidImageName')] }, 'bot-set-1'));
    here.cluster.put(aLiveDeployment(PENDING));
    later(here, 2, () => here.cluster.put(aLiveDeployment()));
    expect(await here.watch([aWorkload()])).toHaveLength(1);
  });

  test('by a quota that stops the ReplicaSet', async () => {
    const here = world();
    here.cluster.lists.set('Event', [anEvent('FailedCreate', 'exceeded quota', 'bot-set-2')]);
    here.cluster.put(aLiveDeployment({ updatedReplicas: 0 }));
    expect((await failureOf(here.watch([aWorkload()]))).code).toBe('rollout-quota-exceeded');
  });
});

describe('several workloads', () => {
  test('one certain failure ends the wait, though another still rolls', async () => {
    const here = world(aPod({ containerStatuses: [waiting('InvalidImageName')] }));
    here.cluster.put(aLiveDeployment(PENDING));
    here.cluster.put(aLiveDeployment(PENDING, 'slow'));
    const workloads = [aWorkload(), aWorkload({}, 'slow')];
    expect((await failureOf(here.watch(workloads, 600))).code).toBe('rollout-image-unavailable');
    expect(here.seconds()).toBeLessThan(10);
  });

  test('all are waited for', async () => {
    const here = world();
    here.cluster.put(aLiveDeployment());
    here.cluster.put(aLiveDeployment(PENDING, 'slow'));
    later(here, 4, () => here.cluster.put(aLiveDeployment({}, 'slow')));
    expect(await here.watch([aWorkload(), aWorkload({}, 'slow')])).toHaveLength(2);
    expect(here.seconds()).toBe(4);
  });
});
