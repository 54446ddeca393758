import { expect, test } from '@jest/globals';
import { hosts, hostsFile, namesOf, type Host } from './hosts.ts';

test('names every host once, each part at an address of its own', () => {
  const lines = hostsFile().trim().split('\n');
  const names = lines.flatMap((line) => line.split(' ').slice(1));
  const parts = Object.values<Host>(hosts);
  expect([...names].sort()).toEqual(['localhost', ...parts.flatMap(namesOf)].sort());
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(parts.map(({ address }) => address)).size).toBe(parts.length);
});

test('gives the state bucket the name that S3 clients make of it', () => {
  expect(hostsFile()).toContain(
    '127.0.1.4 us-east-1.linodeobjects.com wpp-bot-terraform-state.us-east-1.linodeobjects.com',
  );
});
