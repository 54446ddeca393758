import { describe, expect, test } from '@jest/globals';
import { DeployError } from '../../src/errors';
import type { JsonObject } from '../../src/json';
import type { Workload } from '../../src/manifests/workload';
import type { RolledWorkload } from '../../src/rollout/result';
import { watchRollout } from '../../src/rollout/rollout';
import { ManualClock } from '../support/clock';
import { FakeCluster } from '../support/cluster';
import { aFailure, failureOf } from '../support/failure';
import { FakeLog } from '../support/log';
import { aLiveDeployment, anEvent, aPod, aReplicaSet, aWorkload, waiting } from '../support/workloads';

const PENDING = { availableReplicas: 0 };
const MISSING = aPod({
  containerStatuses: [waiting('CreateContainerConfigError', 'secret "env" not found')],
});
const CRASHED = aPod({
  containerStatuses: [{ name: 'app', restartCount: 2, state: { terminated: { exitCode: 1 } } }],
});

interface World {
  readonly cluster: FakeCluster;
  readonly clock: ManualClock;
  readonly log: FakeLog;
  /** The kinds that were listed, in order. */
  readonly listed: string[];
  readonly seconds: () => number;
  watch(workloads: readonly Workload[], timeoutSeconds?: number): Promise<readonly RolledWorkload[]>;
}

function world(...pods: readonly JsonObject[]): World {
  const [cluster, clock, log] = [new FakeCluster(), new ManualClock(), new FakeLog()];
  const start = clock.now();
  cluster.lists.set('ReplicaSet', [aReplicaSet()]);
  cluster.lists.set('Pod', pods);
  const listed: string[] = [];
  const list = cluster.list.bind(cluster);
  cluster.list = (type, namespace) => {
    listed.push(`${type.kind} ${namespace ?? ''}`.trim());
    return list(type, namespace);
  };
  return {
    cluster,
    clock,
    log,
    listed,
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

/** Lets the API server be away between two seconds. */
function away(here: World, from: number, to: number, error: DeployError): void {
  const list = here.cluster.list.bind(here.cluster);
  here.cluster.list = (type, namespace) => {
    const isAway = here.seconds() >= from && here.seconds() < to;
    return isAway ? Promise.reject(error) : list(type, namespace);
  };
}

const annotated = (annotations: JsonObject, status: JsonObject = PENDING): JsonObject => {
  const live = aLiveDeployment(status);
  return { ...live, metadata: { ...(live['metadata'] as JsonObject), annotations } };
};

describe('complete', () => {
  test('at once, without waiting or looking at pods', async () => {
    const here = world();
    here.cluster.put(aLiveDeployment());
    expect(await here.watch([aWorkload()])).toEqual([{ workload: 'Deployment/ns/bot', rolled: true }]);
    expect(here.seconds()).toBe(0);
    expect(here.listed).toEqual(['Deployment ns']);
  });

  test('one that this run did not write is not rolled, and not worth a word', async () => {
    const here = world();
    here.cluster.put(aLiveDeployment());
    expect(await here.watch([aWorkload({ written: false })])).toMatchObject([{ rolled: false }]);
    expect(here.log.lines).toEqual([]);
  });

  test('later, and each new state is logged once', async () => {
    const here = world();
    here.cluster.put(aLiveDeployment({ observedGeneration: 1 }));
    later(here, 3, () => here.cluster.put(aLiveDeployment()));
    await here.watch([aWorkload()]);
    expect(here.seconds()).toBe(3);
    expect(here.log.lines).toEqual([
      'Deployment/ns/bot: the controller has not seen the change yet',
      'Deployment/ns/bot: complete',
    ]);
  });

  test('seen within half a second', async () => {
    const here = world();
    here.cluster.put(aLiveDeployment(PENDING));
    let at = 0;
    later(here, 2.1, () => {
      at = here.seconds();
      here.cluster.put(aLiveDeployment());
    });
    await here.watch([aWorkload()]);
    expect(here.seconds() - at).toBeLessThanOrEqual(0.25);
  });

  test('no workload is complete', async () => {
    const here = world();
    expect(await here.watch([])).toEqual([]);
    expect(here.listed).toEqual([]);
  });

  test('counts that go on are told now and then', async () => {
    const here = world();
    let available = 0;
    const list = here.cluster.list.bind(here.cluster);
    here.cluster.list = (type, namespace) => {
      if (type.kind === 'Deployment') available += 1;
      const status = { replicas: 100, updatedReplicas: 100, availableReplicas: Math.min(100, available) };
      here.cluster.put({ ...aLiveDeployment(status), spec: { replicas: 100 } });
      return list(type, namespace);
    };
    await here.watch([aWorkload()]);
    expect(here.log.lines).toHaveLength(4);
    expect(here.log.lines[1]).toBe('Deployment/ns/bot: 41 of 100 new replicas are available');
  });

  test('with what people should know', async () => {
    const here = world();
    const type = { apiVersion: 'apps/v1', kind: 'DaemonSet', plural: 'daemonsets', namespaced: true };
    here.cluster.put({
      kind: 'DaemonSet',
      metadata: { name: 'bot', namespace: 'ns', uid: 'bot-uid' },
      spec: { updateStrategy: { type: 'OnDelete' } },
      status: { observedGeneration: 2, desiredNumberScheduled: 1, numberAvailable: 1 },
    });
    await here.watch([aWorkload({ key: { type, namespace: 'ns', name: 'bot' } })]);
    expect(here.log.lines).toEqual([
      'warning: DaemonSet/ns/bot: its update strategy is OnDelete: 1 of 1 pods run the revision before until they are deleted',
    ]);
  });
});

describe('complete without a probe', () => {
  const unprobed = (
    status: JsonObject = {},
    container: JsonObject = {},
    more: JsonObject = {},
  ): JsonObject => ({
    ...aLiveDeployment(status),
    spec: { template: { spec: { containers: [{ name: 'app', ...container }] } }, ...more },
  });

  test.each<[string, JsonObject, Partial<Workload>, number]>([
    ['stands for a moment', unprobed(), {}, 2],
    ['is that at once with a probe', unprobed({}, { readinessProbe: {} }), {}, 0],
    ['is that at once where minReadySeconds tell', unprobed({}, {}, { minReadySeconds: 5 }), {}, 0],
    ['is that at once where nothing was started', unprobed(), { written: false }, 0],
  ])('%s', async (_, live, workload, expected) => {
    const here = world();
    here.cluster.put(live);
    await here.watch([aWorkload(workload)]);
    expect(here.seconds()).toBe(expected);
  });

  test.each([
    [4, 6],
    [24, 30],
    [50, 60],
  ])('after %d s stands until %d s', async (complete, expected) => {
    const here = world();
    here.cluster.put(unprobed(PENDING));
    later(here, complete, () => here.cluster.put(unprobed()));
    await here.watch([aWorkload()], 600);
    expect(Math.floor(here.seconds())).toBe(expected);
  });

  test('is nothing where a container exits a moment later', async () => {
    const here = world();
    here.cluster.put(unprobed());
    later(here, 1, () => {
      here.cluster.put(unprobed(PENDING));
      here.cluster.lists.set('Pod', [CRASHED]);
    });
    expect((await failureOf(here.watch([aWorkload()]))).code).toBe('rollout-container-crashing');
  });

  test('stands for longer where a container ended before', async () => {
    const ready = {
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [{ name: 'app', restartCount: 1 }],
    };
    const here = world(aPod(ready));
    here.cluster.put(unprobed());
    await here.watch([aWorkload()]);
    expect(here.seconds()).toBe(12);
  });

  test('is complete at the time limit all the same', async () => {
    const here = world();
    here.cluster.put(unprobed());
    await here.watch([aWorkload()], 1);
    expect(here.seconds()).toBe(1);
  });
});

describe('fails', () => {
  test('at once where the cause has no patience, with all that shows it', async () => {
    const here = world(CRASHED);
    const conditions = [
      { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: 'too few' },
    ];
    here.cluster.put(aLiveDeployment({ ...PENDING, conditions }));
    here.cluster.lists.set('Event', [
      anEvent('BackOff', 'Back-off restarting', undefined, 4),
      anEvent('BackOff', 'Back-off restarting', undefined, 3),
      anEvent('Unhealthy', 'Readiness probe failed', undefined, 2),
      anEvent('BackOff', 'of another pod', 'other-uid', 5),
      { ...anEvent('Pulled', 'x'), type: 'Normal' },
    ]);
    here.cluster.logLines = ['Error: no database'];
    const place = { file: 'manifests/app.yaml', line: 3 };
    expect(await failureOf(here.watch([aWorkload({ place })]))).toEqual({
      code: 'rollout-container-crashing',
      cause:
        'Deployment/ns/bot did not roll out: container app of pod bot-2-x ended 3 times, last with exit code 1',
      advice: 'Its last lines are below; mend the application or its configuration.',
      evidence: [
        '0 of 1 new replicas are available',
        'condition Available=False (MinimumReplicasUnavailable): too few',
        'event 03:04:07 Unhealthy Pod/bot-2-x: Readiness probe failed',
        'event 03:04:09 BackOff ×2 Pod/bot-2-x: Back-off restarting',
        'log of container app of pod bot-2-x:',
        'Error: no database',
      ],
      place,
    });
    expect(here.cluster.logsAsked).toEqual(['ns/bot-2-x/app']);
    expect(here.log.lines.at(-1)).toBe('Error: no database');
    expect(here.seconds()).toBe(0);
  });

  test('only when the patience is over', async () => {
    const here = world(MISSING);
    here.cluster.put(aLiveDeployment(PENDING));
    expect((await failureOf(here.watch([aWorkload()], 600))).code).toBe('rollout-config-missing');
    expect(here.seconds()).toBe(18);
  });

  test('not where the fault is gone before that', async () => {
    const here = world(MISSING);
    here.cluster.put(aLiveDeployment(PENDING));
    later(here, 15, () => here.cluster.lists.set('Pod', []));
    expect(await failureOf(here.watch([aWorkload()], 60))).toMatchObject({
      code: 'rollout-not-ready',
      cause:
        'Deployment/ns/bot did not roll out: not complete within 60 s: 0 of 1 new replicas are available',
    });
    expect(here.seconds()).toBe(60);
  });

  test('with a longer patience where the workload asks for it', async () => {
    const here = world(MISSING);
    here.cluster.put(annotated({ 'wpp-deploy-action/rollout-patience': '40s' }));
    expect((await failureOf(here.watch([aWorkload()], 600))).code).toBe('rollout-config-missing');
    expect(here.seconds()).toBe(40);
  });

  test.each([
    ['2m', 120],
    ['5s', 5],
    ['soon', 60],
  ])('at a time limit of its own, %s', async (limit, expected) => {
    const here = world();
    here.cluster.put(annotated({ 'wpp-deploy-action/rollout-timeout': limit }));
    const failure = await failureOf(here.watch([aWorkload()], 60));
    expect(failure.cause).toContain(`not complete within ${expected} s`);
    expect(Math.floor(here.seconds())).toBe(expected);
  });

  describe('for want of room', () => {
    const message = '0/1 nodes are available: 1 Insufficient cpu.';
    const FULL = aPod({
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
    });
    const words = 'at Linode pool 3 (g6-standard-2) has 1 of up to 3 nodes';

    function full(nodesToCome?: () => Promise<string | undefined>) {
      const here = world(FULL);
      here.cluster.put(aLiveDeployment(PENDING));
      const { cluster, clock, log } = here;
      const ports = { cluster, clock, log, ...(nodesToCome === undefined ? {} : { nodesToCome }) };
      return { here, rollout: watchRollout([aWorkload()], 600, ports) };
    }

    test.each([
      ['nobody knows of more nodes', undefined, 20],
      ['there will be no more nodes', () => Promise.resolve(undefined), 20],
      ['Linode does not answer', () => new Promise<undefined>(() => undefined), 20],
      ['there may be more nodes', () => Promise.resolve(words), 240],
    ])('where %s', async (_, nodesToCome, seconds) => {
      const { here, rollout } = full(nodesToCome);
      expect(await failureOf(rollout)).toMatchObject({ code: 'rollout-unschedulable' });
      expect(here.seconds()).toBeGreaterThanOrEqual(seconds);
      expect(here.seconds()).toBeLessThan(seconds + 3);
    });

    test('asks for the nodes once, and says what it waits for', async () => {
      let asked = 0;
      const { here, rollout } = full(() => {
        asked += 1;
        return Promise.resolve(words);
      });
      later(here, 90, () => here.cluster.put(aLiveDeployment()));
      await rollout;
      expect(asked).toBe(1);
      expect(here.log.lines).toContain(
        `Deployment/ns/bot: pod bot-2-x fits on no node: ${message}; ${words}`,
      );
    });
  });

  test('at the time limit with what is in the way', async () => {
    const here = world(aPod({ containerStatuses: [{ name: 'app', ready: false, state: { running: {} } }] }));
    here.cluster.lists.set('Event', [anEvent('Unhealthy', 'Readiness probe failed: 503')]);
    here.cluster.put(aLiveDeployment(PENDING));
    expect(await failureOf(here.watch([aWorkload()], 90))).toMatchObject({
      code: 'rollout-probe-failing',
      cause:
        'Deployment/ns/bot did not roll out: not complete within 90 s: container app of pod bot-2-x runs, but is not ready: Readiness probe failed: 503',
    });
    expect(Math.floor(here.seconds())).toBe(90);
  });

  test('where the Deployment itself gave up, with what its pods say', async () => {
    const conditions = [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }];
    const here = world();
    here.cluster.put(aLiveDeployment({ ...PENDING, conditions }));
    const idle = aWorkload({ written: false });
    expect((await failureOf(here.watch([idle]))).code).toBe('rollout-deadline-exceeded');
    here.cluster.lists.set('Pod', [MISSING]);
    expect((await failureOf(here.watch([idle]))).code).toBe('rollout-config-missing');
    expect(here.seconds()).toBe(0);
  });

  test('for another architecture, which only the log tells, at the first end', async () => {
    const status = { name: 'app', restartCount: 0, state: { terminated: { exitCode: 1 } } };
    const here = world(aPod({ containerStatuses: [status] }));
    here.cluster.logLines = ['exec /app/run: exec format error'];
    here.cluster.put(aLiveDeployment(PENDING));
    expect((await failureOf(here.watch([aWorkload()]))).code).toBe('rollout-architecture-wrong');
  });

  test('not by pods of the rollout before', async () => {
    const here = world(aPod({ containerStatuses: [waiting('InvalidImageName')] }, 'bot-set-1'));
    here.cluster.put(aLiveDeployment(PENDING));
    later(here, 2, () => here.cluster.put(aLiveDeployment()));
    expect(await here.watch([aWorkload()])).toHaveLength(1);
  });

  test('not by a first crash that the restart cures, however long it takes', async () => {
    const status = {
      name: 'app',
      restartCount: 1,
      state: { running: {} },
      lastState: { terminated: { exitCode: 1 } },
    };
    const here = world(aPod({ containerStatuses: [status] }));
    here.cluster.put(aLiveDeployment(PENDING));
    later(here, 45, () => here.cluster.put(aLiveDeployment()));
    expect(await here.watch([aWorkload()])).toHaveLength(1);
  });

  test('where it is gone', async () => {
    expect(await failureOf(world().watch([aWorkload()]))).toMatchObject({
      code: 'workload-missing',
      cause: 'Deployment/ns/bot is not in the cluster',
    });
  });

  test('where its namespace goes, with what holds that', async () => {
    const here = world();
    here.cluster.put({
      kind: 'Namespace',
      metadata: { name: 'ns', deletionTimestamp: '2026-01-02T03:04:05Z' },
      status: {
        conditions: [
          { type: 'NamespaceFinalizersRemaining', status: 'True', message: 'a.b/c in 1 resource instances' },
          { type: 'NamespaceDeletionContentFailure', status: 'False', message: 'x' },
        ],
      },
    });
    expect(await failureOf(here.watch([aWorkload()]))).toMatchObject({
      code: 'namespace-terminating',
      evidence: [
        'namespace ns is being deleted since 2026-01-02T03:04:05Z',
        'NamespaceFinalizersRemaining: a.b/c in 1 resource instances',
      ],
    });
  });
});

describe('a Job', () => {
  const type = { apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs', namespaced: true };
  const workload = aWorkload({ key: { type, namespace: 'ns', name: 'job' } });
  const job = (conditions: readonly JsonObject[] = []): JsonObject => ({
    kind: 'Job',
    metadata: { name: 'job', namespace: 'ns', uid: 'job-uid' },
    status: { conditions },
  });
  const failed = { type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'limit reached' };

  test('that fails is told with the log of its last pod, though that is gone', async () => {
    const status = { name: 'app', restartCount: 0, state: { terminated: { exitCode: 3 } } };
    const here = world(aPod({ phase: 'Failed', containerStatuses: [status] }, 'job-uid'));
    here.cluster.logLines = ['no table'];
    here.cluster.put(job());
    later(here, 5, () => {
      here.cluster.logLines = [];
      here.cluster.lists.set('Pod', []);
      here.cluster.put(job([failed]));
    });
    const failure = await failureOf(here.watch([workload]));
    expect(failure).toMatchObject({
      code: 'rollout-job-failed',
      cause:
        'Job/ns/job did not roll out: BackoffLimitExceeded: limit reached: container app of pod bot-2-x ended once, last with exit code 3',
    });
    expect(failure.evidence?.at(-1)).toBe('no table');
  });

  test('that ends well is complete', async () => {
    const here = world();
    here.cluster.put(job([{ type: 'Complete', status: 'True' }]));
    expect(await here.watch([workload])).toHaveLength(1);
  });
});

describe('several workloads', () => {
  const many = Array.from({ length: 50 }, (_, index) => `bot-${index}`);

  test('of one namespace share every list', async () => {
    const here = world();
    for (const name of many) here.cluster.put(aLiveDeployment(PENDING, name));
    later(here, 1, () => many.forEach((name) => here.cluster.put(aLiveDeployment({}, name))));
    await here.watch(many.map((name) => aWorkload({}, name)));
    // Five looks at the workloads, of which the first is a close one.
    expect(here.listed.filter((kind) => kind === 'Deployment ns')).toHaveLength(5);
    expect(here.listed).toHaveLength(5 + ['ReplicaSet', 'Pod', 'Event', 'Node'].length);
  });

  test('of several namespaces and kinds take a list for each', async () => {
    const here = world();
    const type = { apiVersion: 'apps/v1', kind: 'StatefulSet', plural: 'statefulsets', namespaced: true };
    const set = (namespace: string): Workload => aWorkload({ key: { type, namespace, name: 'set' } });
    for (const namespace of ['ns', 'other'])
      here.cluster.put({
        kind: 'StatefulSet',
        metadata: { name: 'set', namespace },
        status: { observedGeneration: 2, readyReplicas: 1 },
      });
    here.cluster.put(aLiveDeployment());
    await here.watch([aWorkload(), set('ns'), set('other')]);
    expect(here.listed.sort()).toEqual(['Deployment ns', 'StatefulSet ns', 'StatefulSet other']);
  });

  test('one failure ends the wait; the others are told by a line', async () => {
    const here = world(CRASHED);
    // The one of before still serves.
    here.cluster.put(aLiveDeployment({ replicas: 2 }, 'slow'));
    here.cluster.put(aLiveDeployment(PENDING));
    here.cluster.put(aLiveDeployment({}, 'done'));
    const workloads = [aWorkload({}, 'done'), aWorkload({}, 'slow'), aWorkload()];
    const failure = await failureOf(here.watch(workloads, 600));
    expect(failure.cause).toContain('Deployment/ns/bot did not roll out');
    expect(failure.evidence?.[0]).toBe('meanwhile Deployment/ns/slow: 1 old replicas are still there');
    expect(here.seconds()).toBe(0);
  });

  describe('of which one ends while another is still starting', () => {
    const STARTING = 'Deployment/ns/database is still starting';
    const ends = (count: number, running = false) => {
      const end = { terminated: { exitCode: 1 } };
      const state = running ? { state: { running: {} }, lastState: end } : { state: end };
      const restartCount = running ? count : count - 1;
      return aPod({ containerStatuses: [{ name: 'app', restartCount, ...state }] });
    };
    const BOTH = [aWorkload(), aWorkload({}, 'database')];

    function starting(pod: JsonObject): World {
      const here = world(pod);
      here.cluster.lists.set('ReplicaSet', [aReplicaSet(), aReplicaSet('database')]);
      here.cluster.put(aLiveDeployment(PENDING));
      here.cluster.put(aLiveDeployment(PENDING, 'database'));
      return here;
    }
    const complete = (here: World, name: string, second: number): void =>
      later(here, second, () => here.cluster.put(aLiveDeployment({}, name)));

    test('that is waited for, and what it needed that for heals', async () => {
      const here = starting(ends(3));
      complete(here, 'database', 60);
      complete(here, 'bot', 80);
      expect(await here.watch(BOTH, 600)).toHaveLength(2);
      expect(here.log.lines).toContain(
        `Deployment/ns/bot: container app of pod bot-2-x ended 3 times, last with exit code 1; ${STARTING}`,
      );
    });

    test.each([
      ['was not running by then: its next end counts', ends(3), ends(4)],
      ['was running by then: its next end but one counts', ends(3, true), ends(5)],
    ])('and which %s', async (_, before, after) => {
      const here = starting(before);
      complete(here, 'database', 60);
      later(here, 90, () => here.cluster.lists.set('Pod', [after]));
      const failure = await failureOf(here.watch(BOTH, 600));
      expect(failure).toMatchObject({ code: 'rollout-container-crashing' });
      expect(failure.cause).not.toContain('still starting');
      expect([here.seconds() >= 90, here.seconds() < 92]).toEqual([true, true]);
    });

    test('at the time limit both are told', async () => {
      const here = starting(ends(3));
      const failure = await failureOf(here.watch(BOTH, 30));
      expect(failure.cause).toMatch(
        /^Deployment\/ns\/bot did not roll out: not complete within 30 s: .* ended 3 times/,
      );
      expect(failure.cause).toContain(STARTING);
    });

    test('which ends as well: then neither is waited for', async () => {
      const here = starting(ends(3));
      const status = {
        containerStatuses: [{ name: 'app', restartCount: 2, state: { terminated: { exitCode: 1 } } }],
      };
      here.cluster.lists.set('Pod', [ends(3), aPod(status, 'database-set-2', 'database-2-x')]);
      await failureOf(here.watch(BOTH, 600));
      expect(here.seconds()).toBeLessThan(3);
    });

    test('whose pods of before still serve', async () => {
      const here = starting(ends(3));
      here.cluster.put(aLiveDeployment({ replicas: 2 }, 'database'));
      await failureOf(here.watch(BOTH, 600));
      expect(here.seconds()).toBe(0);
    });
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

describe('an API server', () => {
  const unreachable = aFailure('cluster-unreachable', 'the cluster cannot be reached');

  test('that is away for a while is borne, and told once', async () => {
    const here = world();
    here.cluster.put(aLiveDeployment(PENDING));
    later(here, 50, () => here.cluster.put(aLiveDeployment()));
    away(here, 3, 45, unreachable);
    expect(await here.watch([aWorkload()])).toHaveLength(1);
    expect(here.log.lines).toEqual([
      'Deployment/ns/bot: 0 of 1 new replicas are available',
      'warning: the cluster cannot be reached; the rollout goes on without us, and is looked at again for up to 60 s',
      'the API server answers again',
      'Deployment/ns/bot: complete',
    ]);
  });

  test('that cuts every third answer is borne', async () => {
    const here = world();
    here.cluster.put(aLiveDeployment(PENDING));
    later(here, 20, () => here.cluster.put(aLiveDeployment()));
    const list = here.cluster.list.bind(here.cluster);
    let calls = 0;
    here.cluster.list = (type, namespace) =>
      (calls += 1) % 3 === 0 ? Promise.reject(unreachable) : list(type, namespace);
    expect(await here.watch([aWorkload()])).toHaveLength(1);
  });

  test('that stays away ends the wait', async () => {
    const here = world();
    here.cluster.put(aLiveDeployment(PENDING));
    away(here, 3, Infinity, unreachable);
    expect((await failureOf(here.watch([aWorkload()], 600))).code).toBe('cluster-unreachable');
    expect(here.seconds()).toBeGreaterThanOrEqual(62);
  });

  test('a fault that was seen before it was away starts anew', async () => {
    const here = world(MISSING);
    here.cluster.put(aLiveDeployment(PENDING));
    away(here, 10, 40, unreachable);
    expect((await failureOf(here.watch([aWorkload()], 600))).code).toBe('rollout-config-missing');
    expect(here.seconds()).toBeGreaterThanOrEqual(58);
  });

  test.each(['cluster-unauthorized', 'cluster-forbidden'] as const)(
    'that answers %s ends it at once',
    async (code) => {
      const here = world();
      here.cluster.put(aLiveDeployment(PENDING));
      away(here, 3, Infinity, aFailure(code));
      expect((await failureOf(here.watch([aWorkload()]))).code).toBe(code);
      expect(here.seconds()).toBe(3);
    },
  );

  test('that forbids events and nodes alone is told once, and the rest seen', async () => {
    const here = world(CRASHED);
    here.cluster.put(aLiveDeployment(PENDING));
    later(here, 3, () => here.cluster.lists.set('Pod', [MISSING]));
    here.cluster.lists.set('Pod', []);
    const list = here.cluster.list.bind(here.cluster);
    here.cluster.list = (type, namespace) =>
      ['Event', 'Node'].includes(type.kind)
        ? Promise.reject(aFailure('cluster-forbidden'))
        : list(type, namespace);
    expect((await failureOf(here.watch([aWorkload()]))).code).toBe('rollout-config-missing');
    expect(here.log.lines.filter((line) => line.startsWith('warning')).sort()).toEqual([
      'warning: the kubeconfig’s account may not list events: causes of failures may stay unseen',
      'warning: the kubeconfig’s account may not list nodes: causes of failures may stay unseen',
    ]);
  });
});
