import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LinodeClient } from '../../src/adapters/linode';
import { ManualClock } from '../support/clock';
import { failureOf } from '../support/failure';
import { LocalServer } from '../support/http';
import { FakeLog } from '../support/log';
import { redirect } from '../support/redirect';

/** A status with a body, or a connection that is cut. */
type Answer = readonly [number, string] | 'cut';

const TOKEN = 'linode-0123456789abcdef';
const PAGE = '<html>Sign in</html>';
const list = (...items: readonly object[]): Answer => [200, JSON.stringify({ data: items })];
const refusal = (status: number, reason: string): Answer => [
  status,
  JSON.stringify({ errors: [{ reason }] }),
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
    else response.writeHead(answer[0]).end(answer[1]);
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

  test.each<[string, Answer, string]>([
    [
      'a refusal',
      refusal(401, 'Invalid Token'),
      'Linode answered 401 for the list of volumes: Invalid Token',
    ],
    ['a refusal that is no JSON', [502, PAGE], 'Linode answered 502 for the list of volumes'],
    ['a page instead of a list', [200, PAGE], 'Linode answered 200 for the list of volumes'],
    ['something else than a list', [200, '{"data": {}}'], 'Linode answered 200 for the list of volumes'],
  ])('does not take %s for none', async (_, answer, cause) => {
    answers = [answer];
    const failure = await failureOf(client().find('volumes', 'bot'));
    expect(failure).toMatchObject({ code: 'linode-refused', cause });
    expect(failure.advice).toMatch(/lke:read_write .* volumes:read_write/);
  });
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

  test('is waited for while Linode makes it, and each wait is told', async () => {
    answers = [[503, PAGE], refusal(429, 'Too many requests'), [200, '{"kubeconfig": "YQ=="}']];
    const start = clock.now();
    expect(await client().kubeconfig(7)).toBe('YQ==');
    expect(clock.now() - start).toBe(10_000);
    expect(log.lines).toEqual(
      [503, 429].map((status) => `Linode answered ${status} for the kubeconfig of cluster 7: asking again.`),
    );
  });

  test('is waited for six minutes, not longer', async () => {
    answers = [refusal(503, 'not yet available')];
    const start = clock.now();
    expect(await failureOf(client().kubeconfig(7))).toMatchObject({
      code: 'linode-refused',
      cause: 'Linode answered 503 for the kubeconfig of cluster 7: not yet available',
    });
    expect(clock.now() - start).toBe(365_000);
  });

  test('a refusal is told at once', async () => {
    answers = [refusal(401, 'Invalid Token')];
    expect((await failureOf(client().kubeconfig(7))).cause).toBe(
      'Linode answered 401 for the kubeconfig of cluster 7: Invalid Token',
    );
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
    expect(failure.code).toBe('linode-refused');
    expect(server.asked).toHaveLength(4);
    expect(JSON.stringify(failure)).not.toContain(TOKEN);
  }, 20_000);

  test('is not tried again in a run that is cancelled', async () => {
    answers = ['cut'];
    const reason = new Error('cancelled');
    setTimeout(() => controller.abort(reason), 100);
    await expect(client().kubeconfig(7)).rejects.toBe(reason);
    expect(server.asked).toHaveLength(1);
  });
});
