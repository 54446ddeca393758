import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LinodeClient } from '../../src/adapters/linode';
import { ManualClock } from '../support/clock';
import { failureOf } from '../support/failure';
import { LocalServer } from '../support/http';
import { FakeLog } from '../support/log';
import { redirect } from '../support/redirect';

/** A status with a body and headers, or a connection that is cut. */
type Answer = readonly [number, string, Readonly<Record<string, string>>?] | 'cut';

const TOKEN = 'linode-0123456789abcdef';
const PAGE = '<html>Sign in</html>';
const list = (...items: readonly object[]): Answer => [200, JSON.stringify({ data: items })];
const refusal = (status: number, reason: string, headers = {}): Answer => [
  status,
  JSON.stringify({ errors: [{ reason }] }),
  headers,
];

let server: LocalServer;
let answers: Answer[];
let undo: () => void;
let clock: ManualClock;
let log: FakeLog;
let controller: AbortController;

beforeEach(async () => {
  answers = [];
  [clock, log, controller] = [new ManualClock(), new FakeLog(), new AbortController()];
  // The last answer stays.
  server = await LocalServer.answering((request, response) => {
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 'cut';
    if (answer === 'cut') request.socket.destroy();
    else response.writeHead(answer[0], answer[2]).end(answer[1]);
  });
  undo = redirect('https://api.linode.com', server.address);
});

afterEach(async () => {
  undo();
  await server.close();
});

const client = (): LinodeClient => new LinodeClient(TOKEN, clock, log, controller.signal);

describe('find', () => {
  test.each(['lke/clusters', 'volumes'] as const)('asks for the label among the %s', async (kind) => {
    answers = [list({ id: 7, label: 'bot' })];
    expect(await client().find(kind, 'bot')).toBe(7);
    expect(server.asked).toEqual([`/v4/${kind}`]);
    expect(server.headers[0]).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'x-filter': '{"label":"bot"}',
    });
  });

  test.each<[string, Answer, number | undefined]>([
    ['nothing', list(), undefined],
    ['only others, as from a server that knows no filter', list({ id: 1, label: 'other' }), undefined],
    ['it among others', list({ id: 1, label: 'bots' }, { id: 2, label: 'bot' }), 2],
  ])('where there is %s', async (_, answer, id) => {
    answers = [answer];
    expect(await client().find('volumes', 'bot')).toBe(id);
  });

  const page = (pages: number, ...data: readonly object[]): Answer => [200, JSON.stringify({ data, pages })];

  test('looks on every page', async () => {
    answers = [page(3, { id: 1, label: 'a' }), page(3), page(3, { id: 7, label: 'bot' })];
    expect(await client().find('volumes', 'bot')).toBe(7);
    expect(server.asked).toEqual(['/v4/volumes', '/v4/volumes?page=2', '/v4/volumes?page=3']);
    expect(server.headers.map((headers) => headers['x-filter'])).toEqual(Array(3).fill('{"label":"bot"}'));
  });

  test('does not take a proxy’s answer for the last page', async () => {
    answers = [page(2), [200, PAGE]];
    expect(await failureOf(client().find('volumes', 'bot'))).toMatchObject({ code: 'linode-refused' });
  });

  test.each<[string, Answer, string, string]>([
    [
      'a token that is refused',
      refusal(401, 'Invalid Token'),
      'linode-token-refused',
      'linode-token is not accepted: Linode answered 401 for the list of volumes: Invalid Token',
    ],
    [
      'a token that lacks the scope',
      refusal(401, 'Your OAuth token is not authorized to use this endpoint.', {
        'x-accepted-oauth-scopes': 'volumes:read_only',
      }),
      'linode-token-scopes',
      'linode-token lacks the scope volumes:read_only: Linode answered 401 for the list of volumes: Your OAuth token is not authorized to use this endpoint.',
    ],
    [
      'another refusal',
      refusal(400, 'Cannot filter on label'),
      'linode-refused',
      'Linode answered 400 for the list of volumes: Cannot filter on label',
    ],
    [
      'a page instead of a list',
      [200, PAGE],
      'linode-refused',
      'Linode answered 200 for the list of volumes',
    ],
    [
      'something else than a list',
      [200, '{"data": {}}'],
      'linode-refused',
      'Linode answered 200 for the list of volumes',
    ],
  ])('does not take %s for none', async (_, answer, code, cause) => {
    answers = [answer];
    expect(await failureOf(client().find('volumes', 'bot'))).toMatchObject({ code, cause });
    expect(server.asked).toHaveLength(1);
  });
});

describe('the catalogue', () => {
  test('of versions, plans and regions', async () => {
    answers = [list({ id: '1.35' }, { id: '1.34' })];
    expect(await client().kubernetesVersions()).toEqual(['1.35', '1.34']);
    answers = [list({ id: 'g6-standard-2', label: 'Linode 4GB' })];
    expect(await client().plans()).toEqual(['g6-standard-2']);
    answers = [list({ id: 'us-east', capabilities: ['Kubernetes'] }, { id: 'us-lab' })];
    expect(await client().regions()).toEqual([
      { id: 'us-east', capabilities: ['Kubernetes'] },
      { id: 'us-lab', capabilities: [] },
    ]);
    expect(server.asked).toEqual([
      '/v4/lke/versions',
      '/v4/linode/types?page_size=500',
      '/v4/regions?page_size=500',
    ]);
  });

  test('of more than one page', async () => {
    const body = JSON.stringify({ data: [{ id: 'us-east' }], pages: 2 });
    answers = [[200, body]];
    expect(await client().regions()).toHaveLength(2);
    expect(server.asked).toEqual(['/v4/regions?page_size=500', '/v4/regions?page_size=500&page=2']);
  });

  test('pools are given with the state of their nodes', async () => {
    const pool = { id: 3, type: 'g6-standard-2', count: 2, nodes: [{ id: 'a', status: 'not_ready' }] };
    const autoscaled = (enabled: boolean) => ({ ...pool, autoscaler: { enabled, min: 1, max: 5 } });
    answers = [list(pool, autoscaled(true), autoscaled(false))];
    const read = { id: 3, type: 'g6-standard-2', nodes: [{ id: 'a', status: 'not_ready' }] };
    expect(await client().pools(7)).toEqual([2, 5, 2].map((most) => ({ ...read, most })));
    expect(server.asked).toEqual(['/v4/lke/clusters/7/pools']);
  });
});

describe('the scopes of the token', () => {
  const scoped = (scopes: string): Answer => [200, '{"data": []}', { 'x-oauth-scopes': scopes }];

  test.each([
    ['*', ['*']],
    ['lke:read_write volumes:read_only', ['lke:read_write', 'volumes:read_only']],
    ['lke:read_write, volumes:read_only', ['lke:read_write', 'volumes:read_only']],
    ['', []],
  ])('%j are read', async (scopes, held) => {
    answers = [scoped(scopes)];
    expect(await client().scopes()).toEqual(held);
  });

  test('are read of a refusal too: what is lacking may be the very right to ask', async () => {
    const headers = { 'x-oauth-scopes': 'volumes:read_write', 'x-accepted-oauth-scopes': 'lke:read_only' };
    answers = [refusal(401, 'Your OAuth token is not authorized to use this endpoint.', headers)];
    expect(await client().scopes()).toEqual(['volumes:read_write']);
  });

  test.each([
    ['no header', {}],
    ['no token that it knows of', { 'x-oauth-scopes': 'unknown' }],
  ])('are not known with %s', async (_, headers) => {
    answers = [[200, '{"data": []}', headers]];
    expect(await client().scopes()).toBeUndefined();
  });

  test.each([{}, { 'x-oauth-scopes': 'unknown' }, { 'x-oauth-scopes': '' }])(
    'a token that is not accepted is refused, with the headers %j',
    async (headers) => {
      answers = [refusal(401, 'Invalid Token', headers)];
      expect(await failureOf(client().scopes())).toMatchObject({ code: 'linode-token-refused' });
    },
  );
});

describe('kubeconfig', () => {
  test('is what Linode gives', async () => {
    answers = [[200, '{"kubeconfig": "YQ=="}']];
    expect(await client().kubeconfig(7)).toBe('YQ==');
    expect(server.asked).toEqual(['/v4/lke/clusters/7/kubeconfig']);
  });

  test('is none of a cluster that is gone', async () => {
    answers = [refusal(404, 'Not found')];
    expect(await client().kubeconfig(7)).toBeUndefined();
  });

  test.each<[string, Answer]>([
    ['a page', [200, PAGE]],
    ['an empty one', [200, '{"kubeconfig": ""}']],
    ['nothing', [200, '{}']],
  ])('is not %s', async (_, answer) => {
    answers = [answer];
    expect(await failureOf(client().kubeconfig(7))).toMatchObject({
      code: 'linode-refused',
      cause: 'Linode answered 200 for the kubeconfig of cluster 7',
    });
  });

  test('is waited for while Linode makes it: each change is told, and nothing twice', async () => {
    const late = refusal(503, 'Cluster kubeconfig is not yet available. Please try again later.');
    answers = [late, late, refusal(429, 'Too many requests'), late, [200, '{"kubeconfig": "YQ=="}']];
    expect(await client().kubeconfig(7)).toBe('YQ==');
    expect(log.lines.map((line) => /answered (\d+)/.exec(line)?.[1])).toEqual(['503', '429', '503']);
    expect(log.lines[0]).toBe(
      'Linode answered 503 (Cluster kubeconfig is not yet available. Please try again later.) for the kubeconfig of cluster 7: asking again.',
    );
  });

  test('is waited for six minutes, not longer', async () => {
    answers = [refusal(503, 'Cluster kubeconfig is not yet available. Please try again later.')];
    const start = clock.now();
    const failure = await failureOf(client().kubeconfig(7));
    expect(failure.code).toBe('linode-unavailable');
    expect(failure.cause).toMatch(/^Linode answered 503 \(Cluster .*\) for the kubeconfig of cluster 7, and/);
    expect(failure.advice).toMatch(/still making it/);
    expect(clock.now() - start).toBeGreaterThan(340_000);
    expect(clock.now() - start).toBeLessThanOrEqual(360_000);
    expect(log.lines).toHaveLength(1);
  });
});

describe('a busy API', () => {
  test.each<[string, Answer]>([
    ['429', refusal(429, 'Too many requests')],
    ['500', refusal(500, 'Internal Server Error')],
    ['502 of a proxy', [502, PAGE]],
    ['408', refusal(408, 'Request Timeout')],
    ['400 that says so', refusal(400, 'Linode busy.')],
  ])('is asked again: %s', async (_, answer) => {
    answers = [answer, list({ id: 7, label: 'bot' })];
    expect(await client().find('volumes', 'bot')).toBe(7);
    expect(log.lines).toHaveLength(1);
  });

  test.each([
    ['3', 3_000],
    ['3600', 30_000],
    ['soon', 500],
    ['-1', 500],
  ])('that asks for a pause of %s gets it, within reason', async (asked, pause) => {
    answers = [refusal(429, 'Too many requests', { 'retry-after': asked }), list()];
    const start = clock.now();
    await client().find('volumes', 'bot');
    expect(clock.now() - start).toBe(pause);
  });

  test('is given up after two minutes', async () => {
    answers = [refusal(429, 'Too many requests', { 'retry-after': '60' })];
    const start = clock.now();
    const failure = await failureOf(client().find('volumes', 'bot'));
    expect(failure).toMatchObject({
      code: 'linode-unavailable',
      cause: 'Linode answered 429 (Too many requests) for the list of volumes, and after 120 s still so',
    });
    expect(failure.advice).toMatch(/limit of requests/);
    expect(clock.now() - start).toBeLessThanOrEqual(120_000);
  });

  test('that is under maintenance is not asked again', async () => {
    answers = [
      refusal(503, 'The Linode API is currently undergoing maintenance.', { 'x-maintenance-mode': 'true' }),
    ];
    expect(await failureOf(client().kubeconfig(7))).toMatchObject({
      code: 'linode-unavailable',
      cause: 'Linode’s API is under maintenance: it did not answer for the kubeconfig of cluster 7',
    });
    expect(server.asked).toHaveLength(1);
  });
});

describe('a lost connection', () => {
  test('is tried again', async () => {
    answers = ['cut', 'cut', list({ id: 7, label: 'bot' })];
    expect(await client().find('lke/clusters', 'bot')).toBe(7);
    expect(server.asked).toHaveLength(3);
  });

  test('is told after four tries, without the token', async () => {
    answers = ['cut'];
    const failure = await failureOf(client().kubeconfig(7));
    expect(failure.code).toBe('linode-unavailable');
    expect(failure.cause).toMatch(/^Linode did not answer \(.+\) for the kubeconfig of cluster 7/);
    expect(server.asked).toHaveLength(4);
    expect(JSON.stringify(failure)).not.toContain(TOKEN);
  });

  test('is not tried again in a run that is cancelled', async () => {
    answers = ['cut'];
    const reason = new Error('cancelled');
    clock.sleep = () => {
      controller.abort(reason);
      return Promise.resolve();
    };
    await expect(client().kubeconfig(7)).rejects.toBe(reason);
    expect(server.asked).toHaveLength(1);
  });
});
