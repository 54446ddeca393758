import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

/** Compares a text with the golden file of that name. With `UPDATE_GOLDEN=1` in the environment it is written instead. */
export function expectGolden(name: string, text: string): void {
  const file = join(FIXTURES, name);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, `${text}\n`);
  if (!existsSync(file))
    throw new Error(`${name} is missing: run the tests with UPDATE_GOLDEN=1 to write it`);
  expect(`${text}\n`).toBe(readFileSync(file, 'utf8'));
}
