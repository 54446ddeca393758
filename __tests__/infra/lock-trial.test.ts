import { describe, expect, test } from '@jest/globals';
import { judgeTrial } from '../../src/infra/lock-trial';
import type { LockTrial, StoreAnswer } from '../../src/ports';

const answer = (status: number, code = ''): StoreAnswer => ({ status, code });
const good = answer(200);
const gone = answer(204);

describe('a store that locks', () => {
  test.each<[string, LockTrial]>([
    ['keeps the condition', { taken: good, again: answer(412, 'PreconditionFailed'), released: gone }],
    ['says that somebody else is at it', { taken: good, again: answer(409), released: gone }],
    ['answers 201 and 200', { taken: answer(201), again: answer(412), released: good }],
    ['answered a first time already, which was lost', { taken: answer(412) }],
  ])('%s', (_, trial) => {
    expect(judgeTrial(trial)).toBeUndefined();
  });
});

describe('a store that does not', () => {
  test.each<[string, LockTrial, string, RegExp]>([
    [
      'ignores the condition',
      { taken: good, again: good, released: gone },
      'state-store-no-lock',
      /takes an object a second time in spite of `If-None-Match: \*`/,
    ],
    [
      'does not know the condition',
      { taken: answer(501, 'NotImplemented'), plain: good, released: gone },
      'state-store-no-lock',
      /answers 501 \(NotImplemented\) to `If-None-Match: \*`/,
    ],
    [
      'takes the condition for a bad request',
      { taken: answer(400, 'InvalidArgument'), plain: good, released: gone },
      'state-store-no-lock',
      /answers 400 \(InvalidArgument\)/,
    ],
    [
      'refuses every write as a bad request',
      { taken: answer(400), plain: answer(400, 'XAmzContentSHA256Mismatch'), released: answer(404) },
      'state-store-failed',
      /answered 400 \(XAmzContentSHA256Mismatch\) to writing/,
    ],
    [
      'may only be read',
      { taken: answer(403, 'AccessDenied') },
      'state-store-read-only',
      /answered 403 \(AccessDenied\) to writing an object/,
    ],
    ['does not know the key', { taken: answer(401) }, 'state-store-read-only', /answered 401 to writing/],
    ['is full', { taken: answer(507) }, 'state-store-failed', /answered 507 to writing/],
    [
      'fails the second time',
      { taken: good, again: answer(500), released: gone },
      'state-store-failed',
      /answered 500 to a second write/,
    ],
    [
      'lets nothing be deleted',
      { taken: good, again: answer(412), released: answer(403, 'AccessDenied') },
      'state-store-failed',
      /answered 403 \(AccessDenied\) to deleting an object/,
    ],
  ])('%s', (_, trial, code, cause) => {
    const fault = judgeTrial(trial);
    expect(fault?.code).toBe(code);
    expect(fault?.cause).toMatch(cause);
  });
});
