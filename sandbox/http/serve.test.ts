import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Call } from './control.ts';
import { serve, type RunningSimulator } from './serve.ts';
import type { Simulator } from './simulator.ts';

interface Shelf {
  readonly books: Record<string, string>;
}

const shelf: Simulator<Shelf> = {
  name: 'shelf',
  seed: () => ({ books: { first: 'A Book' } }),
  routes: [
    {
      method: 'PUT',
      path: '/shelves/{shelf}/books/{book}',
      handle: ({ params, body }, { books }) => {
        books[params['book'] ?? ''] = (body as { title: string }).title;
        return { status: 201, body: params };
      },
    },
    { method: 'GET', path: '/books', handle: (_, { books }) => ({ status: 200, body: books }) },
    {
      method: 'GET',
      path: '/broken',
      handle: () => {
        throw new Error('out of order');
      },
    },
  ],
};

let data: string;
let server: RunningSimulator;
const start = async () => serve(shelf, { host: '127.0.0.1', port: 0, data });
const call = async (method: string, path: string, body?: unknown) =>
  fetch(`${server.url}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
const calls = async () => (await (await call('GET', '/_sandbox/calls')).json()) as Call[];

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'simulator-'));
  server = await start();
});

afterEach(async () => {
  await server.close();
  rmSync(data, { recursive: true });
});

describe('routes', () => {
  it('hands over the decoded parts of the path and the JSON body', async () => {
    const response = await call('PUT', '/shelves/top/books/a%20b', { title: 'Title' });
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ shelf: 'top', book: 'a b' });
    expect(await (await call('GET', '/books')).json()).toEqual({ first: 'A Book', 'a b': 'Title' });
  });

  it('answers 404 where no route fits, and says so in the list of calls', async () => {
    expect((await call('GET', '/shelves/top/books/')).status).toBe(404);
    expect(await calls()).toMatchObject([
      { path: '/shelves/top/books/', status: 404, problem: 'no such route' },
    ]);
  });

  it.each(['/broken', '/shelves/top/books/%ff'])(
    'answers 500 when the simulator itself fails at %s',
    async (path) => {
      const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
      expect((await call(path === '/broken' ? 'GET' : 'PUT', path)).status).toBe(500);
      expect(log).toHaveBeenCalledTimes(1);
      log.mockRestore();
    },
  );
});

describe('state', () => {
  it('outlives the process, in a file that only its owner can read', async () => {
    await call('PUT', '/shelves/top/books/second', { title: 'Another' });
    await server.close();
    server = await start();
    expect(await (await call('GET', '/_sandbox/state')).json()).toEqual({
      books: { first: 'A Book', second: 'Another' },
    });
    expect(statSync(join(data, 'state.json')).mode & 0o777).toBe(0o600);
  });

  it('is replaced by what a test puts', async () => {
    await call('PUT', '/_sandbox/state', { books: { only: 'This' } });
    expect(await (await call('GET', '/books')).json()).toEqual({ only: 'This' });
    expect((await call('PUT', '/_sandbox/state')).status).toBe(400);
  });

  it('goes back to the seed on reset, and forgets faults and calls', async () => {
    await call('PUT', '/shelves/top/books/second', { title: 'Another' });
    await call('POST', '/_sandbox/faults', { path: '/books', status: 503 });
    expect((await call('POST', '/_sandbox/reset')).status).toBe(204);
    expect(await calls()).toEqual([]);
    expect(await (await call('GET', '/books')).json()).toEqual({ first: 'A Book' });
  });
});

describe('calls', () => {
  it('lists what came in with its answer, leaving out its own controls', async () => {
    await call('GET', '/_sandbox/health');
    await call('GET', '/books?page=2');
    expect(await calls()).toEqual([
      {
        method: 'GET',
        path: '/books',
        query: { page: '2' },
        status: 200,
        at: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ]);
    await call('DELETE', '/_sandbox/calls');
    expect(await calls()).toEqual([]);
  });
});

describe('faults', () => {
  const statuses = async (count: number): Promise<number[]> => {
    const seen: number[] = [];
    for (let index = 0; index < count; index += 1) seen.push((await call('GET', '/books')).status);
    return seen;
  };

  it('hits the nth matching call, as often as told', async () => {
    await call('POST', '/_sandbox/faults', {
      method: 'GET',
      path: '^/books$',
      nth: 2,
      times: 2,
      status: 503,
    });
    await call('PUT', '/shelves/top/books/second', { title: 'Another' });
    expect(await statuses(4)).toEqual([200, 503, 503, 200]);
  });

  it('hits the next call once when neither is given, with body and headers', async () => {
    await call('POST', '/_sandbox/faults', {
      path: '/books',
      status: 429,
      body: 'slow',
      headers: { 'Retry-After': '7' },
    });
    const response = await call('GET', '/books');
    expect([response.status, await response.text(), response.headers.get('retry-after')]).toEqual([
      429,
      'slow',
      '7',
    ]);
    expect(await statuses(1)).toEqual([200]);
  });

  it('does not let a refused call change the state', async () => {
    await call('POST', '/_sandbox/faults', { path: '/books', status: 500 });
    await call('PUT', '/shelves/top/books/second', { title: 'Another' });
    expect(await (await call('GET', '/books')).json()).toEqual({ first: 'A Book' });
  });

  it('cuts the connection, and lists the call with status 0', async () => {
    await call('POST', '/_sandbox/faults', { path: '/books', cut: true });
    await expect(call('GET', '/books')).rejects.toThrow('fetch failed');
    expect(await calls()).toMatchObject([{ path: '/books', status: 0 }]);
  });

  it('delays and then answers as usual', async () => {
    await call('POST', '/_sandbox/faults', { path: '/books', delayMs: 150 });
    const from = performance.now();
    expect(await statuses(1)).toEqual([200]);
    expect(performance.now() - from).toBeGreaterThan(140);
  });

  it('is dropped on demand', async () => {
    await call('POST', '/_sandbox/faults', { path: '/books', status: 503 });
    await call('DELETE', '/_sandbox/faults');
    expect(await statuses(1)).toEqual([200]);
  });

  it.each([
    [{ status: 503 }, "must have required property 'path'"],
    [{ path: '(' }, 'Invalid regular expression'],
    [{ path: '/', sattus: 503 }, 'must NOT have additional properties'],
  ])('refuses %j', async (fault, message) => {
    const response = await call('POST', '/_sandbox/faults', fault);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ message: expect.stringContaining(message) });
  });
});
