import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseConfig, readConfig } from './config.ts';

const tokens = [{ token: 'secret', scopes: '*' }];
let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'config-'));
  file = join(directory, 'config.json');
  writeFileSync(file, JSON.stringify({ tokens }), { mode: 0o600 });
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('readConfig', () => {
  it('fills in what is left out', () => {
    expect(readConfig(file)).toEqual({
      tokens,
      k8sVersions: ['1.35', '1.34', '1.33'],
      kubeconfigPendingCalls: 2,
      settleMs: 500,
    });
  });

  it('refuses a file that others can read', () => {
    chmodSync(file, 0o640);
    expect(() => readConfig(file)).toThrow('give it the mode 0600');
  });
});

describe('parseConfig', () => {
  it.each([
    [{}, "must have required property 'tokens'"],
    [{ tokens: [] }, 'config/tokens must NOT have fewer than 1 items'],
    [{ tokens, storeKey: { accessKey: 'a' } }, "config/storeKey must have required property 'secretKey'"],
    [{ tokens, kubeConfigPendingCalls: 1 }, 'must NOT have additional properties'],
  ])('refuses %j', (candidate, message) => {
    expect(() => parseConfig(candidate)).toThrow(message);
  });
});
