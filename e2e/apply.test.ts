import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { kubectl } from '../sandbox/live.ts';
import type { KubernetesClient } from '../src/adapters/kubernetes';
import { DeployError, type ErrorDetails } from '../src/errors';
import { at, type JsonObject } from '../src/json';
import type { ObjectChange } from '../src/manifests/apply';
import { runManifests, type ManifestsOptions } from '../src/manifests/manifests';
import { connect } from './support/cluster';

const end = new AbortController();
let cluster: KubernetesClient;
let folder: string;
const places: string[] = [];

beforeAll(async () => {
  cluster = await connect(end.signal);
  folder = await mkdtemp(join(tmpdir(), 'wpp-apply-'));
});
afterAll(async () => {
  end.abort();
  await kubectl('delete', 'namespace', ...places, '--wait=false', '--ignore-not-found');
  await rm(folder, { recursive: true });
});

/** A namespace of its own, with an application in it. */
class Place {
  readonly namespace = `apply-${Date.now().toString(36)}-${places.length}`;

  constructor() {
    places.push(this.namespace);
  }

  /** Deploys, and gives what became of each object but the inventory. */
  async deploy(
    objects: readonly JsonObject[],
    options: Partial<ManifestsOptions> = {},
  ): Promise<readonly ObjectChange[]> {
    const manifests = objects.map((object, index) => ({ source: `${index + 1}.yaml`, object }));
    const { changes } = await runManifests(
      manifests,
      {
        namespace: this.namespace,
        preview: false,
        forceConflicts: false,
        inventory: 'app-inventory',
        prune: 'safe',
        ...options,
      },
      { cluster, clock: FAST, did: () => undefined },
    );
    return changes.filter(({ object }) => !object.endsWith('/app-inventory'));
  }

  async refused(
    objects: readonly JsonObject[],
    options: Partial<ManifestsOptions> = {},
  ): Promise<ErrorDetails> {
    try {
      await this.deploy(objects, options);
    } catch (error) {
      if (error instanceof DeployError) return error.details;
      throw error;
    }
    throw new Error('was not refused');
  }

  kubectl(...args: readonly string[]): Promise<string> {
    return kubectl('-n', this.namespace, ...args);
  }

  /** Applies by kubectl, as another tool would. */
  async apply(object: JsonObject, ...args: readonly string[]): Promise<void> {
    const file = join(folder, `${this.namespace}.json`);
    await writeFile(file, JSON.stringify(object));
    await this.kubectl('apply', '-f', file, ...args);
  }

  async get(kindAndName: string): Promise<JsonObject> {
    return JSON.parse(
      await this.kubectl('get', kindAndName, '-o', 'json', '--show-managed-fields'),
    ) as JsonObject;
  }
}

/** Twenty seconds pass in one, so that patience can be seen to end. */
const FAST = {
  now: () => Date.now() * 20,
  sleep: (milliseconds: number): Promise<void> => delay(milliseconds / 20),
};

async function aPlace(): Promise<Place> {
  const place = new Place();
  await kubectl('create', 'namespace', place.namespace);
  return place;
}

const configMap = (data: JsonObject, name = 'env'): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

function deployment(spec: JsonObject = {}, label = 'bot', annotations: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'bot', annotations },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: label } },
      template: {
        metadata: { labels: { app: label } },
        spec: { containers: [{ name: 'bot', image: 'ghcr.io/org/wpp-bot:1' }] },
      },
      ...spec,
    },
  };
}

describe('an object that another tool applied', () => {
  it.each([
    ['kubectl', []],
    ['kubectl server-side', ['--server-side']],
    ['Helm', ['--server-side', '--field-manager=helm']],
  ])('is taken over from %s: what the manifest lacks goes away', async (_, args) => {
    const place = await aPlace();
    await place.apply(configMap({ a: '1', b: '2' }), ...args);
    const [preview] = await place.deploy([configMap({ a: '3' })], { preview: true });
    expect(preview?.fields).toContainEqual({ path: 'data.b', before: '"2"', after: undefined });
    await place.deploy([configMap({ a: '3' })]);
    const live = await place.get('configmap/env');
    expect(live['data']).toEqual({ a: '3' });
    expect(at(live, 'metadata', 'annotations')).toBeUndefined();
    expect(await place.deploy([configMap({ a: '3' })])).toMatchObject([{ action: 'unchanged' }]);
  });

  it('keeps what people added by hand where the manifest says nothing of it', async () => {
    const place = await aPlace();
    await place.apply(configMap({ a: '1' }));
    await place.kubectl('label', 'configmap/env', 'team=bots');
    await place.deploy([configMap({ a: '1' })]);
    expect(at(await place.get('configmap/env'), 'metadata', 'labels', 'team')).toBe('bots');
  });
});

describe('a field that another controller owns', () => {
  it('is a conflict with field, owner and both values, and forced only where that is asked for', async () => {
    const place = await aPlace();
    await place.deploy([deployment()]);
    const scaled = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'bot' },
      spec: { replicas: 5 },
    };
    await place.apply(scaled, '--server-side', '--field-manager=keda', '--force-conflicts');
    const error = await place.refused([deployment({ replicas: 2 }), configMap({})]);
    expect(error).toMatchObject({
      code: 'manifest-conflict',
      evidence: ['.spec.replicas is owned by keda: it is 5, the manifest says 2'],
    });
    await place.deploy([deployment({ replicas: 0 })], { forceConflicts: true });
    expect(at(await place.get('deployment/bot'), 'spec', 'replicas')).toBe(0);
  });

  it('is taken back from people at a terminal', async () => {
    const place = await aPlace();
    await place.deploy([configMap({ a: '1' })]);
    await place.kubectl('patch', 'configmap/env', '-p', '{"data":{"a":"by hand"}}');
    expect(await place.deploy([configMap({ a: '1' })])).toMatchObject([{ action: 'configured' }]);
    expect((await place.get('configmap/env'))['data']).toEqual({ a: '1' });
  });

  it('are the replicas of an autoscaler: they stay, and nothing is written', async () => {
    const place = await aPlace();
    const autoscaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'bot' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'bot' },
        minReplicas: 1,
        maxReplicas: 3,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
          },
        ],
      },
    };
    const paused = deployment({ paused: true, replicas: 1 });
    await place.deploy([paused, autoscaler]);
    await place.kubectl('scale', 'deployment/bot', '--replicas=2');
    const changes = await place.deploy([paused, autoscaler]);
    expect(changes.map(({ action }) => action)).toEqual(['unchanged', 'unchanged']);
    await place.deploy([deployment({ paused: true, replicas: 1, revisionHistoryLimit: 3 }), autoscaler]);
    expect(at(await place.get('deployment/bot'), 'spec')).toMatchObject({
      replicas: 2,
      revisionHistoryLimit: 3,
    });
    await place.kubectl('delete', 'deployment/bot');
  });
});

describe('what cannot be changed', () => {
  const claimTemplates = (name: string): JsonObject => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: { ...(deployment()['spec'] as JsonObject), serviceName: name },
  });
  const binding = (role: string): JsonObject => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'bot' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
    subjects: [{ kind: 'ServiceAccount', name: 'bot', namespace: 'default' }],
  });
  const claim = (mode: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: { accessModes: [mode], storageClassName: 'none', resources: { requests: { storage: '1Gi' } } },
  });
  const job = (image: string): JsonObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate' },
    spec: {
      parallelism: 1,
      template: {
        spec: { restartPolicy: 'Never', nodeSelector: { no: 'node' }, containers: [{ name: 'a', image }] },
      },
    },
  });

  it.each([
    ['the selector of a Deployment', deployment(), deployment({}, 'other')],
    ['the service of a StatefulSet', claimTemplates('a'), claimTemplates('b')],
    ['the role of a RoleBinding', binding('a'), binding('b')],
    [
      'an immutable ConfigMap',
      { ...configMap({ a: '1' }), immutable: true },
      { ...configMap({ a: '2' }), immutable: true },
    ],
    ['the access modes of a claim', claim('ReadWriteOnce'), claim('ReadOnlyMany')],
    ['the template of a Job that runs', job('ghcr.io/org/a:1'), job('ghcr.io/org/a:2')],
    [
      'the address of a Service',
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'bot' }, spec: { ports: [{ port: 80 }] } },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'bot' },
        spec: { clusterIP: '10.96.77.77', ports: [{ port: 80 }] },
      },
    ],
  ])('%s is told with both values, and nothing else is written', async (_, before, after) => {
    const place = await aPlace();
    await place.deploy([before, configMap({ a: '1' }, 'other')]);
    const error = await place.refused([after, configMap({ a: '2' }, 'other')]);
    expect(error.code).toBe('manifest-immutable');
    expect(error.evidence?.[0]).toMatch(/ is .*, the manifest says /);
    expect((await place.get('configmap/other'))['data']).toEqual({ a: '1' });
  });

  it('is made anew where the manifest allows it', async () => {
    const place = await aPlace();
    const allowed = { 'wpp-deploy-action/recreate': 'true' };
    await place.deploy([deployment({}, 'bot', allowed)]);
    const before = await place.get('deployment/bot');
    await place.deploy([deployment({}, 'other', allowed)]);
    const after = await place.get('deployment/bot');
    expect(at(after, 'spec', 'selector', 'matchLabels', 'app')).toBe('other');
    expect(at(after, 'metadata', 'uid')).not.toBe(at(before, 'metadata', 'uid'));
  });
});

describe('a refusal', () => {
  it('of one object keeps all others as they are', async () => {
    const place = await aPlace();
    await place.deploy([configMap({ a: '1' }), deployment()]);
    const typo = deployment({ revisionHistoryLimitt: 2 });
    const error = await place.refused([configMap({ a: '2' }), typo]);
    expect(error.cause).toContain('revisionHistoryLimitt');
    expect((await place.get('configmap/env'))['data']).toEqual({ a: '1' });
  });

  it('names the namespace that is being deleted', async () => {
    const place = await aPlace();
    await place.deploy([{ ...configMap({}), metadata: { name: 'env', finalizers: ['example.com/hold'] } }]);
    await kubectl('delete', 'namespace', place.namespace, '--wait=false');
    const error = await place.refused([configMap({ a: '1' }, 'new')]);
    expect(error).toMatchObject({ code: 'namespace-terminating' });
    expect(error.cause).toContain(place.namespace);
    await place.kubectl('patch', 'configmap/env', '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
  });

  describe('by a webhook that does not answer', () => {
    const hook = (name: string, namespace: string): JsonObject => ({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name },
      webhooks: [
        {
          name: 'policy.example.com',
          clientConfig: { url: 'https://127.0.0.1:1/check' },
          rules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] },
          ],
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    });

    it('is told when its patience is over; until then the webhook may come', async () => {
      const place = await aPlace();
      await kubectl('get', 'namespace', place.namespace);
      await place.apply(hook(place.namespace, place.namespace));
      await waitFor(async () =>
        (await place.kubectl('create', 'configmap', 'probe').catch(String)).includes('webhook'),
      );
      expect(await place.refused([configMap({})])).toMatchObject({
        code: 'webhook-unavailable',
        cause: expect.stringContaining('policy.example.com') as unknown,
      });
      const later = delay(1_000).then(() =>
        kubectl('delete', 'validatingwebhookconfiguration', place.namespace),
      );
      expect(await place.deploy([configMap({})])).toMatchObject([{ action: 'created' }]);
      await later;
    });
  });
});

async function waitFor(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries += 1) {
    if (tries > 50) throw new Error('never came true');
    await delay(100);
  }
}

describe('a definition and an object of its kind', () => {
  const group = `g${Date.now().toString(36)}.example.com`;
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `things.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'Thing', plural: 'things' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: { type: 'object', properties: { port: { 'x-kubernetes-int-or-string': true } } },
              },
            },
          },
        },
      ],
    },
  };
  const thing = { apiVersion: `${group}/v1`, kind: 'Thing', metadata: { name: 'one' }, spec: { port: 80 } };

  it('come in one run, into a namespace that is made by it; the preview before writes nothing', async () => {
    const place = new Place();
    const objects = [thing, configMap({ a: '1' }), definition];
    const preview = await place.deploy(objects, { preview: true });
    expect(preview.map(({ action }) => action)).toEqual(Array(preview.length).fill('created'));
    await expect(kubectl('get', 'namespace', place.namespace)).rejects.toThrow();
    const changes = await place.deploy(objects);
    expect(changes.map(({ object }) => object)).toEqual([
      `Namespace/${place.namespace}`,
      `CustomResourceDefinition/things.${group}`,
      `ConfigMap/${place.namespace}/env`,
      `Thing/${place.namespace}/one`,
    ]);
    const again = await place.deploy(objects);
    expect(again.every(({ action }) => action === 'unchanged')).toBe(true);
    await kubectl('delete', 'crd', `things.${group}`);
  });
});

describe('a Job of a generated name', () => {
  it('is another one in each run; of the ones before only those that run stay', async () => {
    const place = await aPlace();
    const job = (suspend: boolean): JsonObject => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { generateName: 'migrate-' },
      spec: {
        suspend,
        template: {
          spec: {
            restartPolicy: 'Never',
            nodeSelector: { no: 'node' },
            containers: [{ name: 'a', image: 'ghcr.io/org/a:1' }],
          },
        },
      },
    });
    const names = async (): Promise<readonly string[]> =>
      (await place.kubectl('get', 'jobs', '-o', 'name')).trim().split('\n');
    await place.deploy([job(true)]);
    const [first] = await names();
    await place.deploy([job(false)]);
    const [second, ...more] = await names();
    expect(more).toEqual([]);
    expect(second).not.toBe(first);
    await waitFor(
      async () => (await place.kubectl('get', second ?? '', '-o', 'jsonpath={.status.active}')) === '1',
    );
    const changes = await place.deploy([job(true)]);
    expect(changes.map(({ action }) => action)).toEqual(['created', 'unchanged']);
    expect(await names()).toHaveLength(2);
    await place.kubectl('delete', 'jobs', '--all');
  });
});

describe('the same again', () => {
  it('writes nothing, whatever the API server fills in', async () => {
    const place = await aPlace();
    const objects = [
      configMap({ a: '1' }),
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token' }, data: { key: 'aHVudGVyMg==' } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'bot' } },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'bot' },
        spec: {
          type: 'NodePort',
          selector: { app: 'bot' },
          ports: [
            { port: 53, protocol: 'UDP', name: 'u' },
            { port: 53, protocol: 'TCP', name: 't' },
          ],
        },
      },
      deployment(),
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'bot' },
        spec: {
          rules: [
            {
              host: 'a.example.com',
              http: {
                paths: [
                  {
                    path: '/',
                    pathType: 'Prefix',
                    backend: { service: { name: 'bot', port: { number: 53 } } },
                  },
                ],
              },
            },
          ],
        },
      },
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'nightly' },
        spec: {
          schedule: '0 3 * * *',
          jobTemplate: {
            spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } } },
          },
        },
      },
      {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: 'bot' },
        spec: { minAvailable: 1, selector: { matchLabels: { app: 'bot' } } },
      },
      {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'all' },
        spec: { hard: { pods: '10', 'requests.cpu': 2 } },
      },
    ];
    await place.deploy(objects);
    const versions = (): Promise<string> =>
      place.kubectl(
        'get',
        'cm,secret,sa,svc,ing,cronjob,pdb',
        '-o',
        'jsonpath={.items[*].metadata.resourceVersion}',
      );
    const before = await versions();
    const changes = await place.deploy(objects);
    expect(changes.filter(({ action }) => action !== 'unchanged')).toEqual([]);
    expect(await versions()).toBe(before);
  });
});
