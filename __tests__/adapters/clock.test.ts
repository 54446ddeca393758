import { expect, test } from '@jest/globals';
import { systemClock } from '../../src/adapters/clock';

test('a sleep ends with the reason of the cancellation', async () => {
  const controller = new AbortController();
  const reason = new Error('cancelled');
  const sleep = systemClock(controller.signal).sleep(60_000);
  controller.abort(reason);
  await expect(sleep).rejects.toBe(reason);
});

test('a sleep after the cancellation does not start', async () => {
  const reason = new Error('cancelled');
  await expect(systemClock(AbortSignal.abort(reason)).sleep(60_000)).rejects.toBe(reason);
});

test('time passes while it sleeps', async () => {
  const clock = systemClock(new AbortController().signal);
  const start = clock.now();
  await clock.sleep(20);
  expect(clock.now() - start).toBeGreaterThanOrEqual(19);
});
