import { expect, test } from '@jest/globals';
import { loadManifests } from '../../src/manifests/load';
import { fakeFiles, fakeKustomize } from '../support/files';
import { IMAGE, someManifests } from '../support/settings';

const head = (kind: string, apiVersion = 'v1'): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n`;
const pod = (spec: string): string => `${head('Pod')}spec:\n${spec}\n`;

/** What a check that is too strict would refuse. */
test.each<[string, string]>([
  [
    'one port by two protocols',
    pod('  containers:\n  - name: a\n    ports: [{containerPort: 53}, {containerPort: 53, protocol: UDP}]'),
  ],
  [
    'an env of the same name in two containers',
    pod(
      '  containers:\n  - {name: a, env: [{name: A, value: "1"}]}\n  - {name: b, env: [{name: A, value: "1"}]}',
    ),
  ],
  ['an env without a value', pod('  containers:\n  - {name: a, env: [{name: A}, {name: B, value: }]}')],
  [
    'a name with colons, as roles have',
    head('ClusterRole', 'rbac.authorization.k8s.io/v1').replace('name: a', 'name: system:a'),
  ],
  ['a label without a value', head('ConfigMap').replace('name: a', 'name: a, labels: {a: }')],
  [
    'a number where numbers are taken',
    `${head('Thing', 'x.io/v1')}spec: {data: 1, labels: {a: 1}, env: [{value: 1}], args: [1]}`,
  ],
  [
    'duplicates in a custom kind',
    `${head('Thing', 'x.io/v1')}spec: {containers: [{name: a}, {name: a}], env: {a: 1}}`,
  ],
  [
    'a schema that describes such fields',
    `${head('CustomResourceDefinition', 'apiextensions.k8s.io/v1')}spec:\n  matchLabels: {x: true}\n  env: {type: array}\n  containers: {type: object}`,
  ],
  [
    'ports of a NetworkPolicy',
    `${head('NetworkPolicy', 'networking.k8s.io/v1')}spec: {ingress: [{ports: [{port: 80}, {port: 80, protocol: UDP}]}]}`,
  ],
  ['a kind that only ends in List', head('AllowList', 'x.io/v1')],
  ['a version of a group without dots', head('Deployment', 'apps/v1')],
  ['a Secret of 700 kB', `${head('Secret')}stringData: {a: "${'x'.repeat(700_000)}"}`],
  ['a ConfigMap of 300 kB', `${head('ConfigMap')}data: {a: "${'x'.repeat(300_000)}"}`],
  ['data in several lines of base64', `${head('Secret')}data:\n  a: |\n    aGVs\n    bG8=\n`],
  ['a long list with aliases', `${head('Thing', 'x.io/v1')}a: &a [1, 2, 3]\nb: [${'*a, '.repeat(2000)}]`],
])('%s', async (_, text) => {
  const ports = { files: fakeFiles({ 'manifests/a.yaml': text }), kustomize: fakeKustomize() };
  expect(await loadManifests(someManifests(), IMAGE, ports)).toHaveLength(1);
});
