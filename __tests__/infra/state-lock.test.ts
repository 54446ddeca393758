import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describeLock, isOwn, lockInOutput, readStateLock } from '../../src/infra/state-lock';

const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const LOCK = {
  id: ID,
  who: 'runner@host-1',
  operation: 'OperationTypeApply',
  created: '2026-05-06T07:08:09.123Z',
};
/** As Terraform 1.11 writes it. */
const FILE = `{"ID":"${ID}","Operation":"OperationTypeApply","Info":"","Who":"runner@host-1","Version":"1.11.4","Created":"2026-05-06T07:08:09.123Z","Path":"bucket/production/terraform.tfstate"}`;

test('the file of a lock', () => expect(readStateLock(FILE)).toEqual(LOCK));

test.each(['', '{', '[]', '{}', 'null', '{"ID": 1}', '<Error><Code>NoSuchKey</Code></Error>'])(
  '%j is no lock',
  (text) => expect(readStateLock(text)).toBeUndefined(),
);

describe('the lock in what Terraform prints', () => {
  const lines = [
    'Error: Error releasing the state lock',
    'Lock Info:',
    `│   ID:        ${ID}`,
    '│   Path:      bucket/key',
    '│   Operation: OperationTypePlan',
    '│   Who:       runner@host-1',
    '│   Version:   1.11.4',
    '│   Created:   2026-05-06 07:08:09.123 +0000 UTC',
    '│   Info:      ',
  ];

  test('is read with and without its frame', () => {
    const lock = { ...LOCK, operation: 'OperationTypePlan' };
    expect(lockInOutput(lines)).toEqual(lock);
    expect(lockInOutput(lines.map((line) => line.replace('│', ' ')))).toEqual(lock);
  });

  test('is not there without an ID that is one', () => {
    expect(lockInOutput([])).toBeUndefined();
    expect(lockInOutput(['  ID:        `rm -rf`'])).toBeUndefined();
  });

  test('is never anything else than an ID, whatever is printed', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (given) => {
        expect(lockInOutput(given)?.id ?? ID).toMatch(/^[0-9a-f-]{36}$/);
      }),
    );
  });
});

test.each([
  [LOCK, `runner@host-1 holds the lock of the state since 2026-05-06T07:08:09Z for apply (ID ${ID})`],
  [{ ...LOCK, operation: '', created: '' }, `runner@host-1 holds the lock of the state (ID ${ID})`],
  [
    { id: ID, who: '', operation: 'migration source state', created: '' },
    `somebody holds the lock of the state for migration source state (ID ${ID})`,
  ],
])('%j in words', (lock, expected) => expect(describeLock(lock)).toBe(expected));

test.each([
  ['by us since then', 'runner@host-1', '2026-05-06T07:08:00Z', true],
  ['by us before', 'runner@host-1', '2026-05-06T07:08:10Z', false],
  ['by another host', 'runner@host-2', '2026-05-06T07:08:00Z', false],
])('a lock that was taken %s: %j', (_, self, start, expected) =>
  expect(isOwn(LOCK, self, Date.parse(start))).toBe(expected),
);

test('a lock without a time is not ours', () => {
  expect(isOwn({ ...LOCK, created: '' }, 'runner@host-1', 0)).toBe(false);
});
