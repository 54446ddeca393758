import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  changesOf,
  compareVersions,
  isVersion,
  versionOf,
  withRelease,
  withVersion,
} from '../../script/release-text';

const CHANGELOG =
  '# Changelog\n\n## Unreleased\n\n- New\n\n## 1.10.0 - 2026-01-02\n\n- Ten\n\n## 1.1.0 - 2026-01-01\n\n- One\n';

test.each<[string, boolean]>([
  ['1.2.3', true],
  ['0.0.0', true],
  ['10.20.30', true],
  ['1.2', false],
  ['1.2.3.4', false],
  ['v1.2.3', false],
  ['1.02.3', false],
  ['1.2.3-rc.1', false],
  ['1.2.3\n', false],
  ['', false],
])('%j is a version: %s', (text, expected) => expect(isVersion(text)).toBe(expected));

test.each<[string, string | undefined]>([
  ['v1.2.3', '1.2.3'],
  ['1.2.3', undefined],
  ['vv1.2.3', undefined],
  ['v1', undefined],
  ['v1.2.3^{}', undefined],
])('the version of the tag %s is %s', (tag, expected) => expect(versionOf(tag)).toBe(expected));

test('versions are ordered by their numbers', () => {
  const ordered = ['0.9.9', '1.0.0', '1.0.2', '1.0.10', '1.2.0', '1.10.0', '2.0.0', '10.0.0'];
  expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered);
  expect(compareVersions('1.2.3', '1.2.3')).toBe(0);
});

describe('the changelog', () => {
  test.each<[string, string | undefined, string]>([
    ['what is unreleased', undefined, '- New'],
    ['a version', '1.10.0', '- Ten'],
    ['one whose name begins as another’s', '1.1.0', '- One'],
    ['one that it has not', '1.1', ''],
  ])('%s', (_, version, expected) => expect(changesOf(CHANGELOG, version)).toBe(expected));

  test.each(['# Changelog\n', '# Changelog\n\n## Unreleased\n', '## Unreleased\n\n \n\n## 1.0.0\n\n- One\n'])(
    'has nothing unreleased: %j',
    (text) => expect(changesOf(text)).toBe(''),
  );

  test('a release takes what is unreleased, and leaves the heading', () => {
    const released = withRelease(CHANGELOG, '2.0.0', new Date('2026-03-04T23:59:59Z'));
    expect(released).toContain('\n\n## Unreleased\n\n## 2.0.0 - 2026-03-04\n\n- New\n\n## 1.10.0');
    expect(changesOf(released)).toBe('');
    expect(changesOf(released, '2.0.0')).toBe('- New');
    expect(changesOf(released, '1.10.0')).toBe('- Ten');
  });
});

test.each(['package.json', 'package-lock.json'])('%s changes in its version alone', (path) => {
  const before = readFileSync(path, 'utf8').split('\n');
  const after = withVersion(before.join('\n'), '7.8.9').split('\n');
  const changed = after.filter((line, index) => line !== before[index]).map((line) => line.trim());
  expect(after).toHaveLength(before.length);
  expect(changed).toEqual(Array(path === 'package.json' ? 1 : 2).fill('"version": "7.8.9",'));
});
