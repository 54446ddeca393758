import { beforeEach, describe, expect, test } from '@jest/globals';
import { writeDriftIssue } from '../src/deploy-issue';
import { DeployError } from '../src/errors';
import { readPlan } from '../src/infra/plan';
import type { Issue, Issues, IssueText } from '../src/ports';
import { driftMarker } from '../src/report/drift-issue';
import { makeReport, type Report } from '../src/report/report';
import { aFailure } from './support/failure';
import { expectGolden } from './support/golden';
import { planned } from './support/infra';
import { FakeLog } from './support/log';
import { isWellFormed } from './support/markdown';
import { anInfraResult, anObject, aResult, failed, skipped, succeeded } from './support/results';
import { aSettings } from './support/settings';

class FakeIssues implements Issues {
  found: Issue | undefined;
  refusal: Error | undefined;
  readonly calls: string[] = [];
  readonly texts: IssueText[] = [];

  find(marker: string): Promise<Issue | undefined> {
    this.calls.push(`find ${marker}`);
    return this.refusal === undefined ? Promise.resolve(this.found) : Promise.reject(this.refusal);
  }

  open(text: IssueText): Promise<string> {
    this.calls.push('open');
    this.texts.push(text);
    return Promise.resolve('https://github.com/acme/wpp-bot/issues/1');
  }

  rewrite(number: number, text: IssueText): Promise<string> {
    this.calls.push(`rewrite ${number}`);
    this.texts.push(text);
    return Promise.resolve('https://github.com/acme/wpp-bot/issues/1');
  }

  close(number: number, comment: string): Promise<void> {
    this.calls.push(`close ${number}: ${comment.split(':')[0]}`);
    return Promise.resolve();
  }
}

const settings = aSettings({ command: 'drift' });
const image = skipped('drift builds nothing');
const rollout = skipped('drift changes nothing');
const clean = makeReport(settings, aResult({ image, rollout }));
const differing = makeReport(
  settings,
  aResult({
    image,
    rollout,
    infra: succeeded(
      anInfraResult({ plan: readPlan({ resource_changes: [planned('linode_volume.data', ['delete'])] }) }),
    ),
    manifests: succeeded({
      changes: [
        anObject('Deployment/wpp-bot/bot', {
          action: 'configured',
          fields: [{ path: 'spec.replicas', before: '5', after: '1' }],
        }),
      ],
      workloads: [],
    }),
  }),
);
const FIND = `find ${driftMarker('production')}`;

let issues: FakeIssues;
let log: FakeLog;
beforeEach(() => {
  [issues, log] = [new FakeIssues(), new FakeLog()];
});

describe('the issue', () => {
  test.each<[string, Report, Issue | undefined, readonly string[]]>([
    ['is opened where something differs', differing, undefined, [FIND, 'open']],
    ['is brought up to date', differing, { number: 5, open: true }, [FIND, 'rewrite 5']],
    ['is opened again', differing, { number: 5, open: false }, [FIND, 'rewrite 5']],
    [
      'is closed where nothing does',
      clean,
      { number: 5, open: true },
      [FIND, 'close 5: Nothing differs any more'],
    ],
    ['stays closed', clean, { number: 5, open: false }, [FIND]],
    ['is not made for nothing', clean, undefined, [FIND]],
  ])('%s', async (_, report, found, calls) => {
    issues.found = found;
    await writeDriftIssue(report, { issues, log });
    expect(issues.calls).toEqual(calls);
  });

  test('says what people read', async () => {
    await writeDriftIssue(differing, { issues, log });
    const [{ title, body } = { title: '', body: '' }] = issues.texts;
    expect(body.startsWith(driftMarker('production'))).toBe(true);
    expect(isWellFormed(body)).toBe(true);
    expectGolden('drift.issue.md', `${title}\n\n${body}`);
    expect(log.lines).toEqual(['What differs stands in https://github.com/acme/wpp-bot/issues/1']);
  });
});

test.each<[string, Report]>([
  [
    'of a run that failed',
    makeReport(settings, aResult({ infra: failed('infra', aFailure('infra-plan-failed').details) })),
  ],
  ['of another command', makeReport(aSettings(), aResult())],
])('the issue is left alone by the report %s', async (_, report) => {
  await writeDriftIssue(report, { issues, log });
  expect(issues.calls).toEqual([]);
});

test('a token that may not is told, with the right that is missing', async () => {
  issues.refusal = new DeployError({
    code: 'github-refused',
    cause: 'GitHub answered 403 for the issues',
    advice: 'Give the job `permissions: issues: write`.',
  });
  await writeDriftIssue(differing, { issues, log });
  expect(log.lines).toEqual([
    'warning: The issue about the drift could not be written: GitHub answered 403 for the issues. Give the job `permissions: issues: write`. It stands in the job summary.',
  ]);
});
