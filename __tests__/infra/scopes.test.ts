import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { missingScopes, neededScopes } from '../../src/infra/scopes';

const deploy = { preview: false, cluster: false };
const preview = { preview: true, cluster: false };
const SHIPPED = ['linode_lke_cluster', 'linode_volume'];

describe('the scopes that are needed', () => {
  test.each<[string, readonly string[], typeof deploy, readonly string[]]>([
    ['the shipped set', SHIPPED, deploy, ['events:read_only', 'lke:read_write', 'volumes:read_write']],
    ['its first preview', SHIPPED, preview, ['lke:read_only', 'volumes:read_only']],
    [
      'a preview of a cluster, whose kubeconfig the plan reads',
      SHIPPED,
      { preview: true, cluster: true },
      ['lke:read_write', 'volumes:read_only'],
    ],
    ['a volume alone', ['linode_volume'], deploy, ['volumes:read_write']],
    ['a pool', ['linode_lke_node_pool'], deploy, ['events:read_only', 'lke:read_write']],
    ['instances', ['linode_instance'], deploy, ['events:read_only', 'linodes:read_write']],
    [
      'a bucket with its key',
      ['linode_object_storage_bucket', 'linode_object_storage_key'],
      deploy,
      ['object_storage:read_write'],
    ],
    ['what is not Linode’s', ['local_file', 'terraform_data', 'aws_s3_bucket'], deploy, []],
    ['what is not known', ['linode_brand_new'], deploy, []],
  ])('%s', (_, types, how, scopes) => {
    expect(neededScopes(types, how)).toEqual(scopes);
  });
});

describe('the scopes that a token lacks', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['all', ['*'], []],
    ['the very ones', ['lke:read_write', 'events:read_only'], []],
    ['more than needed', ['lke:read_write', 'events:read_write', 'account:read_only'], []],
    ['to read only', ['lke:read_only', 'events:read_only'], ['lke:read_write']],
    ['none', [], ['events:read_only', 'lke:read_write']],
  ])('%s', (_, held, missing) => {
    expect(missingScopes(held, ['events:read_only', 'lke:read_write'])).toEqual(missing);
  });

  test('are none of what it has, and all that it has not', () => {
    const scope = fc.constantFrom(
      'lke:read_only',
      'lke:read_write',
      'volumes:read_write',
      'events:read_only',
    );
    fc.assert(
      fc.property(fc.array(scope), fc.uniqueArray(scope), (held: readonly string[], needed) => {
        const missing = missingScopes(held, needed);
        expect(missing.filter((one) => held.includes(one))).toEqual([]);
        expect(missingScopes([...held, ...missing], needed)).toEqual([]);
      }),
    );
  });
});
