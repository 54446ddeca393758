import { expect, test } from '@jest/globals';
import { isLasting, watchedKey, workloadKey } from '../../src/manifests/workload';

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

test('a Job is waited for, though it is no workload', () => {
  const job = object('batch/v1', 'Job');
  const key = watchedKey(job, 'ns');
  expect(key).toEqual({
    type: { apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs', namespaced: true },
    namespace: 'ns',
    name: 'a',
  });
  expect(watchedKey(object('v1', 'Pod'), 'ns')).toBeUndefined();
});

test.each([
  ['apps/v1', 'Deployment', true],
  ['batch/v1', 'Job', false],
])('%s %s lasts: %j', (apiVersion, kind, expected) => {
  const key = watchedKey(object(apiVersion, kind), 'ns');
  if (key === undefined) throw new Error('it is not waited for');
  expect(isLasting({ key, generation: 1, written: true })).toBe(expected);
});
