import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { textAt } from '../src/json';
import { readSettings } from '../src/settings/settings';
import { ManualClock } from './support/clock';
import { fakeFiles } from './support/files';
import { aContext, aPullContext, someInputs } from './support/settings';

const workflow = load(readFileSync('.github/workflows/deploy.yml', 'utf8'));
const group = textAt(workflow, 'jobs', 'deploy', 'concurrency', 'group');

/** Gives the end of the queue's name: its last expression, whose operators mean the same in JavaScript. */
function queueOf(command: string, event: string, ref: string): unknown {
  const expression = group.slice(group.lastIndexOf('${{') + 3, group.lastIndexOf('}}'));
  const github = {
    event_name: event,
    ref,
    ref_name: ref.replace(/^refs\/(heads|tags)\//, ''),
    event: { repository: { default_branch: 'main' } },
  };
  return runInNewContext(expression, { inputs: { command }, github });
}

/** What the action does for the command and the event. */
function commandOf(command: string, event: string, ref: string): string {
  const context = event === 'pull_request' ? aPullContext() : aContext({ eventName: event, ref });
  const files = fakeFiles({ Dockerfile: '', 'terraform/main.tf': '', 'manifests/a.yaml': '' });
  const around = { files, clock: new ManualClock(), actionFolder: 'action' };
  const inputs = { 'secrets-token': 'github_pat_0123456789', 'confirm-destroy': 'production' };
  const result = readSettings(someInputs({ command, ...inputs }), context, around);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.settings.command;
}

describe('of the reusable workflow nothing that changes something runs beside another, and what looks holds up none', () => {
  const [main, topic, tag] = ['refs/heads/main', 'refs/heads/topic', 'refs/tags/v1'];
  test.each([
    ['auto', 'push', main, 'deploy'],
    ['auto', 'push', topic, topic],
    ['auto', 'push', tag, tag],
    ['auto', 'pull_request', 'refs/pull/7/merge', 'refs/pull/7/merge'],
    [
      'auto',
      'merge_group',
      'refs/heads/gh-readonly-queue/main/pr-7',
      'refs/heads/gh-readonly-queue/main/pr-7',
    ],
    ['auto', 'schedule', main, 'drift'],
    ['auto', 'workflow_dispatch', topic, 'deploy'],
    ['auto', 'release', tag, 'deploy'],
    ['auto', 'repository_dispatch', main, 'deploy'],
    ['preview', 'workflow_dispatch', main, main],
    ['preview', 'push', main, main],
    ['deploy', 'schedule', main, 'deploy'],
    ['deploy', 'workflow_dispatch', topic, 'deploy'],
    ['restart', 'workflow_dispatch', topic, 'deploy'],
    ['rollback', 'workflow_dispatch', main, 'deploy'],
    ['drift', 'workflow_dispatch', topic, 'drift'],
    ['bootstrap', 'workflow_dispatch', topic, 'deploy'],
    ['destroy', 'workflow_dispatch', topic, 'deploy'],
  ])('%s on %s of %s', (command, event, ref, queue) => {
    expect(queueOf(command, event, ref)).toBe(queue);
    const looks = { drift: 'drift', preview: ref }[commandOf(command, event, ref)];
    expect(queue).toBe(looks ?? 'deploy');
  });
});
