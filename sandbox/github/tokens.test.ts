import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callerOf, readTokens } from './tokens.ts';

let directory: string;
const written = (content: unknown, mode: number): string => {
  const file = join(directory, `${mode.toString(8)}.json`);
  writeFileSync(file, JSON.stringify(content), { mode });
  return file;
};

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tokens-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('readTokens', () => {
  const callers = { job: { login: 'github-actions[bot]', access: 'write' } };

  it('reads who each token speaks for', () => {
    const tokens = readTokens(written(callers, 0o600));
    expect(callerOf('Bearer job', tokens)).toEqual(callers.job);
    expect(callerOf('token job', tokens)).toEqual(callers.job);
    expect(callerOf('job', tokens)).toBeUndefined();
    expect(callerOf(undefined, tokens)).toBeUndefined();
  });

  it('refuses a file that others can read', () => {
    expect(() => readTokens(written(callers, 0o644))).toThrow('give it mode 0600');
  });

  it('says what is wrong without naming a token', () => {
    const read = () => readTokens(written({ 'secret-token': { login: 'octocat', access: 'all' } }, 0o400));
    expect(read).toThrow('must be equal to one of the allowed values');
    expect(read).not.toThrow('secret-token');
  });
});
