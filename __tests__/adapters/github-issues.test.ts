import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GitHubApi } from '../../src/adapters/github-api';
import { GitHubIssues } from '../../src/adapters/github-issues';
import { ManualClock } from '../support/clock';
import { failureOf } from '../support/failure';
import { LocalServer } from '../support/http';
import { redirect } from '../support/redirect';

const MARKER = '<!-- drift -->';
const OURS = 'github-actions[bot]';
const PATH = '/repos/acme/bot/issues';

let server: LocalServer;
let undo: () => void;
/** What the repository has, the newest first. */
let there: readonly object[];
/** What every write is answered with. */
let status: number;
let written: string[];

beforeEach(async () => {
  [there, status, written] = [[], 200, []];
  server = await LocalServer.answering(answer);
  undo = redirect('https://api.github.com', server.address);
});
afterEach(async () => {
  undo();
  await server.close();
});

function answer(request: IncomingMessage, response: ServerResponse): void {
  const send = (code: number, body: unknown): void =>
    void response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (request.url === '/graphql') return send(200, { data: { viewer: { login: OURS } } });
  if (request.method === 'GET') return send(200, there);
  written.push(`${request.method} ${request.url}`);
  send(status, { html_url: 'https://github.com/acme/bot/issues/7', message: 'refused' });
}

function issues(): GitHubIssues {
  const access = { token: 'ghs_0123456789', owner: 'acme', repository: 'bot', clock: new ManualClock() };
  return new GitHubIssues(new GitHubApi({ ...access, signal: new AbortController().signal }));
}

const anIssue = (number: number, given: object = {}): object => ({
  ...{ number, state: 'open', user: { login: OURS }, body: `${MARKER}\ntext` },
  ...given,
});

describe('the issue that is found', () => {
  test.each<[string, readonly object[], object | undefined]>([
    ['is none where there is none', [], undefined],
    ['is ours with the marker', [anIssue(7)], { number: 7, open: true }],
    ['may be closed', [anIssue(7, { state: 'closed' })], { number: 7, open: false }],
    ['is the newest', [anIssue(9), anIssue(7)], { number: 9, open: true }],
    ['is not one of somebody else', [anIssue(9, { user: { login: 'mallory' } })], undefined],
    ['is not one that quotes the marker', [anIssue(9, { body: `> ${MARKER}` })], undefined],
    ['is no pull request', [anIssue(9, { pull_request: {} })], undefined],
  ])('%s', async (_, given, expected) => {
    there = given;
    expect(await issues().find(MARKER)).toEqual(expected);
    expect(server.asked.at(-1)).toBe(`${PATH}?state=all&creator=${encodeURIComponent(OURS)}&per_page=100`);
  });
});

test('is opened, written anew and open again, and closed after a comment', async () => {
  const text = { title: 'Drift', body: MARKER };
  expect(await issues().open(text)).toBe('https://github.com/acme/bot/issues/7');
  expect(await issues().rewrite(7, text)).toBe('https://github.com/acme/bot/issues/7');
  await issues().close(7, 'Gone.');
  expect(written).toEqual([`POST ${PATH}`, `PATCH ${PATH}/7`, `POST ${PATH}/7/comments`, `PATCH ${PATH}/7`]);
  const bodies = server.bodies
    .filter((body) => !body.includes('viewer'))
    .map((body) => JSON.parse(body) as unknown);
  expect(bodies).toEqual([
    text,
    { ...text, state: 'open' },
    { body: 'Gone.' },
    { state: 'closed', state_reason: 'completed' },
  ]);
});

test.each([403, 410])('a %d is told with the right that is missing, and is not tried again', async (code) => {
  status = code;
  expect(await failureOf(issues().open({ title: 'Drift', body: MARKER }))).toMatchObject({
    code: 'github-refused',
    cause: expect.stringMatching(new RegExp(`^GitHub answered ${code} for a new issue`)) as unknown,
    advice: 'Give the job `permissions: issues: write`.',
  });
  expect(written).toHaveLength(1);
});
