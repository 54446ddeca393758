import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/json';
import { appliedFields } from '../../src/manifests/applied-fields';

const MANIFEST = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'bot',
    namespace: 'ns',
    labels: { 'app.kubernetes.io/name': 'bot' },
    finalizers: ['ours'],
  },
  spec: {
    replicas: 2,
    template: {
      spec: {
        containers: [
          { name: 'bot', image: 'bot:1', args: ['a', 'b'], ports: [{ containerPort: 80, protocol: 'TCP' }] },
        ],
      },
    },
  },
};

const FIELDS = {
  'f:metadata': {
    'f:labels': { 'f:app.kubernetes.io/name': {} },
    'f:finalizers': { '.': {}, 'v:"ours"': {} },
  },
  'f:spec': {
    'f:replicas': {},
    'f:template': {
      'f:spec': {
        'f:containers': {
          'k:{"name":"bot"}': {
            '.': {},
            'f:name': {},
            'f:image': {},
            'f:args': {},
            'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
          },
        },
      },
    },
  },
};

/** The manifest as the cluster has it: with defaults, status, and what others added. */
function live(manager = 'ours'): JsonObject {
  const [container] = MANIFEST.spec.template.spec.containers;
  return {
    ...MANIFEST,
    metadata: {
      ...MANIFEST.metadata,
      uid: 'u',
      labels: { ...MANIFEST.metadata.labels, other: 'x' },
      finalizers: ['theirs', 'ours'],
      managedFields: [
        { manager, operation: 'Update', fieldsV1: { 'f:status': {} } },
        { manager, operation: 'Apply', subresource: 'scale', fieldsV1: {} },
        { manager, operation: 'Apply', fieldsV1: FIELDS },
      ],
    },
    spec: {
      ...MANIFEST.spec,
      paused: false,
      template: {
        spec: { dnsPolicy: 'ClusterFirst', containers: [{ name: 'injected' }, { ...container, tty: false }] },
      },
    },
    status: { replicas: 2 },
  };
}

test('what a manager applied is the manifest again, without defaults and what others added', () => {
  expect(appliedFields(live(), 'ours')).toEqual(MANIFEST);
});

test('a manager that never applied the object has nothing', () => {
  expect(appliedFields(live('others'), 'ours')).toBeUndefined();
});

test('a field that is gone from the object is left out', () => {
  const { spec, ...rest } = live();
  expect(
    appliedFields({ ...rest, spec: { ...(spec as JsonObject), replicas: undefined } }, 'ours'),
  ).toMatchObject({
    spec: { template: MANIFEST.spec.template },
  });
});
