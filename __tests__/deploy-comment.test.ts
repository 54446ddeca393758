import { beforeEach, describe, expect, test } from '@jest/globals';
import { commentMarker, readRecord } from '../src/comment-record';
import { writeComment } from '../src/deploy-comment';
import type { DeployResult } from '../src/deploy-result';
import { DeployError } from '../src/errors';
import { makeReport } from '../src/report/report';
import type { Settings } from '../src/settings/settings';
import { FakeLog } from './support/log';
import { FakePullRequests } from './support/pull-requests';
import { anInfraResult, aPreview, aResult, succeeded } from './support/results';
import { anEvent, aSettings, SHA } from './support/settings';

const SHOWN = { digests: ['0123456789abcdef'], seal: 'f'.repeat(64) };
const pullRequest = { number: 7, fork: false, dependabot: false };
const preview = aSettings({ command: 'preview', event: anEvent({ name: 'pull_request', pullRequest }) });
const APPLIED = aResult({ infra: succeeded(anInfraResult({ applied: true }), 'linode_volume.a: made') });

let pullRequests: FakePullRequests;
let log: FakeLog;
beforeEach(() => {
  [pullRequests, log] = [new FakePullRequests(), new FakeLog()];
});

const write = (settings: Settings, result: DeployResult): Promise<string | undefined> =>
  writeComment(settings, result, makeReport(settings, result), { pullRequests, log });

async function showPlan(): Promise<void> {
  await write(preview, aPreview({ infra: succeeded(anInfraResult({ shown: SHOWN })) }));
  pullRequests.merged.set(SHA, [{ number: 7, head: SHA }]);
}

test('a preview writes its comment, with the plan that it shows out of sight', async () => {
  await showPlan();
  const text = pullRequests.comments.get(7) ?? '';
  expect(text.startsWith(commentMarker('production'))).toBe(true);
  expect(readRecord(text)).toEqual({ head: SHA, run: 4711, attempt: 1, plan: SHOWN });
});

test.each<[string, Partial<Settings>]>([
  ['without a pull request', { event: anEvent() }],
  ['without a token', { githubToken: '' }],
  ['that is to write none', { comment: false }],
])('a preview %s writes none', async (_, given) => {
  expect(await write({ ...preview, ...given }, aPreview())).toBeUndefined();
  expect(pullRequests.comments.size).toBe(0);
});

describe('a push', () => {
  test('tells the merged pull request what was deployed', async () => {
    await showPlan();
    expect(await write(aSettings(), APPLIED)).toBe('https://github.com/acme/wpp-bot/pull/7#1');
    expect(pullRequests.comments.get(7)).toContain('✅ **Deployed**');
  });

  test('tells nothing, and asks nothing, where nothing changed', async () => {
    await showPlan();
    expect(await write(aSettings(), aResult())).toBeUndefined();
    expect(pullRequests.asked).toEqual([]);
  });

  test('makes no comment where there is none', async () => {
    pullRequests.merged.set(SHA, [{ number: 7, head: SHA }]);
    expect(await write(aSettings(), APPLIED)).toBeUndefined();
    expect(pullRequests.comments.size).toBe(0);
  });

  test('that cannot find its pull request warns, and goes on', async () => {
    pullRequests.refusal = new DeployError({
      code: 'github-refused',
      cause: 'GitHub answered 502',
      advice: '',
    });
    expect(await write(aSettings(), APPLIED)).toBeUndefined();
    expect(log.lines).toEqual(['warning: No comment tells what was deployed: GitHub answered 502.']);
  });
});

test('a run by hand tells no pull request', async () => {
  await showPlan();
  await write(aSettings({ event: anEvent({ name: 'workflow_dispatch' }) }), APPLIED);
  expect(pullRequests.comments.get(7)).not.toContain('**Deployed**');
});
