import { expect, test } from '@jest/globals';
import { mayBeShown } from '../../src/infra/terraform-output';

test.each([
  ['apply', 'linode_lke_cluster.a: Creating...', true],
  ['apply', 'linode_lke_cluster.a: Still creating... [4m10s elapsed]', false],
  ['apply', 'module.a.linode_volume.b["x y"]: Still destroying... [id=1, 00m10s elapsed]', false],
  ['apply', 'linode_lke_cluster.a: Creation complete after 4m12s [id=42]', true],
  ['apply', '│ Error: Still waiting: Still creating', true],
  ['plan', 'data.linode_region.a: Still reading... [10s elapsed]', false],
  ['plan', 'data.linode_region.a: Read complete after 1s', true],
  ['plan', '  + password = "hunter2"', false],
  ['plan', '│ Error: Invalid region', true],
])('%s: %s is shown: %s', (command, line, shown) => {
  expect(mayBeShown(command, line)).toBe(shown);
});
