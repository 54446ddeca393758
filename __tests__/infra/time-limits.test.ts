import { expect, test } from '@jest/globals';
import { TIME_LIMITS, tookTooLong, type TerraformCommand } from '../../src/infra/time-limits';

const commands = Object.keys(TIME_LIMITS.seconds) as TerraformCommand[];

test.each(commands)('terraform %s that takes too long says so, and what to do', (command) => {
  const { code, cause, advice } = tookTooLong(command, TIME_LIMITS.seconds[command]).details;
  expect(code).toBe('infra-timeout');
  expect(cause).toMatch(
    new RegExp(`^terraform ${command} did not end within \\d+ minutes, and was interrupted$`),
  );
  expect(advice).toMatch(/^[A-Z].* run the job again.*\.$/);
});

test('a short limit is told in seconds', () => {
  expect(tookTooLong('plan', 30).details.cause).toContain('within 30 seconds');
});

test('a command has its whole time beside the wait for the lock', () => {
  for (const command of ['plan', 'apply', 'untaint'] as const)
    expect(TIME_LIMITS.seconds[command]).toBeGreaterThan(TIME_LIMITS.lock);
});

test('the provider’s own limits come first: a cluster that is deleted in 20 minutes and created in 35', () => {
  expect(TIME_LIMITS.seconds.apply - TIME_LIMITS.lock).toBeGreaterThan((20 + 35) * 60);
});
