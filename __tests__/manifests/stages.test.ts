import { expect, test } from '@jest/globals';
import { inStages } from '../../src/manifests/stages';

const item = (kind: string): { object: { kind: string } } => ({ object: { kind } });
const kinds = (...given: readonly string[]): readonly (readonly string[])[] =>
  inStages(given.map(item)).map((stage) => stage.map(({ object }) => object.kind));

test('what must be there first comes first, whatever the order of the files', () => {
  expect(
    kinds(
      'ValidatingWebhookConfiguration',
      'IngressRoute',
      'Deployment',
      'Service',
      'Secret',
      'CronJob',
      'Namespace',
      'ServiceAccount',
      'CustomResourceDefinition',
      'Ingress',
    ),
  ).toEqual([
    ['Namespace', 'CustomResourceDefinition'],
    ['ServiceAccount'],
    ['Service', 'Secret'],
    ['Deployment', 'CronJob'],
    ['IngressRoute', 'Ingress'],
    ['ValidatingWebhookConfiguration'],
  ]);
});

test.each([
  ['PersistentVolumeClaim', 'StatefulSet'],
  ['ConfigMap', 'DaemonSet'],
  ['ServiceAccount', 'Secret'],
  ['NetworkPolicy', 'Pod'],
  ['ClusterRoleBinding', 'Job'],
  ['StorageClass', 'PersistentVolumeClaim'],
  ['PersistentVolume', 'PersistentVolumeClaim'],
  ['Service', 'Deployment'],
  ['Deployment', 'Middleware'],
  ['Middleware', 'APIService'],
])('%s before %s', (first, second) => expect(kinds(second, first)).toEqual([[first], [second]]));

test('no empty stages, and none for nothing', () => {
  expect(kinds('Namespace', 'Deployment')).toHaveLength(2);
  expect(kinds()).toEqual([]);
});

test('the inventory comes before what it names, and after its namespace', () => {
  const inventory = {
    object: { kind: 'ConfigMap', metadata: { labels: { 'applyset.kubernetes.io/id': 'applyset-x-v1' } } },
  };
  const stages = inStages([item('Secret'), inventory, item('Namespace')]);
  expect(stages).toEqual([[item('Namespace')], [inventory], [item('Secret')]]);
});
