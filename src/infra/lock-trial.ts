import type { ErrorDetails } from '../errors';
import type { LockTrial, StoreAnswer } from '../ports';

/** Answers by which a store keeps the condition: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
const KEPT = [412, 409];

/** Gives what is wrong with a store in which a lock was tried, or undefined where Terraform can lock its state there. */
export function judgeTrial({ taken, again, plain, released }: LockTrial): ErrorDetails | undefined {
  // An answer that was lost on the way makes the second try look like somebody else's lock: it is ours.
  if (!isGood(taken) && !KEPT.includes(taken.status)) return notTaken(taken, plain);
  if (again !== undefined && isGood(again)) {
    return noLock(
      'takes an object a second time in spite of `If-None-Match: *`, so that two runs could hold the lock at once',
    );
  }
  if (again !== undefined && !KEPT.includes(again.status)) return failed('a second write', again);
  if (released !== undefined && !isGood(released)) {
    return {
      ...failed('deleting an object', released),
      advice: 'Give the state-access-key the right to delete: without it, a lock would stay for ever.',
    };
  }
  return undefined;
}

function notTaken(taken: StoreAnswer, plain: StoreAnswer | undefined): ErrorDetails {
  if (plain !== undefined && isGood(plain)) {
    return noLock(`answers ${told(taken)} to \`If-None-Match: *\`, by which Terraform locks the state`);
  }
  if (taken.status !== 401 && taken.status !== 403) return failed('writing an object', plain ?? taken);
  return {
    code: 'state-store-read-only',
    cause: `the state store answered ${told(taken)} to writing an object`,
    advice:
      'Give state-access-key and state-secret-key of a key that may read and write this bucket; a new key works after half a minute.',
  };
}

function noLock(what: string): ErrorDetails {
  return {
    code: 'state-store-no-lock',
    cause: `the state store ${what}`,
    advice:
      'Keep the state in a store that keeps the condition, such as Linode Object Storage; nothing was changed.',
  };
}

function failed(what: string, answer: StoreAnswer): ErrorDetails {
  return {
    code: 'state-store-failed',
    cause: `the state store answered ${told(answer)} to ${what}`,
    advice: 'Look at the bucket and its limits, and run the job again; nothing was changed.',
  };
}

function isGood({ status }: StoreAnswer): boolean {
  return status >= 200 && status < 300;
}

function told({ status, code }: StoreAnswer): string {
  return code === '' ? String(status) : `${status} (${code})`;
}
