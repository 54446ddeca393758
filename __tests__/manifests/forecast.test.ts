import { describe, expect, test } from '@jest/globals';
import { endsOf, forecastOf, type Forecast } from '../../src/manifests/forecast';
import { anObject } from '../support/results';

const READY = { name: 'a', readinessProbe: { httpGet: { port: 80 } } };
const IMAGE = [{ path: 'spec.template.spec.containers[0].image', before: '"a"', after: '"b"' }];

function workload(kind: string, spec: object = {}, containers: readonly object[] = [READY]): object {
  const template = { spec: { containers } };
  const apiVersion = kind === 'Job' ? 'batch/v1' : 'apps/v1';
  return { apiVersion, kind, metadata: { name: 'b', namespace: 'a' }, spec: { template, ...spec } };
}

function forecast(object: object, live: object | undefined, fields = IMAGE): Forecast | undefined {
  const action = live === undefined ? 'created' : 'configured';
  const given = { ...object } as Record<string, unknown>;
  return forecastOf(anObject('Deployment/a/b', { action, fields }), given, live as typeof given | undefined);
}

const rolling = (maxUnavailable: unknown, maxSurge: unknown, replicas = 1): object => ({
  replicas,
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } },
});

describe('a workload whose pods change', () => {
  test.each<[string, string, object, Forecast['downtime']]>([
    ['with one pod', 'Deployment', {}, 'none'],
    ['that ends all pods first', 'Deployment', { strategy: { type: 'Recreate' } }, 'expected'],
    ['whose only pod may be away', 'Deployment', rolling(1, 1), 'expected'],
    ['that may have no pod more, and so must have one less', 'Deployment', rolling(0, 0), 'expected'],
    ['that may have no pod more, of two', 'Deployment', rolling(0, 0, 2), 'none'],
    ['whose pods may all be away', 'Deployment', rolling('100%', '25%', 3), 'expected'],
    ['whose share is rounded down', 'Deployment', rolling('99%', '25%', 1), 'none'],
    ['with a pod more by share', 'Deployment', rolling('25%', '25%', 1), 'none'],
    ['with one pod and a name', 'StatefulSet', { replicas: 1 }, 'expected'],
    ['with three pods and names', 'StatefulSet', { replicas: 3 }, 'none'],
    ['on each node', 'DaemonSet', {}, 'possible'],
    [
      'on each node, the new one first',
      'DaemonSet',
      { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
      'none',
    ],
  ])('%s: a %s %j has downtime %s', (_, kind, spec, downtime) => {
    const object = workload(kind, spec);
    expect(forecast(object, object)).toMatchObject({ workload: 'Deployment/a/b', effect: 'rolls', downtime });
  });

  test('is perhaps away where nothing says when a new pod is ready', () => {
    const object = workload('Deployment', {}, [READY, { name: 'side' }]);
    expect(forecast(object, object)).toMatchObject({ effect: 'rolls', downtime: 'possible' });
  });

  test('that waits until its pods are deleted does not roll', () => {
    const object = workload('DaemonSet', { updateStrategy: { type: 'OnDelete' } });
    expect(forecast(object, object)).toBeUndefined();
  });

  test('that has none does nothing', () => {
    const object = workload('Deployment', { replicas: 0 });
    expect(forecast(object, object)).toBeUndefined();
  });
});

describe('what else happens to pods', () => {
  const OTHER = [{ path: 'spec.replicas', before: '1', after: '3' }];
  const one = workload('Deployment', { replicas: 1 });
  const three = workload('Deployment', { replicas: 3 });
  const none = workload('Deployment', { replicas: 0 });

  test.each<[string, object, object | undefined, typeof IMAGE, Partial<Forecast> | undefined]>([
    ['a new one', three, undefined, [], { effect: 'starts', downtime: 'none', reason: '3 pods' }],
    ['a new one on each node', workload('DaemonSet'), undefined, [], { reason: 'one pod on each node' }],
    ['more pods', three, one, OTHER, { effect: 'scales', downtime: 'none', reason: 'from 1 to 3 pods' }],
    ['no pods', none, one, OTHER, { effect: 'ends', downtime: 'expected' }],
    ['other pods, and none of them', none, one, IMAGE, { effect: 'ends', downtime: 'expected' }],
    ['made anew', one, one, [], { effect: 'rolls', downtime: 'expected' }],
    ['a label of its own', one, one, [{ path: 'metadata.labels.a', before: '"a"', after: '"b"' }], undefined],
    ['a Job', workload('Job'), undefined, [], { effect: 'runs', downtime: 'none' }],
    ['a Service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'b' } }, undefined, [], undefined],
  ])('%s', (_, object, live, fields, expected) => {
    const found = forecast(object, live, fields);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });

  test('what is unchanged does nothing', () => {
    const change = anObject('Deployment/a/b', { action: 'unchanged' });
    expect(
      forecastOf(change, one as Record<string, unknown>, one as Record<string, unknown>),
    ).toBeUndefined();
  });

  test('a workload that no manifest has any more ends; a Service has no pods', () => {
    const changes = ['Deployment/a/b', 'Service/a/b', 'DaemonSet/a/c'].map((name) =>
      anObject(name, { action: 'pruned' }),
    );
    const ended = endsOf([...changes, anObject('StatefulSet/a/kept', { action: 'unchanged' })]);
    expect(ended.map(({ workload: name, effect }) => [name, effect])).toEqual([
      ['Deployment/a/b', 'ends'],
      ['DaemonSet/a/c', 'ends'],
    ]);
  });
});
