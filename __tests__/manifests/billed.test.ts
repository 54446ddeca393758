import { describe, expect, test } from '@jest/globals';
import { costOf } from '../../src/infra/cost';
import type { JsonObject } from '../../src/json';
import { billedManifests, type Place } from '../../src/manifests/billed';
import type { FieldChange } from '../../src/manifests/drift';
import { PRICES } from '../support/prices';
import { anObject } from '../support/results';

const BALANCER = 'service.beta.kubernetes.io/linode-loadbalancer-nodebalancer';

/** Name, now, after in dollars of each line. */
function linesOf(objects: readonly JsonObject[], place: Partial<Place> = {}): readonly unknown[] {
  const manifests = objects.map((object) => ({ source: 'a.yaml', object }));
  const items = billedManifests(manifests, {
    namespace: 'bot',
    region: 'us-east',
    changes: 'none',
    ...place,
  });
  const cost = costOf(items, PRICES);
  if (cost.status !== 'known') throw new Error(cost.reason);
  return cost.lines.map(({ name, detail, now, after }) => [
    [name, detail].filter((text) => text !== '').join(': '),
    ...[now, after].map((each) => (each === 'unknown' ? each : each / 100)),
  ]);
}

const service = (spec: object, annotations: object = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', annotations },
  spec,
});
const claimSpec = (storage: unknown, more: object = {}): object => ({
  resources: { requests: { storage } },
  ...more,
});
const claim = (storage: unknown, more: object = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'db' },
  spec: claimSpec(storage, more),
});
const aVolume = (claimRef: object): JsonObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'kept' },
  spec: { claimRef },
});
const stateful = (spec: object, ...storage: readonly string[]): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'pg' },
  spec: { ...spec, volumeClaimTemplates: storage.map((size) => ({ spec: claimSpec(size) })) },
});
const aClass = (name: string, provisioner: string): JsonObject => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name },
  provisioner,
});

describe('what Linode makes for a manifest', () => {
  test.each<[string, readonly JsonObject[], ...unknown[]]>([
    ['a load balancer', [service({ type: 'LoadBalancer' })], ['Service/bot/web', 0, 10]],
    ['a Service in the cluster', [service({ type: 'ClusterIP' }), service({})]],
    [
      'a load balancer that is there already',
      [service({ type: 'LoadBalancer' }, { [`${BALANCER}-id`]: '123' })],
    ],
    [
      'a load balancer of a dearer type',
      [service({ type: 'LoadBalancer' }, { [`${BALANCER}-type`]: 'premium' })],
      ['Service/bot/web: premium', 0, 'unknown'],
    ],
    ['a claim', [claim('20Gi')], ['PersistentVolumeClaim/db/data: 20 GB', 0, 2]],
    ['a claim for which a volume is kept', [claim('20Gi'), aVolume({ namespace: 'db', name: 'data' })]],
    [
      'a claim beside a volume that is kept for another',
      [claim('20Gi'), aVolume({ name: 'data' })],
      ['PersistentVolumeClaim/db/data: 20 GB', 0, 2],
    ],
    ['a claim below the smallest volume', [claim('1Gi')], ['PersistentVolumeClaim/db/data: 10 GB', 0, 1]],
    ['a claim of a broken size', [claim('10500Mi')], ['PersistentVolumeClaim/db/data: 11 GB', 0, 1.1]],
    [
      'a claim of one of Linode’s classes',
      [claim('10Gi', { storageClassName: 'linode-block-storage-retain' })],
      ['PersistentVolumeClaim/db/data: 10 GB', 0, 1],
    ],
    [
      'a claim of a class of the manifests over Linode’s driver',
      [claim('10Gi', { storageClassName: 'fast' }), aClass('fast', 'linodebs.csi.linode.com')],
      ['PersistentVolumeClaim/db/data: 10 GB', 0, 1],
    ],
    [
      'a claim of somebody else’s class',
      [claim('10Gi', { storageClassName: 'nfs' }), aClass('nfs', 'nfs.csi.k8s.io')],
    ],
    ['a claim of no class', [claim('10Gi', { storageClassName: '' })]],
    ['a claim of a certain volume', [claim('10Gi', { volumeName: 'pv-1' })]],
    ['a claim without a size', [claim(undefined)], ['PersistentVolumeClaim/db/data: ? GB', 0, 'unknown']],
    ['a StatefulSet', [stateful({ replicas: 3 }, '20Gi')], ['StatefulSet/bot/pg: 3 × 20 GB', 0, 6]],
    ['a StatefulSet of one', [stateful({}, '20Gi')], ['StatefulSet/bot/pg: 20 GB', 0, 2]],
    [
      'a StatefulSet with two claims',
      [stateful({ replicas: 2 }, '20Gi', '1Gi')],
      ['StatefulSet/bot/pg: 2 × (20 GB + 10 GB)', 0, 6],
    ],
    ['a StatefulSet of none', [stateful({ replicas: 0 }, '20Gi')]],
    ['a StatefulSet without claims', [stateful({ replicas: 3 })]],
    [
      'objects of other groups by the same names',
      [
        { ...service({ type: 'LoadBalancer' }), apiVersion: 'serving.knative.dev/v1' },
        { ...claim('10Gi'), apiVersion: 'example.com/v1' },
      ],
    ],
    ['what has no spec', [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } }]],
  ])('%s', (_, objects, ...expected) => {
    expect(linesOf(objects)).toEqual(expected);
  });

  test('the region’s price counts, and without a region there is none', () => {
    expect(linesOf([claim('10Gi')], { region: 'id-cgk' })).toEqual([
      ['PersistentVolumeClaim/db/data: 10 GB', 0, 1.2],
    ]);
    expect(linesOf([claim('10Gi')], { region: undefined })).toEqual([
      ['PersistentVolumeClaim/db/data: 10 GB', 0, 'unknown'],
    ]);
  });
});

describe('what is there already', () => {
  const field = (path: string, before: string | undefined, after: string): FieldChange => ({
    path,
    before,
    after,
  });

  test.each<[string, JsonObject, object, ...unknown[]]>([
    ['what is made', claim('20Gi'), { action: 'created' }, ['PersistentVolumeClaim/db/data: 20 GB', 0, 2]],
    [
      'what stays as it is',
      claim('20Gi'),
      { action: 'unchanged' },
      ['PersistentVolumeClaim/db/data: 20 GB', 2, 2],
    ],
    [
      'a claim that grows',
      claim('20Gi'),
      { action: 'configured', fields: [field('spec.resources.requests.storage', '"10Gi"', '"20Gi"')] },
      ['PersistentVolumeClaim/db/data: 20 GB', 1, 2],
    ],
    [
      'a StatefulSet that grows',
      stateful({ replicas: 3 }, '10Gi'),
      { action: 'configured', fields: [field('spec.replicas', '1', '3')] },
      ['StatefulSet/bot/pg: 3 × 10 GB', 1, 3],
    ],
    [
      'a Service that becomes a load balancer',
      service({ type: 'LoadBalancer' }),
      { action: 'configured', fields: [field('spec.type', '"ClusterIP"', '"LoadBalancer"')] },
      ['Service/bot/web', 0, 10],
    ],
    [
      'a load balancer that becomes a Service in the cluster',
      service({}),
      { action: 'configured', fields: [field('spec.type', '"LoadBalancer"', '"ClusterIP"')] },
      ['Service/bot/web', 10, 0],
    ],
    [
      'a field that had no value',
      service({ type: 'LoadBalancer' }),
      { action: 'configured', fields: [field('spec.type', undefined, '"LoadBalancer"')] },
      ['Service/bot/web', 0, 10],
    ],
    [
      'a field that costs nothing',
      service({ type: 'LoadBalancer' }),
      { action: 'configured', fields: [field('spec.ports[0].port', '80', '81')] },
      ['Service/bot/web', 10, 10],
    ],
  ])('%s', (_, object, change, ...expected) => {
    const name = { Service: 'Service/bot/web', StatefulSet: 'StatefulSet/bot/pg' }[String(object['kind'])];
    const changes = [anObject(name ?? 'PersistentVolumeClaim/db/data', change)];
    expect(linesOf([object], { changes })).toEqual(expected);
  });

  test('a load balancer that no manifest has any more is paid no longer', () => {
    const gone = { path: 'spec.type', before: '"LoadBalancer"', after: undefined };
    const changes = [
      anObject('Service/bot/old', { action: 'pruned', fields: [gone] }),
      anObject('Service/bot/plain', { action: 'pruned' }),
    ];
    expect(linesOf([], { changes })).toEqual([['Service/bot/old', 10, 0]]);
  });

  test('is not known where the cluster could not be looked at', () => {
    expect(linesOf([claim('20Gi'), service({})], { changes: undefined })).toEqual([
      ['PersistentVolumeClaim/db/data: 20 GB', 'unknown', 2],
    ]);
  });
});
