import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { GitHubPullRequests } from '../../src/adapters/github';
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
type Fault = number | 'cut' | 'made, then cut' | 'silence';

let server: LocalServer;
let undo: () => void;
let log: FakeLog;
let comments: Comment[];
/** The faults of writing, in order; then it works. */
let faults: Fault[];
let written: string[];

beforeEach(async () => {
  [log, comments, faults, written] = [new FakeLog(), [], [], []];
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
  if (request.method === 'GET') return send(200, comments);
  const fault = faults.shift();
  if (fault === 'silence') return;
  if (fault === 'made, then cut') comments = [aComment(1, OURS)];
  if (fault === 'cut' || fault === 'made, then cut') return void request.socket.destroy();
  if (fault !== undefined) return send(fault, { message: `refused with ${fault}` });
  written.push(`${request.method} ${path}`);
  send(200, { html_url: 'https://github.com/acme/bot/pull/7#issuecomment-1' });
}

function upsert(signal = new AbortController().signal): Promise<string | undefined> {
  const pullRequests = new GitHubPullRequests('ghs_0123456789', 'acme', 'bot', log, signal);
  return pullRequests.upsertComment(7, MARKER, `${MARKER}\ntext`);
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

test.each([401, 403, 404])(
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
