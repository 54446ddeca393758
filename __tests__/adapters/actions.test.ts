import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fail, publish, publishRefusal, readContext, readInputs } from '../../src/adapters/actions';
import { Secrets } from '../../src/adapters/secrets';
import { makeReport, type Report } from '../../src/report/report';
import { aFailure } from '../support/failure';
import { decoded } from '../support/markdown';
import { anObject, aResult, failed, succeeded } from '../support/results';
import { aSettings } from '../support/settings';

const before = { ...process.env };
// One folder for all: the runner's library keeps the path of the summary that it wrote first.
const folder = mkdtempSync(join(tmpdir(), 'wpp-actions-'));
const fileOf = (name: string): string => join(folder, name);

beforeEach(() => {
  for (const name of ['output', 'summary']) writeFileSync(fileOf(name), '');
  Object.assign(process.env, {
    RUNNER_TEMP: folder,
    GITHUB_OUTPUT: fileOf('output'),
    GITHUB_STEP_SUMMARY: fileOf('summary'),
  });
});

afterEach(() => {
  process.env = { ...before };
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('readInputs', () => {
  test('gives each by its name in action.yml, also those with dashes and white space', () => {
    Object.assign(process.env, { 'INPUT_LINODE-TOKEN': ' x ', INPUT_COMMAND: 'deploy', INPUTS: 'no' });
    expect(readInputs()).toEqual({ 'linode-token': ' x ', command: 'deploy' });
  });
});

describe('readContext', () => {
  test('reads variables and payload of the event', () => {
    writeFileSync(fileOf('event.json'), '{"a": 1}');
    Object.assign(process.env, {
      GITHUB_EVENT_NAME: 'push',
      GITHUB_EVENT_PATH: fileOf('event.json'),
      GITHUB_SHA: 's',
      GITHUB_REF: 'r',
      GITHUB_REPOSITORY: 'o/n',
      GITHUB_RUN_ID: '7',
      GITHUB_RUN_ATTEMPT: '2',
      GITHUB_ACTOR: 'octocat',
      GITHUB_SERVER_URL: 'https://github.example.com',
    });
    expect(readContext()).toEqual({
      eventName: 'push',
      payload: { a: 1 },
      sha: 's',
      ref: 'r',
      repository: 'o/n',
      runId: '7',
      runAttempt: '2',
      actor: 'octocat',
      serverUrl: 'https://github.example.com',
    });
  });

  test('has defaults for what an older runner does not give', () => {
    for (const name of Object.keys(process.env).filter((each) => /^GITHUB_/.test(each)))
      delete process.env[name];
    expect(readContext()).toMatchObject({ payload: {}, runAttempt: '1', serverUrl: 'https://github.com' });
  });
});

describe('fail', () => {
  test('makes one annotation for each complaint, where it has one at its place, without a secret', () => {
    const secrets = new Secrets();
    const write = process.stdout.write.bind(process.stdout);
    const printed: string[] = [];
    process.stdout.write = (text: string | Uint8Array) => printed.push(String(text)) > 0;
    try {
      secrets.add('hunter2-hunter2');
      printed.length = 0;
      fail(
        [
          { text: 'a: hunter2-hunter2', place: { file: 'manifests/app.yaml', line: 3 } },
          { text: 'one\ntwo' },
        ],
        secrets,
      );
      expect(process.exitCode).toBe(1);
    } finally {
      process.stdout.write = write;
      process.exitCode = 0;
    }
    expect(printed.join('').trim().split('\n')).toEqual([
      '::error file=manifests/app.yaml,line=3::a: ***',
      '::error::one%0Atwo',
    ]);
  });
});

describe('publishRefusal', () => {
  test('says in outputs and summary that the inputs were refused', async () => {
    await publishRefusal(['command is "x"', 'linode-token is missing']);
    expect(readFileSync(fileOf('output'), 'utf8')).toMatch(/^failure-code<<(\S+)\ninput-invalid\n\1\n$/);
    expect(readFileSync(fileOf('summary'), 'utf8')).toContain('- linode-token is missing');
  });

  test('writes no summary where the runner has none', async () => {
    delete process.env['GITHUB_STEP_SUMMARY'];
    await publishRefusal(['command is "x"']);
    expect(readFileSync(fileOf('output'), 'utf8')).toContain('input-invalid');
    expect(readFileSync(fileOf('summary'), 'utf8')).toBe('');
  });
});

describe('publish', () => {
  test('writes the report as JSON, named by the environment, and the summary', async () => {
    const report = makeReport(aSettings({ environment: 'staging' }), aResult());
    await publish(report, 'https://github.com/c/1');
    const path = fileOf('wpp-deploy-report-staging.json');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(JSON.stringify(report)));
    expect(readFileSync(fileOf('output'), 'utf8')).toContain(`\n${path}\n`);
    expect(readFileSync(fileOf('output'), 'utf8')).toContain('\nhttps://github.com/c/1\n');
    expect(readFileSync(fileOf('summary'), 'utf8')).toContain('### ✅ deploy of acme/wpp-bot (staging)');
  });

  /** A report in which the secret stands wherever a text from outside can. */
  function leaking(secret: string): Report {
    const error = {
      ...aFailure('manifest-refused', `it said ${secret}`).details,
      evidence: [secret],
    };
    const fields = [
      { path: 'spec.x', before: undefined, after: JSON.stringify(`${'-'.repeat(100)}${secret}`) },
    ];
    return {
      ...makeReport(
        aSettings(),
        aResult({ image: failed('image', error, `did ${secret}`), rollout: succeeded([]) }),
      ),
      objects: [anObject('ConfigMap/a/b', { fields })],
    };
  }

  test.each([
    ['plain', 'hunter2Password'],
    ['with signs of Markdown', 'hunter*2_|Pass<w>&rd'],
    ['with an at sign', 'hunter2@Password'],
    ['with signs of JSON', 'hunter"2\\Password'],
    ['long', `hunter2${'x'.repeat(60)}`],
  ])('no secret of a redacted report stands in any of them: %s', async (_, secret) => {
    const secrets = new Secrets();
    secrets.add(secret);
    await publish(secrets.redact(leaking(secret)), '');
    const summary = decoded(readFileSync(fileOf('summary'), 'utf8')).replaceAll('\u200B', '');
    const json = readFileSync(fileOf('wpp-deploy-report-production.json'), 'utf8');
    const texts = [summary, ...allTexts(JSON.parse(json)), readFileSync(fileOf('output'), 'utf8')];
    expect(texts.filter((text) => text.includes('hunter'))).toEqual([]);
  });

  function allTexts(value: unknown): readonly string[] {
    if (typeof value === 'string') return [value];
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(allTexts) : [];
  }
});
