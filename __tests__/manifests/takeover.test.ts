import { describe, expect, test } from '@jest/globals';
import { at, type JsonObject } from '../../src/json';
import { appliersOf, FIELD_MANAGER, leftBehind, takeover } from '../../src/manifests/takeover';

const KUBECTL = entry('kubectl-client-side-apply', 'Update', {
  'f:data': { 'f:a': {}, 'f:b': {} },
  'f:metadata': { 'f:annotations': { '.': {}, 'f:kubectl.kubernetes.io/last-applied-configuration': {} } },
});
const HELM = entry('helm', 'Update', { 'f:data': { 'f:c': {} } });
const CONTROLLER = entry('kube-controller-manager', 'Update', { 'f:status': {} }, 'status');
const BY_HAND = entry('kubectl-edit', 'Update', { 'f:data': { 'f:d': {} } });

function entry(manager: string, operation: string, fieldsV1: JsonObject, subresource?: string): JsonObject {
  return {
    manager,
    operation,
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(subresource === undefined ? {} : { subresource }),
  };
}

function live(...managedFields: readonly JsonObject[]): JsonObject {
  return {
    kind: 'ConfigMap',
    metadata: { name: 'a', resourceVersion: '7', managedFields },
    data: { a: '1' },
  };
}

describe('an object that another tool applied', () => {
  test('is taken over with all that the tools had set', () => {
    const operations = takeover(live(KUBECTL, CONTROLLER, HELM, BY_HAND)) ?? [];
    expect(operations[0]).toEqual({ op: 'replace', path: '/metadata/resourceVersion', value: '7' });
    expect(at(operations[1], 'value')).toEqual([
      CONTROLLER,
      BY_HAND,
      {
        ...KUBECTL,
        manager: FIELD_MANAGER,
        operation: 'Apply',
        fieldsV1: {
          'f:data': { 'f:a': {}, 'f:b': {}, 'f:c': {} },
          'f:metadata': {
            'f:annotations': { '.': {}, 'f:kubectl.kubernetes.io/last-applied-configuration': {} },
          },
        },
      },
    ]);
    expect(appliersOf(live(KUBECTL, HELM, BY_HAND))).toEqual(['kubectl-client-side-apply', 'helm']);
  });

  test('what the manifest does not have of it is named', () => {
    expect(leftBehind(live(KUBECTL), { data: { a: '1' } })).toEqual(['data.b', 'metadata']);
  });

  test('items of lists are told by their keys and values', () => {
    const fields = {
      'f:spec': {
        'f:containers': { 'k:{"name":"app"}': { '.': {}, 'f:image': {} }, 'k:{"name":"old"}': { '.': {} } },
        'f:finalizers': { 'v:"kept"': {}, 'v:"gone"': {} },
      },
    };
    const wanted = { spec: { containers: [{ name: 'app', image: 'x' }], finalizers: ['kept'] } };
    expect(leftBehind(live(entry('helm', 'Update', fields)), wanted)).toEqual([
      'spec.containers[{"name":"old"}]',
      'spec.finalizers["gone"]',
    ]);
  });
});

test.each([
  ['nobody applied', live(CONTROLLER, BY_HAND)],
  ['is ours already', live(KUBECTL, entry(FIELD_MANAGER, 'Apply', {}))],
  ['has no managed fields', { metadata: {} }],
  ['a tool changed the status of', live({ ...HELM, subresource: 'status' })],
])('what %s is not taken over', (_, object) => {
  expect(takeover(object)).toBeUndefined();
});
