import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/json';
import { clean } from '../../src/manifests/clean';

const service = (spec: object): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'a' },
  spec,
});

test('what the server writes is taken out', () => {
  const metadata = {
    name: 'a',
    uid: 'u',
    resourceVersion: '1',
    generation: 2,
    creationTimestamp: null,
    deletionTimestamp: 'x',
    managedFields: [],
    labels: { x: 'z' },
  };
  const object = { ...service({}), metadata, status: { x: 1 } };
  expect(clean(object)).toEqual({ ...service({}), metadata: { name: 'a', labels: { x: 'z' } } });
});

test('annotations of the server and of kubectl are taken out, and no other', () => {
  const kept = { 'kubectl.kubernetes.io/last-applied-configuration-x': 'b', c: 'd' };
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': '{"data": "hunter2"}',
    'deployment.kubernetes.io/revision': '3',
    ...kept,
  };
  expect(clean({ kind: 'Deployment', metadata: { annotations } })['metadata']).toEqual({ annotations: kept });
  expect(clean({ kind: 'A', metadata: { annotations: null } })['metadata']).toEqual({ annotations: null });
});

test('the annotation by which a Secret asks to be filled is taken off it', () => {
  const object = (kind: string): JsonObject => ({
    kind,
    metadata: { annotations: { 'wpp-deploy-action/placeholders': 'true' } },
  });
  expect(clean(object('Secret'))['metadata']).toEqual({ annotations: {} });
  expect(clean(object('ConfigMap'))['metadata']).toEqual(object('ConfigMap')['metadata']);
});

test('empty timestamps and statuses in templates are taken out', () => {
  const template = (metadata: object): object => ({
    template: { metadata, spec: { containers: [] } },
    volumeClaimTemplates: [{ metadata: { name: 'v' } }],
  });
  const written = template({ creationTimestamp: null, labels: { a: 'b' } });
  const spec = {
    ...written,
    volumeClaimTemplates: [{ metadata: { name: 'v', creationTimestamp: null }, status: {} }],
  };
  const object = { apiVersion: 'apps/v1', kind: 'StatefulSet', spec };
  expect(clean(object)['spec']).toEqual(template({ labels: { a: 'b' } }));
});

describe('a Service', () => {
  test.each<[string, object, object]>([
    ['a blank address', { type: 'NodePort', clusterIP: '' }, { type: 'NodePort' }],
    ['blank addresses', { clusterIP: '', clusterIPs: [''] }, {}],
    ['a zero port for health checks', { healthCheckNodePort: 0 }, {}],
    ['a zero node port', { ports: [{ port: 1, nodePort: 0 }] }, { ports: [{ port: 1, protocol: 'TCP' }] }],
    ['no address at all, which is one', { clusterIP: 'None' }, { clusterIP: 'None' }],
    [
      'addresses',
      { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] },
      { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] },
    ],
    [
      'one port by two protocols',
      {
        ports: [
          { port: 53, protocol: 'UDP', name: 'u' },
          { port: 53, name: 't', nodePort: 30053 },
        ],
      },
      {
        ports: [
          { port: 53, protocol: 'UDP', name: 'u' },
          { port: 53, name: 't', nodePort: 30053, protocol: 'TCP' },
        ],
      },
    ],
  ])('with %s', (_, given, expected) => expect(clean(service(given))).toEqual(service(expected)));
});

test('a port of a container gets its protocol; of a custom kind nothing is changed', () => {
  const spec = {
    template: {
      spec: { containers: [{ ports: [{ containerPort: 1 }, { containerPort: 1, protocol: 'UDP' }] }] },
    },
  };
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: {}, spec };
  expect(clean(deployment)['spec']).toEqual({
    template: {
      spec: {
        containers: [
          {
            ports: [
              { containerPort: 1, protocol: 'TCP' },
              { containerPort: 1, protocol: 'UDP' },
            ],
          },
        ],
      },
    },
  });
  const custom = { ...deployment, apiVersion: 'example.com/v1' };
  expect(clean(custom)).toEqual(custom);
});

describe('a Secret', () => {
  test('has stringData in data, where it wins', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } };
    expect(clean({ ...secret, data: { a: 'eA==', b: 'eA==' }, stringData: { b: 'z', c: null } })).toEqual({
      ...secret,
      data: { a: 'eA==', b: 'eg==', c: '' },
    });
  });

  test('of another group is left alone', () => {
    const other = { apiVersion: 'x.io/v1', kind: 'Secret', metadata: {}, stringData: { b: 'z' } };
    expect(clean(other)).toEqual(other);
  });
});
