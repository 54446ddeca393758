import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { GitHubPullRequests } from '../../src/adapters/github';
import { GitHubApi, type GitHubAccess } from '../../src/adapters/github-api';
import { ManualClock } from '../support/clock';
import { failureOf } from '../support/failure';
import { LocalServer } from '../support/http';
import { FakeLog } from '../support/log';
import { redirect } from '../support/redirect';

const MARKER = '<!-- marker -->';
const COMMENTS = '/repos/acme/bot/issues/7/comments';
const OURS = 'github-actions[bot]';

interface Comment {
  readonly id: number;
  readonly user: { readonly login: string };
  readonly body: string;
}

/** What happens to a request: an answer, a connection that is cut, or silence. */
type Fault = number | 'cut' | 'made, then cut' | 'silence' | Limit;

interface Limit {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly message: string;
}

let server: LocalServer;
let undo: () => void;
let log: FakeLog;
let clock: ManualClock;
let comments: Comment[];
/** The faults of writing, in order; then it works. */
let faults: Fault[];
let written: string[];
let asked: string[];
/** What is answered to a GET of a path in place of the comments; a number is a status. */
let answers: Map<string, unknown>;

beforeEach(async () => {
  [log, clock, comments, faults, written] = [new FakeLog(), new ManualClock(), [], [], []];
  asked = [];
  answers = new Map();
  server = await LocalServer.answering(answer);
  undo = redirect('https://api.github.com', server.address);
});

afterEach(async () => {
  undo();
  jest.restoreAllMocks();
  await server.close();
});

function answer(request: IncomingMessage, response: ServerResponse): void {
  const send = (status: number, body: unknown): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const path = request.url?.split('?')[0] ?? '';
  if (path === '/graphql') return send(200, { data: { viewer: { login: OURS } } });
  asked.push(`${request.method} ${path}`);
  const found = answers.get(path);
  if (typeof found === 'number') return send(found, { message: `refused with ${found}` });
  if (request.method === 'GET') return send(200, found ?? comments);
  const fault = faults.shift();
  if (typeof fault === 'object') {
    const { status, headers, message } = fault;
    return void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ message }));
  }
  if (fault === 'silence') return;
  if (fault === 'made, then cut') comments = [aComment(1, OURS)];
  if (fault === 'cut' || fault === 'made, then cut') return void request.socket.destroy();
  if (fault !== undefined) return send(fault, { message: `refused with ${fault}` });
  written.push(`${request.method} ${path}`);
  send(200, { html_url: 'https://github.com/acme/bot/pull/7#issuecomment-1' });
}

function pullRequests(given: Partial<GitHubAccess> = {}): GitHubPullRequests {
  const signal = new AbortController().signal;
  const access = { token: 'ghs_0123456789', owner: 'acme', repository: 'bot', clock, signal, ...given };
  return new GitHubPullRequests(new GitHubApi(access), log);
}

function upsert(signal = new AbortController().signal): Promise<string | undefined> {
  return pullRequests({ signal }).editComment(7, MARKER, () => `${MARKER}\ntext`);
}

const aComment = (id: number, login: string, body = `${MARKER}\nold`): Comment => ({
  id,
  user: { login },
  body,
});

describe('the comment', () => {
  test.each<[string, readonly Comment[], string]>([
    ['is made where there is none', [], `POST ${COMMENTS}`],
    ['of the run before is replaced', [aComment(1, OURS)], 'PATCH /repos/acme/bot/issues/comments/1'],
    [
      'of somebody else with our marker is left alone',
      [aComment(1, 'mallory'), aComment(2, OURS)],
      'PATCH /repos/acme/bot/issues/comments/2',
    ],
    ['of ours that quotes the marker is left alone', [aComment(1, OURS, `> ${MARKER}`)], `POST ${COMMENTS}`],
  ])('%s', async (_, there, expected) => {
    comments = [...there];
    expect(await upsert()).toBe('https://github.com/acme/bot/pull/7#issuecomment-1');
    expect(written).toEqual([expected]);
    expect(log.lines).toEqual([]);
  });
});

describe('a fault that may pass', () => {
  test.each<[string, Fault]>([
    ['a 500', 500],
    ['a 502', 502],
    ['a lost connection', 'cut'],
  ])('%s is tried again', async (_, fault) => {
    faults = [fault, fault];
    expect(await upsert()).toBe('https://github.com/acme/bot/pull/7#issuecomment-1');
    expect(written).toHaveLength(1);
    expect(log.lines).toEqual([]);
  });

  test('a comment that was made before the connection was lost is not made twice', async () => {
    faults = ['made, then cut'];
    await upsert();
    expect(written).toEqual(['PATCH /repos/acme/bot/issues/comments/1']);
  });

  test('is given up after three tries, and the run goes on', async () => {
    faults = [503, 503, 503];
    expect(await upsert()).toBeUndefined();
    expect(written).toEqual([]);
    expect(log.lines).toEqual([
      expect.stringMatching(/^warning: The comment on pull request 7 .*job summary\.$/),
    ]);
  });

  test('an answer that does not come counts as one, after 15 seconds', async () => {
    const limit = AbortSignal.timeout.bind(AbortSignal);
    const asked: number[] = [];
    jest.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
      asked.push(milliseconds);
      return limit(200);
    });
    faults = ['silence'];
    expect(await upsert()).toBe('https://github.com/acme/bot/pull/7#issuecomment-1');
    expect(new Set(asked)).toEqual(new Set([15_000]));
  });
});

test('a token that GitHub does not know is told as that, not as one that may not write', async () => {
  faults = [401];
  expect(await upsert()).toBeUndefined();
  expect(log.lines).toEqual([
    expect.stringMatching(/^warning: .*refused with 401.*does not know the token in github-token/),
  ]);
});

test.each([403, 404])(
  'a %d is told with the right that is missing, and is not tried again',
  async (status) => {
    faults = [status];
    expect(await upsert()).toBeUndefined();
    expect(written).toEqual([]);
    expect(log.lines).toEqual([
      expect.stringMatching(
        /^warning: .*could not be written: refused with .*permissions: pull-requests: write/,
      ),
    ]);
  },
);

test('a text that GitHub does not take is told with where else it stands', async () => {
  faults = [422];
  expect(await upsert()).toBeUndefined();
  expect(log.lines).toEqual([expect.stringMatching(/refused with 422.*job summary\.$/)]);
});

test('a run that is cancelled writes none', async () => {
  expect(await upsert(AbortSignal.abort(new Error('cancelled')))).toBeUndefined();
  expect(server.asked).toEqual([]);
});

describe('a limit that GitHub sets', () => {
  const start = new ManualClock().now();
  const limit = (status: number, headers: Record<string, string>, message = 'limited'): Fault => ({
    status,
    headers,
    message,
  });
  const reset = (seconds: number): string => String(Math.floor(start / 1000) + seconds);

  test.each<[string, Fault, number]>([
    ['429 with a time', limit(429, { 'retry-after': '7' }), 7_000],
    ['429 without one', limit(429, {}), 60_000],
    ['403 with a time', limit(403, { 'retry-after': '30' }), 30_000],
    ['a secondary one without a time', limit(403, {}, 'You have exceeded a secondary rate limit.'), 60_000],
    ['the hour’s', limit(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset(20) }), 19_322],
  ])('%s is kept, and then it is tried again', async (_, fault, waited) => {
    faults = [fault];
    expect(await upsert()).toBeDefined();
    expect(written).toHaveLength(1);
    expect(clock.now() - start).toBe(waited);
    expect(log.lines).toEqual([]);
  });

  test.each<[string, Fault]>([
    ['that lasts', limit(429, { 'retry-after': '3600' })],
    [
      'of the hour that lasts',
      limit(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset(1800) }),
    ],
  ])('%s is not waited for', async (_, fault) => {
    faults = [fault];
    expect(await upsert()).toBeUndefined();
    expect(clock.now()).toBe(start);
    expect(log.lines).toHaveLength(1);
  });

  test('three times in a row is given up', async () => {
    faults = Array.from({ length: 3 }, () => limit(429, { 'retry-after': '1' }));
    expect(await upsert()).toBeUndefined();
    expect(clock.now() - start).toBe(2_000);
  });
});

describe('an edit', () => {
  const edit = (change: (text: string | undefined) => string | undefined): Promise<string | undefined> =>
    pullRequests().editComment(7, MARKER, change);

  test('is given the text that is there', async () => {
    comments = [aComment(1, OURS)];
    const texts: unknown[] = [];
    await edit((text) => void texts.push(text));
    expect(texts).toEqual([`${MARKER}\nold`]);
  });

  test.each<[string, string | undefined]>([
    ['leaves it', undefined],
    ['changes nothing', `${MARKER}\nold`],
  ])('that %s writes nothing', async (_, text) => {
    comments = [aComment(1, OURS)];
    await edit(() => text);
    expect(written).toEqual([]);
  });
});

describe('the merged pull requests', () => {
  const SHA = 'c'.repeat(40);
  const WITH = `/repos/acme/bot/commits/${SHA}/pulls`;
  const COMPARE = `/repos/acme/bot/compare/old...${SHA}`;
  const pull = (number: number, given: object = {}): object => ({
    number,
    merged_at: '2026-01-02T03:04:05Z',
    merge_commit_sha: null,
    base: { ref: 'main' },
    head: { sha: `head-${number}` },
    ...given,
  });

  test('of a commit are those that were merged into the branch, by whatever commit', async () => {
    answers.set(WITH, [pull(7), pull(8, { merged_at: null }), pull(9, { base: { ref: 'staging' } })]);
    expect(await pullRequests().mergedWith(SHA, 'main')).toEqual([{ number: 7, head: 'head-7' }]);
    expect(await pullRequests().mergedWith(SHA, undefined)).toHaveLength(2);
  });

  test('since a commit are those whose merge is among the commits since', async () => {
    answers.set(COMPARE, { commits: [{ sha: 'one' }, { sha: SHA }] });
    answers.set('/repos/acme/bot/pulls', [
      pull(7, { merge_commit_sha: SHA }),
      pull(6, { merge_commit_sha: 'one' }),
      pull(5, { merge_commit_sha: 'elsewhere' }),
      pull(4, { merge_commit_sha: 'one', merged_at: null }),
      pull(3),
    ]);
    expect((await pullRequests().mergedSince('old', SHA, 'main')).map(({ number }) => number)).toEqual([
      7, 6,
    ]);
  });

  test('since a commit that is gone, as after a force push, are none', async () => {
    answers.set(COMPARE, 404);
    expect(await pullRequests().mergedSince('old', SHA, 'main')).toEqual([]);
  });

  test.each<[string, (subject: GitHubPullRequests) => Promise<unknown>, string, number]>([
    ['of a commit', (subject) => subject.mergedWith(SHA, 'main'), WITH, 403],
    ['since a commit', (subject) => subject.mergedSince('old', SHA, 'main'), COMPARE, 403],
    ['and their comments', (subject) => subject.readComment(7, MARKER), COMMENTS, 404],
  ])('%s that cannot be read are an error that says so', async (_, look, path, status) => {
    answers.set(path, status);
    expect(await failureOf(look(pullRequests()))).toMatchObject({
      code: 'github-refused',
      cause: expect.stringMatching(
        new RegExp(`^GitHub answered ${status} for .*refused with ${status}`),
      ) as unknown,
    });
    expect(asked.filter((each) => each === `GET ${path}`)).toHaveLength(1);
  });

  test('are not asked for without a token', async () => {
    expect(await failureOf(pullRequests({ token: '' }).mergedWith(SHA, 'main'))).toMatchObject({
      code: 'github-refused',
      cause: expect.stringMatching(/the input github-token is empty$/) as unknown,
    });
    expect(asked).toEqual([]);
  });

  test('a comment is read that is ours alone', async () => {
    comments = [aComment(1, 'mallory', `${MARKER}\nevil`), aComment(2, OURS)];
    expect(await pullRequests().readComment(7, MARKER)).toBe(`${MARKER}\nold`);
    comments = [aComment(1, 'mallory')];
    expect(await pullRequests().readComment(7, MARKER)).toBeUndefined();
  });
});
