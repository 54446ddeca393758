import { expect, test } from '@jest/globals';
import { within } from '../../src/adapters/interruption';
import { failureOf } from '../support/failure';

const reasonOf = (signal: AbortSignal): Promise<unknown> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

test('what takes longer than its time ends with an error that names the input', async () => {
  const failure = await failureOf(reasonOf(within(0.02, new AbortController().signal)));
  expect(failure).toMatchObject({
    code: 'manifests-timeout',
    advice: expect.stringContaining('manifests-timeout') as unknown,
  });
});

test('a run that is cancelled before ends in its own reason', async () => {
  const controller = new AbortController();
  const ended = reasonOf(within(60, controller.signal));
  const reason = new Error('cancelled');
  controller.abort(reason);
  await expect(ended).rejects.toBe(reason);
});
