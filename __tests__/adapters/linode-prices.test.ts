import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LinodePrices } from '../../src/adapters/linode-prices';
import { failureOf } from '../support/failure';
import { LocalServer } from '../support/http';
import { redirect } from '../support/redirect';

const VOLUMES = '{"data": [{"id": "volume", "price": {"monthly": 0.1}, "region_prices": []}]}';

let server: LocalServer;
let answers: (readonly [number, string] | 'cut')[];
let undo: () => void;

beforeEach(async () => {
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

const read = (): Promise<unknown> => new LinodePrices(new AbortController().signal).read(['volumes/types']);

test('a list is asked for without a token, in one page', async () => {
  answers = [[200, VOLUMES]];
  expect(await read()).toEqual({ 'volumes/types': [{ id: 'volume', monthly: 0.1, regions: {} }] });
  expect(server.asked).toEqual(['/v4/volumes/types?page_size=500']);
  expect(server.headers[0]).not.toHaveProperty('authorization');
});

test.each<[string, readonly [number, string] | 'cut']>([
  ['a fault of the server', [503, 'busy']],
  ['a connection that is lost', 'cut'],
  ['a page of a proxy', [200, '<html>']],
])('it is asked for again after %s', async (_, first) => {
  answers = [first, [200, VOLUMES]];
  expect(await read()).toHaveProperty(['volumes/types']);
  expect(server.asked).toHaveLength(2);
});

test.each<[string, readonly [number, string] | 'cut', RegExp]>([
  ['a refusal', [429, '{}'], /volumes\/types cannot be read: it answered 429/],
  ['something else than a list', [200, '{"data": {}}'], /it answered 200, but no list/],
  ['silence', 'cut', /cannot be read/],
])('%s is no list of prices', async (_, answer, cause) => {
  answers = [answer];
  const failure = await failureOf(read());
  expect(failure).toMatchObject({ code: 'linode-refused', cause: expect.stringMatching(cause) as unknown });
});
