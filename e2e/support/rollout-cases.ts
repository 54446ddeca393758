import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hosts } from '../../sandbox/hosts.ts';
import { kubectl } from '../../sandbox/live.ts';
import { pausePart, resumePart } from '../../sandbox/parts/part.ts';
import { registry } from '../../sandbox/parts/registry.ts';
import type { ErrorCode } from '../../src/errors';
import type { JsonObject } from '../../src/json';
import { BASE, prepareBase } from './engines.ts';
import { aJob, aNamespace, aPodSpec, aSecret, aWorkload, COUNT, failing } from './workloads.ts';

/** Each case has its own workloads here, and what would disturb others a namespace of its own. */
export const NAMESPACE = 'rollout-causes';
export const OWN_NAMESPACES = ['quota', 'policy', 'daemons', 'leaving'].map((name) => `${NAMESPACE}-${name}`);

export interface Case {
  readonly name: string;
  readonly objects: readonly JsonObject[];
  readonly namespace?: string;
  /** Applied, and waited for however it ends, before `objects` are. */
  readonly before?: readonly JsonObject[];
  /** What happens while it is watched. */
  readonly meanwhile?: () => Promise<unknown>;
}

/** A case that fails. */
export interface FailingCase extends Case {
  readonly code: ErrorCode;
  readonly cause: RegExp;
  /** A part of a line of its evidence. */
  readonly shows?: string;
}

/** A case that ends well. */
export interface CompleteCase extends Case {
  /** A line of its log. */
  readonly says?: RegExp;
}

const ABSENT = `${hosts.registry.name}/org/absent:1`;
const CHANGED = { env: [{ name: 'CHANGED', value: 'yes' }] };

const deployment = (
  name: string,
  container: JsonObject,
  pod: JsonObject = {},
  spec: JsonObject = {},
): JsonObject => aWorkload('Deployment', name, aPodSpec(container, pod), spec);

const stateful = (name: string, container: JsonObject, spec: JsonObject = {}): JsonObject =>
  aWorkload('StatefulSet', name, aPodSpec(container), spec);

const exits = (code: number, words: string): JsonObject => ({
  command: ['sh', '-c', `echo ${words}; exit ${code}`],
});

const probe = (words: string): JsonObject => ({
  exec: { command: ['sh', '-c', `echo ${words}; exit 1`] },
  periodSeconds: 1,
  failureThreshold: 1,
});

/** Gives container and pod with a volume. */
const mounted = (volume: JsonObject, container: JsonObject = {}): readonly [JsonObject, JsonObject] => [
  { volumeMounts: [{ name: 'it', mountPath: '/it' }], ...container },
  { volumes: [{ name: 'it', ...volume }] },
];

/**
 * The Secret for the image comes after the first try. The second, 10 to 15 s later, is not done when the patience with the
 * first is over; the registry stands still no longer than a node bears (10 s without a TLS handshake).
 */
async function letImageComeSlowly(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wpp-slow-image-'));
  try {
    const file = `.dockerconfigjson=${join(await prepareBase(folder), 'config.json')}`;
    const state = ['get', 'pods', '-n', NAMESPACE, '-l', 'app=slow-image', '-o', 'jsonpath={..reason}'];
    for (let tries = 0; !/ErrImagePull|ImagePullBackOff/.test(await kubectl(...state)); tries += 1) {
      if (tries > 300) throw new Error('the image was never denied');
      await sleep(100);
    }
    pausePart(registry);
    const secret = ['create', 'secret', 'generic', 'slow-image', '--type=kubernetes.io/dockerconfigjson'];
    await kubectl(...secret, '-n', NAMESPACE, `--from-file=${file}`);
    await sleep(18_000);
  } finally {
    resumePart(registry);
    await rm(folder, { recursive: true });
  }
}

const quota = (pods: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'small' },
  spec: { hard: { pods } },
});

/** A program for a machine that is none (e_machine of its ELF header). */
const foreignProgram: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'program' },
  binaryData: {
    run: Buffer.concat([
      Buffer.from('\x7fELF\x02\x01\x01', 'latin1'),
      Buffer.alloc(9),
      Buffer.from([2, 0, 0xfe, 0xfe]),
      Buffer.alloc(44),
    ]).toString('base64'),
  },
};

const hugeClaim: JsonObject = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'huge' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: '',
    resources: { requests: { storage: '1000Gi' } },
  },
};

/** What keeps its namespace from going. */
const held: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'held', finalizers: ['example.com/hold'] },
};

const own = (name: string): string => `${NAMESPACE}-${name}`;

/** Lets the namespace go that a case held. */
export async function release(): Promise<void> {
  const patch = '{"metadata":{"finalizers":null}}';
  await kubectl('patch', 'configmap', 'held', '-n', own('leaving'), '--type=merge', '-p', patch).catch(
    // It is not there before the first run.
    () => undefined,
  );
}

/** Those that take longest come first. */
export const FAILING: readonly FailingCase[] = [
  {
    name: 'a set that is held up by a pod of the revision before',
    before: [stateful('stuck', exits(1, 'old'))],
    objects: [stateful('stuck', {})],
    code: 'rollout-not-ready',
    cause: /waits for a pod of the revision before: container app of pod stuck-0 ended/,
  },
  {
    name: 'a change that breaks what ran',
    before: [deployment('broken', {})],
    objects: [deployment('broken', exits(1, 'worse'))],
    code: 'rollout-container-crashing',
    cause: /exit code 1$/,
    shows: 'worse',
  },
  {
    name: 'an image that does not exist',
    objects: [deployment('absent', { image: ABSENT }, { imagePullSecrets: [{ name: 'pull' }] })],
    code: 'rollout-image-not-found',
    cause: /cannot pull ghcr\.io\/org\/absent:1: .*not found/,
  },
  {
    name: 'an image that is private',
    objects: [deployment('private', { image: ABSENT })],
    code: 'rollout-image-denied',
    cause: /cannot pull ghcr\.io\/org\/absent:1: .*401 Unauthorized/,
  },
  {
    name: 'an image whose name is none',
    objects: [deployment('misnamed', { image: 'ghcr.io/Org/App:1' })],
    code: 'rollout-image-name-invalid',
    cause: /must be lowercase/,
  },
  {
    name: 'an image of a registry that is away',
    objects: [deployment('away', { image: 'registry.invalid/a/b:1' })],
    code: 'rollout-image-unavailable',
    cause: /lookup registry\.invalid/,
  },
  {
    name: 'a container that exits',
    objects: [deployment('exit-1', exits(1, 'no database'))],
    code: 'rollout-container-crashing',
    cause: /ended 3 times, last with exit code 1$/,
    shows: 'no database',
  },
  {
    name: 'a container that ends well, but ends',
    objects: [deployment('exit-0', { command: ['true'] })],
    code: 'rollout-container-crashing',
    cause: /ended 3 times, last with exit code 0$/,
  },
  {
    name: 'a command that is not there',
    objects: [deployment('no-command', { command: ['/absent'] })],
    code: 'rollout-container-crashing',
    cause: /\(StartError\): .*\/absent/,
  },
  {
    name: 'a program for another machine',
    objects: [
      foreignProgram,
      deployment(
        'architecture',
        ...mounted({ configMap: { name: 'program', defaultMode: 0o755 } }, { command: ['/it/run'] }),
      ),
    ],
    code: 'rollout-architecture-wrong',
    cause: /exec format error/,
    shows: 'exec /it/run: exec format error',
  },
  {
    name: 'too little memory',
    objects: [
      deployment('memory', {
        command: ['sh', '-c', 'x=a; while true; do x=$x$x; done'],
        resources: { limits: { memory: '20Mi' } },
      }),
    ],
    code: 'rollout-out-of-memory',
    cause: /OOMKilled/,
  },
  {
    name: 'an environment from a Secret that is missing',
    objects: [deployment('secret-env', { envFrom: [{ secretRef: { name: 'absent' } }] })],
    code: 'rollout-config-missing',
    cause: /secret "absent" not found/,
  },
  {
    name: 'a key that its Secret has not',
    objects: [
      aSecret('keys'),
      deployment('key-env', {
        env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'absent' } } }],
      }),
    ],
    code: 'rollout-config-missing',
    cause: /couldn't find key absent in Secret rollout-causes\/keys/,
  },
  {
    name: 'a volume of a Secret that is missing',
    objects: [deployment('secret-volume', ...mounted({ secret: { secretName: 'absent' } }))],
    code: 'rollout-config-missing',
    cause: /cannot mount a volume: .*secret "absent" not found/,
  },
  {
    name: 'a service account that is missing',
    objects: [deployment('account', {}, { serviceAccountName: 'absent' })],
    code: 'rollout-config-missing',
    cause: /serviceaccount "absent" not found/,
  },
  {
    name: 'an image that runs as root where it must not',
    objects: [deployment('root-user', { securityContext: { runAsNonRoot: true } })],
    code: 'rollout-container-crashing',
    cause: /image will run as root/,
  },
  {
    name: 'more than a node has',
    objects: [deployment('large', { resources: { requests: { cpu: '100' } } })],
    code: 'rollout-unschedulable',
    cause: /Insufficient cpu\.$/,
  },
  {
    name: 'a claim that is missing',
    objects: [deployment('claimless', ...mounted({ persistentVolumeClaim: { claimName: 'absent' } }))],
    code: 'rollout-volume-unavailable',
    cause: /persistentvolumeclaim "absent" not found/,
  },
  {
    name: 'a claim that no volume serves',
    objects: [hugeClaim, deployment('unbound', ...mounted({ persistentVolumeClaim: { claimName: 'huge' } }))],
    code: 'rollout-volume-unavailable',
    cause: /claim huge: no persistent volumes available/,
  },
  {
    name: 'a readiness probe that fails until the deadline',
    objects: [
      deployment('readiness', { readinessProbe: probe('cold') }, {}, { progressDeadlineSeconds: 20 }),
    ],
    code: 'rollout-probe-failing',
    cause: /Readiness probe failed: cold$/,
  },
  {
    name: 'a liveness probe that fails',
    objects: [deployment('liveness', { livenessProbe: probe('stuck'), readinessProbe: probe('stuck') })],
    code: 'rollout-probe-failing',
    cause: /Liveness probe failed: stuck$/,
  },
  {
    name: 'a startup probe that fails',
    objects: [deployment('startup', { startupProbe: probe('slow') })],
    code: 'rollout-probe-failing',
    cause: /Startup probe failed: slow$/,
  },
  {
    name: 'an init container that fails',
    objects: [
      deployment(
        'init',
        {},
        {
          initContainers: [
            { name: 'migrate', image: aPodSpec().containers[0].image, ...exits(4, 'no schema') },
          ],
        },
      ),
    ],
    code: 'rollout-init-container-failing',
    cause: /init container migrate of pod .* exit code 4$/,
    shows: 'no schema',
  },
  {
    name: 'a deadline, and no other cause',
    objects: [
      deployment(
        'deadline',
        { readinessProbe: { tcpSocket: { port: 81 }, initialDelaySeconds: 100 } },
        {},
        { progressDeadlineSeconds: 4 },
      ),
    ],
    code: 'rollout-deadline-exceeded',
    cause: /made no progress within its progressDeadlineSeconds/,
    shows: 'condition Progressing=False (ProgressDeadlineExceeded)',
  },
  {
    name: 'a Deployment that somebody paused',
    before: [deployment('paused', {})],
    meanwhile: () => kubectl('rollout', 'pause', 'deployment/paused', '-n', NAMESPACE),
    objects: [deployment('paused', { ...CHANGED, readinessProbe: probe('cold') })],
    code: 'rollout-paused',
    cause: /paused, but not by its manifest/,
  },
  {
    name: 'a quota that is used up',
    namespace: own('quota'),
    objects: [aNamespace(own('quota')), quota('0'), deployment('quota', {})],
    code: 'rollout-quota-exceeded',
    cause: /ResourceQuota small is used up: pods: 0 of 0 used, 1 more asked for$/,
    shows: 'condition ReplicaFailure=True (FailedCreate)',
  },
  {
    name: 'a policy that refuses the pods',
    namespace: own('policy'),
    objects: [
      aNamespace(own('policy'), { 'pod-security.kubernetes.io/enforce': 'restricted' }),
      deployment('policy', {}),
    ],
    code: 'rollout-admission-refused',
    cause: /violates PodSecurity "restricted:latest"/,
  },
  {
    name: 'a DaemonSet whose pods a quota refuses',
    namespace: own('daemons'),
    objects: [aNamespace(own('daemons')), quota('0'), aWorkload('DaemonSet', 'daemons-refused', aPodSpec())],
    code: 'rollout-quota-exceeded',
    cause: /DaemonSet daemons-refused cannot make pods/,
  },
  {
    name: 'a namespace that is being deleted',
    namespace: own('leaving'),
    objects: [aNamespace(own('leaving')), held, deployment('leaving', { readinessProbe: probe('cold') })],
    meanwhile: () => kubectl('delete', 'namespace', own('leaving'), '--wait=false'),
    code: 'namespace-terminating',
    cause: /its namespace is being deleted$/,
    shows: 'is being deleted since',
  },
  {
    name: 'a Job that fails',
    objects: [aJob('job-failing', aPodSpec(exits(3, 'no table')))],
    code: 'rollout-job-failed',
    cause: /BackoffLimitExceeded: .* exit code 3$/,
    shows: 'no table',
  },
  {
    name: 'a StatefulSet that crashes',
    objects: [stateful('stateful', exits(7, 'no disk'))],
    code: 'rollout-container-crashing',
    cause: /pod stateful-0 ended .* exit code 7$/,
  },
  {
    name: 'a DaemonSet that crashes',
    objects: [aWorkload('DaemonSet', 'daemon-crashing', aPodSpec(exits(8, 'no node')))],
    code: 'rollout-container-crashing',
    cause: /exit code 8$/,
  },
];

export const COMPLETE: readonly CompleteCase[] = [
  {
    name: 'a container that fails twice and then works',
    objects: [deployment('fails-twice', failing(2), COUNT)],
    says: /ended 2 times/,
  },
  { name: 'a container that fails once', objects: [deployment('fails-once', failing(1), COUNT)] },
  {
    name: 'a Secret that comes a moment later',
    objects: [deployment('late-secret', { envFrom: [{ secretRef: { name: 'late' } }] })],
    meanwhile: async () => {
      await sleep(3_000);
      await kubectl('create', 'secret', 'generic', 'late', '-n', NAMESPACE, '--from-literal=A=1');
    },
  },
  {
    name: 'an image that is denied first and then comes slowly',
    objects: [
      deployment(
        'slow-image',
        { image: BASE, imagePullPolicy: 'Always' },
        { imagePullSecrets: [{ name: 'slow-image' }] },
      ),
    ],
    meanwhile: letImageComeSlowly,
  },
  {
    name: 'a container that ends until another workload is there, which takes its time',
    objects: [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'slow-database' },
        spec: { selector: { app: 'slow-database' }, ports: [{ port: 8080 }] },
      },
      deployment('slow-database', {
        command: ['sh', '-c', 'sleep 45; exec httpd -f -p 8080'],
        readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
      }),
      deployment('needs-database', {
        command: ['sh', '-c', 'nc -w 2 slow-database 8080 </dev/null || exit 1; exec sleep 1000'],
      }),
    ],
    says: /needs-database: .* ended .*slow-database is still starting/,
  },
  {
    name: 'a change that mends what crashed',
    before: [deployment('mended', exits(1, 'old'))],
    objects: [deployment('mended', {})],
  },
  { name: 'a Deployment', objects: [deployment('healthy', {}, {}, { replicas: 2 })] },
  { name: 'a Deployment of none', objects: [deployment('none', {}, {}, { replicas: 0 })] },
  {
    name: 'a Deployment that its manifest pauses',
    before: [deployment('standing', {})],
    objects: [deployment('standing', CHANGED, {}, { paused: true })],
    says: /^warning: .*standing: its manifest pauses it/m,
  },
  { name: 'a StatefulSet', objects: [stateful('stateful-healthy', {}, { replicas: 2 })] },
  {
    name: 'a StatefulSet with a partition',
    before: [stateful('partition', {}, { replicas: 2 })],
    objects: [
      stateful('partition', CHANGED, {
        replicas: 2,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
      }),
    ],
    says: /^warning: .*its partition keeps 1 of 2 replicas at the revision before/m,
  },
  {
    name: 'a StatefulSet that is updated by deleting pods',
    before: [stateful('on-delete', {}, { updateStrategy: { type: 'OnDelete' } })],
    objects: [stateful('on-delete', CHANGED, { updateStrategy: { type: 'OnDelete' } })],
    says: /^warning: .*OnDelete: 1 of 1 pods run the revision before/m,
  },
  { name: 'a DaemonSet', objects: [aWorkload('DaemonSet', 'daemon-healthy', aPodSpec())] },
  {
    name: 'a DaemonSet that no node wants',
    objects: [aWorkload('DaemonSet', 'nowhere', aPodSpec({}, { nodeSelector: { is: 'nowhere' } }))],
  },
  { name: 'a Job', objects: [aJob('job', aPodSpec({ command: ['true'] }))] },
  {
    name: 'a Job that needs two tries',
    objects: [
      aJob(
        'job-again',
        { ...aPodSpec(failing(1, 'exit 0'), COUNT), restartPolicy: 'OnFailure' },
        { backoffLimit: 3 },
      ),
    ],
  },
];
