import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../sandbox/command.ts';
import { CI, faultsOfRuns, type WorkflowRun } from './release-ci.ts';
import { git, root } from './release-git.ts';
import { changesOf, compareVersions, isVersion } from './release-text.ts';

/** Gives every reason not to release `version` from the commit that is checked out; dist/ is another check's. */
export async function faultsOfRelease(version: string): Promise<readonly string[]> {
  const [checkout, ci] = await Promise.all([faultsOfCheckout(), faultsOfCi()]);
  return [...faultsOfVersion(version), ...checkout, ...ci];
}

function faultsOfVersion(version: string): readonly string[] {
  const { version: last } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  const faults: string[] = [];
  if (!isVersion(version)) faults.push(`${version}: must be three numbers such as 1.2.3`);
  else if (compareVersions(version, last) <= 0) faults.push(`${version}: must be greater than ${last}`);
  if (changesOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')) === '')
    faults.push('CHANGELOG.md: has nothing under Unreleased');
  return faults;
}

async function faultsOfCheckout(): Promise<readonly string[]> {
  const branch = await git(['rev-parse', '--abbrev-ref', 'HEAD']);
  if (branch !== 'main') return [`${branch} is checked out: releases are made from main`];
  // dist/ is built anew in any case; an earlier run may have been killed while it was.
  const changed = await git(['status', '--porcelain', '--', '.', ':!dist']);
  const distance = await git(['rev-list', '--left-right', '--count', 'HEAD...origin/main']);
  const [ahead = '', behind = ''] = distance.split('\t');
  return [
    ...(changed === '' ? [] : [`the checkout has changes:\n${changed}`]),
    ...(ahead === '0' ? [] : [`main has what origin has not (${ahead}): push, and let CI see it`]),
    ...(behind === '0' ? [] : [`main is behind origin (${behind}): pull`]),
  ];
}

/** The commit of the release itself differs from the one that CI saw by version and changelog alone. */
async function faultsOfCi(): Promise<readonly string[]> {
  const commit = await git(['rev-parse', 'HEAD']);
  const fields = 'workflowName,status,conclusion,url';
  const asked = ['gh', 'run', 'list', '--commit', commit, '--event', 'push', '--json', fields];
  try {
    return faultsOfRuns(JSON.parse(await run(asked, { cwd: root })) as readonly WorkflowRun[], commit);
  } catch (error) {
    return [`GitHub does not tell whether ${CI} passed: ${(error as Error).message}`];
  }
}
