import { expect, test } from '@jest/globals';
import { workloadKey } from '../../src/manifests/workload';

const object = (apiVersion: string, kind: string, namespace?: string): Record<string, unknown> => ({
  apiVersion,
  kind,
  metadata: { name: 'a', ...(namespace === undefined ? {} : { namespace }) },
});

test.each([
  ['Deployment', 'deployments'],
  ['StatefulSet', 'statefulsets'],
  ['DaemonSet', 'daemonsets'],
])('a %s is a workload', (kind, plural) => {
  expect(workloadKey(object('apps/v1', kind), 'ns')).toEqual({
    type: { apiVersion: 'apps/v1', kind, plural, namespaced: true },
    namespace: 'ns',
    name: 'a',
  });
});

test('its own namespace comes first', () => {
  expect(workloadKey(object('apps/v1', 'Deployment', 'own'), 'ns')?.namespace).toBe('own');
});

test.each([
  ['batch/v1', 'Job'],
  ['apps/v1', 'ReplicaSet'],
  ['v1', 'Pod'],
  ['example.com/v1', 'Deployment'],
])('%s %s is none', (apiVersion, kind) => {
  expect(workloadKey(object(apiVersion, kind), 'ns')).toBeUndefined();
});
