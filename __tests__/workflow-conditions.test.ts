import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { at, textAt } from '../src/json';
import { readSettings } from '../src/settings/settings';
import { ManualClock } from './support/clock';
import { fakeFiles } from './support/files';
import { aContext, aPullContext, someInputs } from './support/settings';

const job = at(load(readFileSync('.github/workflows/deploy.yml', 'utf8')), 'jobs', 'deploy');

/** A run: the input `command`, the event, and the ref that GitHub gives it. */
type Run = readonly [command: string, event: string, ref: string];

/** Gives the value of the last expression in a text of the job; its operators mean the same in JavaScript. */
function valueOf(text: string, [command, event, ref]: Run): unknown {
  const expression = text.slice(text.lastIndexOf('${{') + 3, text.lastIndexOf('}}'));
  const github = {
    event_name: event,
    ref,
    ref_name: ref.replace(/^refs\/(heads|tags)\//, ''),
    event: { repository: { default_branch: 'main' } },
  };
  return runInNewContext(expression, { inputs: { command }, github });
}

const queueOf = (run: Run): unknown => valueOf(textAt(job, 'concurrency', 'group'), run);
const isEntered = (run: Run): unknown => valueOf(textAt(job, 'environment', 'deployment'), run);

/** What the action does for the command and the event; undefined where it refuses the command there. */
function commandOf([command, event, ref]: Run): string | undefined {
  const context = event === 'pull_request' ? aPullContext() : aContext({ eventName: event, ref });
  const files = fakeFiles({ Dockerfile: '', 'terraform/main.tf': '', 'manifests/a.yaml': '' });
  const around = { files, clock: new ManualClock(), actionFolder: 'action' };
  const inputs = { 'secrets-token': 'github_pat_0123456789', 'confirm-destroy': 'production' };
  const result = readSettings(someInputs({ command, ...inputs }), context, around);
  return result.ok ? result.settings.command : undefined;
}

const [MAIN, TOPIC, TAG] = ['refs/heads/main', 'refs/heads/topic', 'refs/tags/v1'] as const;
const PULL = 'refs/pull/7/merge';
const QUEUE = 'refs/heads/gh-readonly-queue/main/pr-7';

describe('of the reusable workflow nothing that changes something runs beside another, and what looks holds up none', () => {
  test.each([
    ['auto', 'push', MAIN, 'deploy'],
    ['auto', 'push', TOPIC, TOPIC],
    ['auto', 'push', TAG, TAG],
    ['auto', 'pull_request', PULL, PULL],
    ['auto', 'merge_group', QUEUE, QUEUE],
    ['auto', 'schedule', MAIN, 'drift'],
    ['auto', 'workflow_dispatch', TOPIC, 'deploy'],
    ['auto', 'release', TAG, 'deploy'],
    ['auto', 'repository_dispatch', MAIN, 'deploy'],
    ['preview', 'workflow_dispatch', MAIN, MAIN],
    ['preview', 'push', MAIN, MAIN],
    ['deploy', 'schedule', MAIN, 'deploy'],
    ['deploy', 'workflow_dispatch', TOPIC, 'deploy'],
    ['restart', 'workflow_dispatch', TOPIC, 'deploy'],
    ['rollback', 'workflow_dispatch', MAIN, 'deploy'],
    ['drift', 'workflow_dispatch', TOPIC, 'drift'],
    ['bootstrap', 'workflow_dispatch', TOPIC, 'deploy'],
    ['destroy', 'workflow_dispatch', TOPIC, 'deploy'],
  ])('%s on %s of %s', (command, event, ref, queue) => {
    const run = [command, event, ref] as const;
    expect(queueOf(run)).toBe(queue);
    const does = commandOf(run);
    expect(does).toBeDefined();
    expect(queue).toBe({ drift: 'drift', preview: ref }[does ?? ''] ?? 'deploy');
  });
});

test('the history of deployments has what is one, and nothing else', () => {
  const commands = ['auto', 'preview', 'deploy', 'restart', 'rollback', 'drift', 'bootstrap', 'destroy'];
  const events = ['push', 'workflow_dispatch', 'release', 'repository_dispatch', 'schedule'];
  const happenings = [
    ['pull_request', PULL],
    ['merge_group', QUEUE],
    ...events.flatMap((event) => [MAIN, TOPIC, TAG].map((ref) => [event, ref] as const)),
  ] as const;
  const runs = commands.flatMap((command) => happenings.map(([event, ref]): Run => [command, event, ref]));
  const possible = runs.filter((run) => commandOf(run) !== undefined);
  const expected = possible.map((run) => ['deploy', 'restart', 'rollback'].includes(commandOf(run) ?? ''));
  expect(possible.map((run) => [...run, isEntered(run)])).toEqual(
    possible.map((run, index) => [...run, expected[index]]),
  );
  expect(possible.length).toBeGreaterThan(90);
  expect(new Set(expected)).toEqual(new Set([true, false]));
});
