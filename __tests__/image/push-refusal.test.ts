import { expect, test } from '@jest/globals';
import { isFullDisk, pushAdvice } from '../../src/image/push-refusal';

/** What distribution 2.8 answers when its disk is full. */
const FULL =
  '500 {"errors":[{"code":"UNKNOWN","message":"unknown error","detail":{"DriverName":"filesystem","Enclosed":{"Op":"write","Path":"/x/startedat","Err":28}}}]}';

test.each([
  [FULL, true],
  ['500 {"errors":[{"detail":"filesystem: write /x: no space left on device"}]}', true],
  ['unexpected status from PUT request: 507 Insufficient Storage', true],
  ['507', true],
  [FULL.replace('28', '2'), false],
  ['502 Bad Gateway', false],
  ['layer of 507 bytes: EOF', false],
])('a full disk is told by %s: %s', (said, full) => expect(isFullDisk(said)).toBe(full));

/** Words of ghcr.io, Docker Hub and distribution as people quote them from their logs. */
test.each([
  ['denied: permission_denied: write_package', 'Manage Actions access'],
  ['denied: installation not allowed to Create organization package', 'an owner of the organization'],
  ['denied: installation not allowed to Write organization package', 'an owner of the organization'],
  ['denied: permission_denied: The requested installation does not exist.', 'pushes only below ghcr.io/'],
  ['denied: permission_denied: The token provided does not match expected scopes.', 'write:packages'],
  [
    'unauthorized: unauthenticated: User cannot be authenticated with the token provided.',
    'does not know these',
  ],
  ['unauthorized: authentication required', 'does not know these credentials'],
  ['unauthorized', 'does not know these credentials'],
  ['unauthorized: access to the requested resource is not authorized', 'does not know these credentials'],
  ['no basic auth credentials', 'does not know these credentials'],
  ['unauthorized: incorrect username or password', 'does not know these credentials'],
  ['unexpected status from HEAD request: 401 Unauthorized', 'does not know these credentials'],
  ['denied: requested access to the resource is denied', 'check the owner in the input image'],
  ['insufficient_scope: authorization failed', 'check the owner in the input image'],
  ['name unknown: The repository with name acme does not exist', 'check the owner in the input image'],
  ['denied: You have exceeded your data transfer quota', 'no room left'],
  ['507 Insufficient Storage', 'the disk of the registry, not of the runner'],
  ['write /var/lib/registry/x: no space left on device', 'the disk of the registry, not of the runner'],
  [
    '500 {"errors":[{"detail":{"DriverName":"filesystem","Enclosed":{"Op":"mkdir","Err":28}}}]}',
    'the disk of the registry',
  ],
  ['denied: denied', '`permissions: packages: write`'],
  ['403 Forbidden', '`permissions: packages: write`'],
])('%s', (said, advice) => expect(pushAdvice(said)).toContain(advice));
