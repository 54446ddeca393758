import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { CI, faultsOfRuns, type WorkflowRun } from '../../script/release-ci';
import { textAt } from '../../src/json';

const COMMIT = 'a'.repeat(40);
const url = 'https://github.com/org/x/actions/runs/1';
const ended = (conclusion: string, workflowName = CI): WorkflowRun => ({
  ...{ workflowName, status: 'completed', conclusion, url },
});

test.each<[string, readonly WorkflowRun[], readonly string[]]>([
  ['a green CI', [ended('success')], []],
  ['others that were not needed', [ended('success'), ended('skipped', 'A'), ended('neutral', 'B')], []],
  ['nothing', [], [`CI has not run on ${COMMIT}`]],
  ['another workflow alone', [ended('success', 'CodeQL')], [`CI has not run on ${COMMIT}`]],
  ['a red CI', [ended('failure')], [`CI is failure: ${url}`]],
  ['a CI that was cancelled', [ended('cancelled')], [`CI is cancelled: ${url}`]],
  ['a CI that waits', [{ ...ended(''), status: 'queued' }], [`CI is queued: ${url}`]],
  ['another that is red', [ended('success'), ended('failure', 'CodeQL')], [`CodeQL is failure: ${url}`]],
])('%s', (_, runs, expected) => expect(faultsOfRuns(runs, COMMIT)).toEqual(expected));

test('the workflow of every check has the name that is asked for', () => {
  expect(textAt(load(readFileSync('.github/workflows/ci.yml', 'utf8')), 'name')).toBe(CI);
});
