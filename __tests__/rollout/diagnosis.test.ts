import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/json';
import type { CauseName } from '../../src/rollout/causes';
import { diagnose, type Diagnosis } from '../../src/rollout/diagnosis';
import type { Finding } from '../../src/rollout/finding';
import type { Surroundings } from '../../src/rollout/newest';
import { aLiveDeployment, anEvent, aPod, aReplicaSet, waiting } from '../support/workloads';

const NOTHING: Surroundings = {
  replicaSets: [aReplicaSet()],
  revisions: [],
  pods: [],
  events: [],
  nodes: [],
};
const PLACE = 'container app of pod bot-2-x';

/** Diagnoses a Deployment with what was seen around it. */
const seen = (around: Partial<Surroundings>, workload = aLiveDeployment()): Diagnosis =>
  diagnose(workload, 'progressing', { ...NOTHING, ...around });
const findings = (pod: JsonObject, ...events: readonly JsonObject[]): readonly Finding[] =>
  seen({ pods: [pod], events }).findings;
const withContainer = (status: JsonObject): JsonObject =>
  aPod({ containerStatuses: [{ name: 'app', ...status }] });
const withInit = (status: JsonObject): JsonObject =>
  aPod({ initContainerStatuses: [{ name: 'app', ...status }] });
const killing = (probe: string): JsonObject =>
  anEvent('Killing', `Container app failed ${probe} probe, will be restarted`);
const ended = (exitCode: number, reason = 'Error', message = ''): JsonObject => ({
  terminated: { exitCode, reason, message },
});
const down = (restartCount: number, end: JsonObject): JsonObject => ({ restartCount, state: end });
const backOff = (restartCount: number, end: JsonObject): JsonObject =>
  waiting('CrashLoopBackOff', 'back-off 10s', { restartCount, lastState: end });
const running = (restartCount: number, end: JsonObject): JsonObject => ({
  restartCount,
  state: { running: {} },
  lastState: end,
});

describe('a container that does not start', () => {
  test('whose image cannot be pulled', () => {
    expect(findings(withContainer(waiting('ErrImagePull', 'ghcr.io/a/b:1: not found')))).toEqual([
      { cause: 'imageNotFound', text: `${PLACE} cannot pull ghcr.io/a/b:1: ghcr.io/a/b:1: not found` },
    ]);
  });

  test('of which an older kubelet says only that it backs off: the event tells', () => {
    const event = anEvent('Failed', 'Failed to pull image "ghcr.io/a/b:1": rpc error: code = NotFound');
    const pod = withContainer(waiting('ImagePullBackOff', 'Back-off pulling image "ghcr.io/a/b:1"'));
    expect(findings(pod, event)).toEqual([
      { cause: 'imageNotFound', text: `${PLACE} cannot pull ghcr.io/a/b:1: rpc error: code = NotFound` },
    ]);
  });

  const denied = (second: number) =>
    anEvent('Failed', 'Failed to pull image "ghcr.io/a/b:1": 401 Unauthorized', undefined, second);
  const pulling = (second: number) => anEvent('Pulling', 'Pulling image "ghcr.io/a/b:1"', undefined, second);
  const backingOff = withContainer(waiting('ImagePullBackOff', 'Back-off pulling image: 401 Unauthorized'));

  test.each<[string, readonly JsonObject[], boolean | undefined]>([
    ['has failed and waits', [pulling(0), denied(1)], undefined],
    ['has failed in the second in which it began', [pulling(1), denied(1)], undefined],
    ['is pulled again', [denied(1), pulling(12)], true],
    ['has failed again', [pulling(12), denied(13)], undefined],
    ['is pulled again, which the events tell in another order', [pulling(12), denied(1)], true],
    ['is of a pod whose events are gone', [], undefined],
  ])('whose image %s', (_, events, trying) => {
    const [finding] = findings(backingOff, ...events);
    expect([finding?.cause, finding?.trying]).toEqual(['imageDenied', trying]);
  });

  test('of several pods that which is not being tried again is told', () => {
    const other = {
      ...backingOff,
      metadata: { ...(backingOff['metadata'] as JsonObject), name: 'bot-2-y', uid: 'bot-2-y-uid' },
    };
    const around = { pods: [backingOff, other], events: [denied(1), pulling(12)] };
    const [finding] = seen(around).findings;
    expect(finding?.text).toMatch(/^container app of pod bot-2-y .* \(and 1 more like it\)$/);
    expect(finding?.trying).toBeUndefined();
  });

  test.each<[string, string, CauseName]>([
    ['CreateContainerConfigError', 'secret "env" not found', 'configMissing'],
    ['CreateContainerConfigError', "couldn't find key nokey in ConfigMap ns/bin", 'configMissing'],
    [
      'CreateContainerConfigError',
      'container has runAsNonRoot and image will run as root',
      'containerRefused',
    ],
    ['CreateContainerError', 'failed to generate spec: no command specified', 'containerRefused'],
  ])('%s: %s', (reason, message, cause) => {
    expect(findings(withContainer(waiting(reason, message)))).toEqual([
      { cause, text: `${PLACE} cannot be made: ${message}` },
    ]);
  });

  test('a cache of the kubelet that is not filled yet is no fault', () => {
    const message = 'failed to sync secret cache: timed out waiting for the condition';
    expect(findings(withContainer(waiting('CreateContainerConfigError', message)))).toEqual([]);
  });
});

describe('a container that ends', () => {
  test.each<[string, JsonObject, CauseName, string]>([
    ['once, just now', down(0, ended(1)), 'crashedOnce', 'once, last with exit code 1'],
    ['once, runs again', running(1, ended(2)), 'crashedOnce', 'once, last with exit code 2'],
    ['twice', down(1, ended(1)), 'crashedTwice', '2 times, last with exit code 1'],
    ['twice, in a back-off', backOff(1, ended(1)), 'crashedTwice', '2 times, last with exit code 1'],
    ['twice, runs again', running(2, ended(1)), 'crashedOnce', '2 times, last with exit code 1'],
    ['a third time', down(2, ended(1)), 'crashing', '3 times, last with exit code 1'],
    ['three times, runs again', running(3, ended(1)), 'crashedTwice', '3 times, last with exit code 1'],
    [
      'well, again and again',
      backOff(4, ended(0, 'Completed')),
      'crashing',
      '5 times, last with exit code 0',
    ],
    [
      'out of memory, once',
      down(0, ended(137, 'OOMKilled')),
      'crashedOnce',
      'once, last with exit code 137 (OOMKilled)',
    ],
    [
      'out of memory',
      down(1, ended(137, 'OOMKilled')),
      'outOfMemory',
      '2 times, last with exit code 137 (OOMKilled)',
    ],
    [
      'before it starts',
      backOff(1, ended(128, 'StartError', 'exec: "/nosuch": no such file or directory')),
      'cannotStart',
      '2 times, last with exit code 128 (StartError): exec: "/nosuch": no such file or directory',
    ],
    [
      'before it starts, of another architecture',
      backOff(1, ended(128, 'StartError', 'exec /app: exec format error')),
      'architectureWrong',
      '2 times, last with exit code 128 (StartError): exec /app: exec format error',
    ],
  ])('%s', (_, status, cause, words) => {
    expect(findings(withContainer(status))).toEqual([
      {
        cause,
        text: `${PLACE} ended ${words}`,
        logsOf: { pod: 'bot-2-x', container: 'app', previous: status['lastState'] !== undefined },
        runs: expect.anything(),
      },
    ]);
  });

  test.each([
    ['that is down', down(2, ended(1)), { started: 3, ended: 3 }],
    ['in a back-off', backOff(2, ended(1)), { started: 3, ended: 3 }],
    ['that runs again', running(2, ended(1)), { started: 3, ended: 2 }],
  ])('one %s: how often it was started, and ended', (_, status, runs) => {
    expect(findings(withContainer(status))).toMatchObject([{ runs }]);
  });

  test.each<[string, readonly JsonObject[], CauseName, string]>([
    [
      'its liveness probe',
      [anEvent('Unhealthy', 'Liveness probe failed: 500'), killing('liveness')],
      'probeKilling',
      ': Liveness probe failed: 500',
    ],
    [
      'its startup probe',
      [anEvent('Unhealthy', 'Startup probe failed: cold\n'), killing('startup')],
      'probeKilling',
      ': Startup probe failed: cold',
    ],
    [
      'a probe without words',
      [anEvent('Unhealthy', 'Liveness probe failed: '), killing('liveness')],
      'probeKilling',
      ': Liveness probe failed',
    ],
    [
      'a probe, of which the last word counts',
      [
        anEvent('Unhealthy', 'Liveness probe failed: old'),
        anEvent('Unhealthy', 'Liveness probe failed: new', undefined, 1),
        killing('liveness'),
      ],
      'probeKilling',
      ': Liveness probe failed: new',
    ],
    [
      'a probe of which only that is known',
      [killing('liveness')],
      'probeKilling',
      ': Container app failed liveness probe, will be restarted',
    ],
    [
      'nothing but itself, before its liveness probe could be answered',
      [anEvent('Unhealthy', 'Liveness probe failed: connection refused')],
      'crashedTwice',
      '',
    ],
    [
      'nothing but itself, while it was being stopped',
      [anEvent('Killing', 'Stopping container app')],
      'crashedTwice',
      '',
    ],
    [
      'something else than its readiness probe',
      [anEvent('Unhealthy', 'Readiness probe failed: 503')],
      'crashedTwice',
      '',
    ],
    [
      'something else than the probe of another pod',
      [
        anEvent('Unhealthy', 'Liveness probe failed: 500', 'other-uid'),
        anEvent('Killing', 'Container app failed liveness probe, will be restarted', 'other-uid'),
      ],
      'crashedTwice',
      '',
    ],
  ])('killed by %s', (_, events, cause, words) => {
    expect(findings(withContainer(down(1, ended(137))), ...events)).toMatchObject([
      { cause, text: `${PLACE} ended 2 times, last with exit code 137${words}` },
    ]);
  });

  test.each<[string, JsonObject, readonly CauseName[]]>([
    ['well', withInit({ state: ended(0, 'Completed') }), []],
    ['once', withInit(down(0, ended(1))), ['crashedOnce']],
    ['twice', withInit(backOff(1, ended(1))), ['initCrashedTwice']],
    ['three times', withInit(backOff(2, ended(1))), ['initCrashing']],
  ])('as an init container, %s', (_, pod, causes) => {
    const found = findings(pod);
    expect(found.map(({ cause }) => cause)).toEqual(causes);
    for (const { text } of found) expect(text).toContain('init container app of pod bot-2-x ended');
  });

  test('as a sidecar', () => {
    const pod = withInit(down(2, ended(0, 'Completed')));
    const spec = { initContainers: [{ name: 'app', restartPolicy: 'Always' }] };
    expect(findings({ ...pod, spec })).toMatchObject([{ cause: 'crashing' }]);
  });
});

describe('a pod without a faulty container', () => {
  const unschedulable = (message: string, more: JsonObject = {}): JsonObject => ({
    ...aPod({
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
      ...more,
    }),
    spec: { volumes: [{ persistentVolumeClaim: { claimName: 'data' } }] },
  });
  const CPU =
    '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found.';
  const UNBOUND = '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.';
  const ofClaim = (reason: string, message: string): JsonObject => ({
    ...anEvent(reason, message, 'data-uid'),
    involvedObject: { kind: 'PersistentVolumeClaim', name: 'data', uid: 'data-uid' },
  });

  test.each<[string, string, readonly JsonObject[], CauseName, string]>([
    ['no autoscaler', CPU, [], 'unschedulable', '0/1 nodes are available: 1 Insufficient cpu.'],
    [
      'an autoscaler at work',
      CPU,
      [anEvent('TriggeredScaleUp', 'pod triggered scale-up: [{pool-1 1->2 (max: 3)}]')],
      'scalingUp',
      '0/1 nodes are available: 1 Insufficient cpu.; the autoscaler: pod triggered scale-up: [{pool-1 1->2 (max: 3)}]',
    ],
    [
      'an autoscaler that cannot help',
      CPU,
      [anEvent('NotTriggerScaleUp', "pod didn't trigger scale-up: 1 max node group size reached")],
      'unschedulable',
      "0/1 nodes are available: 1 Insufficient cpu.; the autoscaler: pod didn't trigger scale-up: 1 max node group size reached",
    ],
    [
      'no claim',
      '0/1 nodes are available: persistentvolumeclaim "data" not found. preemption: none',
      [],
      'claimMissing',
      '0/1 nodes are available: persistentvolumeclaim "data" not found.',
    ],
    ['a claim that nobody serves', UNBOUND, [], 'claimUnbound', UNBOUND],
    [
      'a claim whose volume is being made',
      UNBOUND,
      [ofClaim('ExternalProvisioning', 'Waiting for a volume to be created')],
      'provisioning',
      `${UNBOUND}; claim data: Waiting for a volume to be created`,
    ],
    [
      'a claim whose volume cannot be made',
      UNBOUND,
      [
        ofClaim('Provisioning', 'External provisioner is provisioning volume'),
        ofClaim('ProvisioningFailed', 'account limit reached'),
      ],
      'claimUnbound',
      `${UNBOUND}; claim data: account limit reached`,
    ],
  ])('that fits on no node, with %s', (_, message, events, cause, words) => {
    expect(findings(unschedulable(message), ...events)).toMatchObject([
      { cause, text: `pod bot-2-x fits on no node: ${words}` },
    ]);
  });

  test.each([
    ['too little CPU', CPU, true],
    ['too many pods', '0/1 nodes are available: 1 Too many pods.', true],
    ['too many volumes', '0/1 nodes are available: 1 node(s) exceed max volume count.', true],
    [
      'no such label',
      "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
      undefined,
    ],
  ])('that fits on no node for %s: whether more nodes help', (_, message, help) => {
    expect(findings(unschedulable(message)).map(({ nodesHelp }) => nodesHelp)).toEqual([help]);
  });

  test.each([
    ['less than an empty node has', ['500m', '1500m'], true],
    ['more than any node has, in all its containers', ['500m', '1600m'], undefined],
    ['what no node has at all', ['1', '1', { 'nvidia.com/gpu': 1 }], undefined],
  ] as const)('that asks for %s: whether more nodes help', (_, [one, other, more = {}], help) => {
    const pod = unschedulable(CPU);
    const containers = [one, other].map((cpu) => ({ resources: { requests: { cpu, ...more } } }));
    const nodes = ['1930m', '2'].map((cpu, index) => ({
      metadata: { name: `node-${index}` },
      status: { allocatable: { cpu }, conditions: [{ type: 'Ready', status: 'True' }] },
    }));
    const found = seen({ pods: [{ ...pod, spec: { containers } }], nodes }).findings;
    expect(found.map(({ cause, nodesHelp }) => [cause, nodesHelp])).toEqual([['unschedulable', help]]);
  });

  test.each(['node.kubernetes.io/not-ready: ', 'node.cloudprovider.kubernetes.io/uninitialized: true'])(
    'that waits for a node that joins (%s)',
    (taint) => {
      const message = `0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {${taint}}.`;
      expect(findings(unschedulable(message))).toMatchObject([{ cause: 'nodesToCome' }]);
    },
  );

  test('in whose favour others are evicted', () => {
    expect(findings(unschedulable(CPU, { nominatedNodeName: 'node-1' }))).toEqual([]);
  });

  const MULTI_ATTACH =
    'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another';
  test.each<[string, string, CauseName]>([
    ['FailedMount', 'MountVolume.SetUp failed for volume "d" : secret "absent" not found', 'configMissing'],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "d" : references non-existent secret key: x',
      'configMissing',
    ],
    [
      'FailedMount',
      'Unable to attach or mount volumes: unmounted volumes=[d]: timed out waiting for the condition',
      'volumeUnavailable',
    ],
    ['FailedAttachVolume', MULTI_ATTACH, 'volumeHeld'],
    ...[
      'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = AlreadyExists desc = volume 7 is already attached to linode 9',
      'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = Unavailable desc = attach volume: [400] Volume pvc1 is already attached',
    ].map((message): [string, string, CauseName] => ['FailedAttachVolume', message, 'volumeHeld']),
    ...[
      'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = ResourceExhausted desc = max number of volumes (7) already attached to instance',
      'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = DeadlineExceeded desc = context deadline exceeded',
      'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = Internal desc = wait for volume to attach: Error waiting for Volume 7',
      'AttachVolume.Attach failed for volume "pvc-1" : timed out waiting for external-attacher of linodebs.csi.linode.com CSI driver to attach volume 7-pvc1',
    ].map((message): [string, string, CauseName] => ['FailedAttachVolume', message, 'volumeAttaching']),
    [
      'FailedAttachVolume',
      'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = NotFound desc = volume not found: 7',
      'volumeUnavailable',
    ],
    [
      'FailedMount',
      'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Internal desc = Unable to find device path out of attempted paths: [/dev/disk/by-id/linode-pvc1]',
      'volumeAttaching',
    ],
    [
      'FailedAttachVolume',
      'AttachVolume.Attach failed for volume "pvc-1" : CSINode lke7-1 does not contain driver linodebs.csi.linode.com',
      'volumeAttaching',
    ],
    [
      'FailedMount',
      'MountVolume.MountDevice failed for volume "pvc-1" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name linodebs.csi.linode.com not found in the list of registered CSI drivers',
      'volumeAttaching',
    ],
    [
      'FailedMount',
      'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Internal desc = Failed to format and mount device: wrong fs type',
      'volumeUnavailable',
    ],
  ])('with %s: %s', (reason, message, cause) => {
    const events = [
      anEvent('Scheduled', 'x'),
      anEvent(reason, 'first'),
      anEvent(reason, message, undefined, 1),
    ];
    expect(findings(aPod({}), ...events)).toEqual([
      { cause, text: `pod bot-2-x cannot mount a volume: ${message}` },
    ]);
  });

  test.each<[string, readonly JsonObject[]]>([
    [
      'attached since',
      [anEvent('FailedAttachVolume', MULTI_ATTACH), anEvent('SuccessfulAttachVolume', 'x', undefined, 1)],
    ],
    [
      'mounted since',
      [anEvent('FailedMount', 'secret "absent" not found'), anEvent('Pulling', 'x', undefined, 1)],
    ],
    [
      'not cached yet',
      [
        anEvent(
          'FailedMount',
          'MountVolume.SetUp failed for volume "d" : failed to sync configmap cache: timed out',
        ),
      ],
    ],
    [
      'not registered yet',
      [anEvent('FailedMount', 'MountVolume.SetUp failed for volume "d" : object "ns"/"bin" not registered')],
    ],
  ])('whose volume is %s', (_, events) => expect(findings(aPod({}), ...events)).toEqual([]));

  const unready = aPod({ containerStatuses: [{ name: 'app', ready: false, state: { running: {} } }] });

  test('whose probe fails', () => {
    expect(
      findings(
        unready,
        anEvent('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503'),
      ),
    ).toEqual([
      {
        cause: 'notReady',
        text: `${PLACE} runs, but is not ready: Readiness probe failed: HTTP probe failed with statuscode: 503`,
        logsOf: { pod: 'bot-2-x', container: 'app', previous: false },
      },
    ]);
  });

  test('whose probe has not failed yet', () => expect(findings(unready)).toEqual([]));

  test('whose readiness gate is closed', () => {
    const message = 'corresponding condition of pod readiness gate "a/b" does not exist.';
    const ready = { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message };
    expect(findings(aPod({ conditions: [ready] }))).toMatchObject([{ cause: 'notReady' }]);
  });

  test('that is ready, whatever was before', () => {
    const status = { conditions: [{ type: 'Ready', status: 'True' }] };
    expect(findings(aPod(status), anEvent('Unhealthy', 'Readiness probe failed'))).toEqual([]);
  });

  test('that its node ended', () => {
    const pod = aPod({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: ephemeral-storage.',
    });
    expect(findings(pod)).toEqual([
      {
        cause: 'notComplete',
        text: 'pod bot-2-x was ended by its node: Evicted: The node was low on resource: ephemeral-storage.',
      },
    ]);
  });
});

describe('pods that are not made', () => {
  const QUOTA =
    'exceeded quota: q, requested: pods=1,requests.cpu=2, used: pods=1,requests.cpu=500m, limited: pods=1,requests.cpu=2';

  test.each<[string, CauseName, string]>([
    [
      `pods "bot-2-rz" is forbidden: ${QUOTA}`,
      'quotaExceeded',
      'ResourceQuota q is used up: pods: 1 of 1 used, 1 more asked for; requests.cpu: 500m of 2 used, 2 more asked for',
    ],
    [
      'pods "b" is forbidden: failed quota: q: must specify limits.cpu for: app',
      'quotaExceeded',
      'failed quota: q: must specify limits.cpu for: app',
    ],
    [
      'pods "b" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
      'admissionRefused',
      'violates PodSecurity "restricted:latest": runAsNonRoot != true',
    ],
    [
      'admission webhook "a.b" denied the request: no latest',
      'admissionRefused',
      'admission webhook "a.b" denied the request: no latest',
    ],
    [
      'Internal error occurred: failed calling webhook "a.b": connection refused',
      'webhookUnavailable',
      'Internal error occurred: failed calling webhook "a.b": connection refused',
    ],
    [
      'pods "b" is forbidden: error looking up service account ns/nosuch: serviceaccount "nosuch" not found',
      'configMissing',
      'error looking up service account ns/nosuch: serviceaccount "nosuch" not found',
    ],
    [
      'pods "b" is forbidden: unable to create new content in namespace ns because it is being terminated',
      'namespaceTerminating',
      'unable to create new content in namespace ns because it is being terminated',
    ],
  ])('by a ReplicaSet: %s', (message, cause, words) => {
    const condition = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message };
    const set = { ...aReplicaSet(), status: { conditions: [condition] } };
    expect(seen({ replicaSets: [set] }).findings).toEqual([
      { cause, text: `ReplicaSet bot-2 cannot make pods: ${words}` },
    ]);
  });

  test('an event of the ReplicaSet without its condition is over', () => {
    const events = [anEvent('FailedCreate', `Error creating: ${QUOTA}`, 'bot-set-2')];
    expect(seen({ events }).findings).toEqual([]);
  });

  const daemons = { kind: 'DaemonSet', metadata: { name: 'bot', uid: 'bot-uid' } };
  test.each<[string, readonly string[], number]>([
    ['refused', ['FailedCreate'], 1],
    ['made since', ['FailedCreate', 'SuccessfulCreate'], 0],
    ['refused again', ['SuccessfulCreate', 'FailedCreate'], 1],
  ])('by a DaemonSet, %s', (_, reasons, count) => {
    const events = reasons.map((reason, second) =>
      anEvent(reason, `pods "x" is forbidden: ${QUOTA}`, 'bot-uid', second),
    );
    const { findings: found } = seen({ events, replicaSets: [] }, daemons);
    expect(found).toHaveLength(count);
  });

  test('before the controller has seen the change, by events since it alone', () => {
    const metadata = {
      name: 'bot',
      uid: 'bot-uid',
      managedFields: [
        { manager: 'wpp-deploy-action', time: '2026-01-02T03:04:05Z' },
        { manager: 'kube-controller-manager', time: '2026-01-02T04:00:00Z', subresource: 'status' },
      ],
    };
    const at = (second: number): readonly Finding[] =>
      diagnose({ ...daemons, metadata }, 'unseen', {
        ...NOTHING,
        replicaSets: [],
        events: [anEvent('FailedCreate', QUOTA, 'bot-uid', second)],
      }).findings;
    expect(at(-1)).toEqual([]);
    expect(at(0)).toMatchObject([{ cause: 'quotaExceeded' }]);
  });
});

describe('whose pods are judged', () => {
  const crashing = (owner: string, name: string, labels: JsonObject = {}): JsonObject => {
    const pod = aPod({ containerStatuses: [{ name: 'app', ...down(2, ended(1)) }] }, owner, name);
    return { ...pod, metadata: { ...(pod['metadata'] as JsonObject), labels } };
  };
  const sets = [aReplicaSet('bot', '9'), aReplicaSet('bot', '10'), aReplicaSet('other', '11')];

  test('those of the newest ReplicaSet, by number', () => {
    const pods = [
      crashing('bot-set-9', 'old'),
      crashing('bot-set-10', 'new'),
      crashing('other-set-11', 'other'),
    ];
    expect(seen({ replicaSets: sets, pods }).findings.map(({ text }) => text)).toEqual([
      'container app of pod new ended 3 times, last with exit code 1',
    ]);
  });

  test('none of the revision before, while a Recreate waits for its pods to go', () => {
    const template = (image: string): JsonObject => ({
      metadata: { labels: { app: 'bot' } },
      spec: { containers: [{ name: 'app', image }] },
    });
    const withHash = (image: string): JsonObject => ({
      ...template(image),
      metadata: { labels: { app: 'bot', 'pod-template-hash': 'x' } },
    });
    const set = (revision: string, image: string): JsonObject => ({
      ...aReplicaSet('bot', revision),
      spec: { template: withHash(image) },
    });
    const pods = [crashing('bot-set-2', 'old')];
    const deployment = (image: string, updatedReplicas: number): JsonObject => ({
      ...aLiveDeployment({ updatedReplicas }),
      spec: { replicas: 1, template: template(image) },
    });
    const found = (workload: JsonObject, replicaSets: readonly JsonObject[]): number =>
      diagnose(workload, 'progressing', { ...NOTHING, replicaSets, pods }).findings.length;
    expect(found(deployment('mended', 0), [set('2', 'broken')])).toBe(0);
    expect(found(deployment('broken', 0), [set('2', 'broken')])).toBe(1);
    // One that went back to a template it had before has the ReplicaSet of then.
    expect(found(deployment('mended', 1), [set('2', 'broken'), set('1', 'mended')])).toBe(0);
  });

  test('none before the controller has seen the change', () => {
    const pods = [crashing('bot-set-2', 'new')];
    expect(diagnose(aLiveDeployment(), 'unseen', { ...NOTHING, pods }).findings).toEqual([]);
  });

  test('none that is on its way out', () => {
    const pod = crashing('bot-set-2', 'new');
    const metadata = { ...(pod['metadata'] as JsonObject), deletionTimestamp: '2026-01-02T03:04:05Z' };
    expect(seen({ pods: [{ ...pod, metadata }] }).findings).toEqual([]);
  });

  test('those of a StatefulSet by its update revision', () => {
    const workload = {
      kind: 'StatefulSet',
      metadata: { uid: 'bot-uid' },
      spec: { podManagementPolicy: 'Parallel' },
      status: { updateRevision: 'b' },
    };
    const pods = [
      crashing('bot-uid', 'bot-1', { 'controller-revision-hash': 'a' }),
      crashing('bot-uid', 'bot-0', { 'controller-revision-hash': 'b' }),
    ];
    expect(seen({ pods }, workload).findings).toMatchObject([
      { cause: 'crashing', logsOf: { pod: 'bot-0' } },
    ]);
  });

  test('an old one that is never ready holds up a StatefulSet', () => {
    const workload = { kind: 'StatefulSet', metadata: { uid: 'bot-uid' }, status: { updateRevision: 'b' } };
    const pods = [crashing('bot-uid', 'bot-0', { 'controller-revision-hash': 'a' })];
    expect(seen({ pods }, workload).findings).toMatchObject([
      {
        cause: 'heldByOlderPod',
        text: 'the StatefulSet waits for a pod of the revision before: container app of pod bot-0 ended 3 times, last with exit code 1',
      },
    ]);
  });

  test('many with one fault are told as one, the first by name', () => {
    const pods = ['c', 'a', 'b'].map((name) => crashing('bot-set-2', name));
    expect(seen({ pods }).findings.map(({ text }) => text)).toEqual([
      'container app of pod a ended 3 times, last with exit code 1 (and 2 more like it)',
    ]);
  });

  test('the cause with the least patience comes first', () => {
    const slow = aPod(
      { containerStatuses: [waiting('CreateContainerConfigError', 'secret "a" not found')] },
      'bot-set-2',
      'a',
    );
    expect(seen({ pods: [slow, crashing('bot-set-2', 'b')] }).findings.map(({ cause }) => cause)).toEqual([
      'crashing',
      'configMissing',
    ]);
  });
});

describe('a Job', () => {
  const job = { kind: 'Job', metadata: { name: 'bot', uid: 'bot-uid' } };
  const podOf = (status: JsonObject): JsonObject => ({
    ...aPod(status, 'bot-uid'),
    spec: { restartPolicy: 'Never' },
  });

  test.each<[string, JsonObject, readonly CauseName[]]>([
    [
      'whose pod failed may try again',
      { phase: 'Failed', containerStatuses: [{ name: 'app', ...down(0, ended(3)) }] },
      ['jobPodFailed'],
    ],
    [
      'whose pod crashes decides itself',
      { containerStatuses: [{ name: 'app', ...down(5, ended(3)) }] },
      ['jobPodFailed'],
    ],
    [
      'whose pod ended well',
      { phase: 'Succeeded', containerStatuses: [{ name: 'app', ...down(0, ended(0)) }] },
      [],
    ],
    [
      'whose image is missing',
      { containerStatuses: [waiting('ErrImagePull', 'not found')] },
      ['imageNotFound'],
    ],
  ])('%s', (_, status, causes) => {
    expect(seen({ pods: [podOf(status)], replicaSets: [] }, job).findings.map(({ cause }) => cause)).toEqual(
      causes,
    );
  });
});

describe('a DaemonSet with nodes that are not ready', () => {
  const daemons = (desiredNumberScheduled: number): JsonObject => ({
    kind: 'DaemonSet',
    metadata: { name: 'bot', uid: 'bot-uid' },
    status: { desiredNumberScheduled },
  });
  const revision = (number: number, hash: string): JsonObject => ({
    revision: number,
    metadata: { labels: { 'controller-revision-hash': hash }, ownerReferences: [{ uid: 'bot-uid' }] },
  });
  const revisions = [revision(3, 'new'), revision(2, 'old')];
  const pod = (node: string, hash: string, ready = 'True'): JsonObject => {
    const base = aPod({ conditions: [{ type: 'Ready', status: ready }] }, 'bot-uid', `bot-${node}`);
    return {
      ...base,
      metadata: { ...(base['metadata'] as JsonObject), labels: { 'controller-revision-hash': hash } },
      spec: { nodeName: node },
    };
  };
  const node = (name: string, status: string): JsonObject => ({
    metadata: { name },
    status: { conditions: [{ type: 'Ready', status, message: 'Kubelet stopped posting node status.' }] },
  });
  const nodes = [node('a', 'True'), node('b', 'Unknown')];

  test.each<[string, number, readonly JsonObject[], string | undefined]>([
    ['is complete without them', 2, [pod('a', 'new'), pod('b', 'new', 'False')], 'b'],
    ['also where their pods are of the revision before', 2, [pod('a', 'new'), pod('b', 'old', 'False')], 'b'],
    ['also where they have none', 2, [pod('a', 'new')], 'b'],
    [
      'is not while another node has the revision before',
      2,
      [pod('a', 'old'), pod('b', 'new', 'False')],
      undefined,
    ],
    [
      'is not while another node’s pod is not ready',
      2,
      [pod('a', 'new', 'False'), pod('b', 'new', 'False')],
      undefined,
    ],
    [
      'is not while another node has no pod',
      3,
      [pod('a', 'new'), pod('b', 'new', 'False')].slice(0, 1),
      undefined,
    ],
  ])('%s', (_, desired, pods, expected) => {
    const { completeNote } = seen({ revisions, pods, nodes, replicaSets: [] }, daemons(desired));
    expect(completeNote).toBe(
      expected === undefined ? undefined : `it is complete but for nodes that are not ready: ${expected}`,
    );
  });

  test('tells the node of a pod that is not ready, of either revision', () => {
    const pods = [pod('a', 'old'), pod('b', 'old', 'False')];
    expect(seen({ revisions, pods, nodes, replicaSets: [] }, daemons(2)).findings).toEqual([
      {
        cause: 'nodeNotReady',
        text: 'pod bot-b is on node b, which is not ready: Kubelet stopped posting node status.',
      },
    ]);
  });
});
