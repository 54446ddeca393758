import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/json';
import { rolloutWarnings } from '../../src/rollout/warnings';

const claim = (accessModes: readonly string[], namespace?: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', ...(namespace === undefined ? {} : { namespace }) },
  spec: { accessModes },
});
const workload = (spec: JsonObject = {}, kind = 'Deployment'): JsonObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'bot' },
  spec: {
    template: { spec: { volumes: [{ emptyDir: {} }, { persistentVolumeClaim: { claimName: 'data' } }] } },
    ...spec,
  },
});
const warnings = (...objects: readonly JsonObject[]): readonly string[] =>
  rolloutWarnings(objects.map((object) => ({ source: 'app.yaml', object })));
const rolling = (maxSurge: unknown): JsonObject => ({
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge } },
});

test('a volume of one node with a rollout that needs it twice', () => {
  expect(warnings(claim(['ReadWriteOnce']), workload())).toEqual([
    'Deployment/bot (app.yaml) starts a new pod beside the old one, but only one node at a time can have its ReadWriteOnce volume data: give it `strategy: {type: Recreate}`',
  ]);
});

test.each<[string, JsonObject, JsonObject, number]>([
  ['for one pod', claim(['ReadWriteOncePod']), workload(), 1],
  ['for many nodes', claim(['ReadWriteMany']), workload(), 0],
  ['for many nodes too', claim(['ReadWriteOnce', 'ReadOnlyMany']), workload(), 0],
  ['of another namespace', claim(['ReadWriteOnce'], 'other'), workload(), 0],
  [
    'of a Deployment that ends the old pod first',
    claim(['ReadWriteOnce']),
    workload({ strategy: { type: 'Recreate' } }),
    0,
  ],
  ['of one without surge', claim(['ReadWriteOnce']), workload(rolling(0)), 0],
  ['of one without surge in percent', claim(['ReadWriteOnce']), workload(rolling('0%')), 0],
  ['of one with a surge', claim(['ReadWriteOnce']), workload(rolling('10%')), 1],
  ['of one without replicas', claim(['ReadWriteOnce']), workload({ replicas: 0 }), 0],
  ['of a StatefulSet', claim(['ReadWriteOnce']), workload({}, 'StatefulSet'), 0],
])('a volume %s', (_, pvc, object, count) => expect(warnings(pvc, object)).toHaveLength(count));

test('a claim that the manifests do not have says nothing', () => expect(warnings(workload())).toEqual([]));
