import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LinodeState } from './state.ts';
import { startTestServer, type Answer, type Sent } from './test-server.ts';

/** A call of the Linode provider 3.13.0 with its answer; `at` is in milliseconds, ids are those of the recording. */
interface Recorded {
  readonly scenario: string;
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly filter?: string;
  readonly body?: unknown;
  readonly repeated?: number;
  /** Those of the answer that matter. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly answer: unknown;
}

/**
 * Together all of the recording but for what was asked of Kubernetes, and the first passes of four scenarios, whose clusters had a
 * `tier`, which plain v4 leaves out: they were recorded anew. The first file is what the stand-in provider is held to, too.
 */
const files = ['provider-3.13.0.jsonl', 'provider-3.13.0-more.jsonl'];
const recorded = files
  .flatMap((file) =>
    readFileSync(join(import.meta.dirname, 'fixtures', file), 'utf8')
      .trimEnd()
      .split('\n'),
  )
  .map((line) => JSON.parse(line) as Recorded)
  .sort((one, other) => one.at - other.at);
const scenarios = [...new Set(recorded.map(({ scenario }) => scenario))];
const tokens: Readonly<Record<string, string | null>> = {
  'bad-token': 'wrong',
  'readonly-token-plan': 'reader',
  'readonly-token-plan-norefresh': 'reader',
  'empty-token': null,
};

/** Members whose value, and not only whose presence, the recording settles. */
const exact = new Set([
  'reason',
  'field',
  'label',
  'region',
  'size',
  'k8s_version',
  'acl',
  'permissions',
  'tags',
]);

function withoutIds(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll(/\d{6,}/g, 'id') : value;
}

/** Fails unless `answer` has the members of `wanted`; notes which id stands for which. */
function compare(wanted: unknown, answer: unknown, ids: Map<string, string>): void {
  if (Array.isArray(wanted)) {
    expect(answer).toBeInstanceOf(Array);
    const items = answer as unknown[];
    if (wanted.length > 0) expect(items.length).toBeGreaterThan(0);
    wanted.slice(0, items.length).forEach((item, index) => compare(item, items[index], ids));
  } else if (typeof wanted === 'object' && wanted !== null) {
    const object = answer as Readonly<Record<string, unknown>>;
    expect(Object.keys(object).sort()).toEqual(Object.keys(wanted).sort());
    for (const [name, value] of Object.entries(wanted)) {
      if (name === 'id') ids.set(String(value), String(object[name]));
      else if (exact.has(name) && typeof value !== 'object')
        expect([name, withoutIds(object[name])]).toEqual([name, withoutIds(value)]);
      else compare(value, object[name], ids);
    }
  } else if (wanted !== null) expect(typeof answer).toBe(typeof wanted);
}

describe('the calls of the real provider', () => {
  let server: Awaited<ReturnType<typeof startTestServer>>;
  const ids = new Map<string, string>();
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(async () => {
    await server.stop();
  });

  /** When a part of a cluster comes up is for Linode to say: here it does as the recording has it. */
  const comeUp = async ({ path, status, repeated = 1 }: Recorded): Promise<void> => {
    const part = ({ kubeconfig: 'kubeconfig', 'api-endpoints': 'apiEndpoints' } as const)[
      path.split('/').at(-1) ?? ''
    ];
    if (part === undefined) return;
    const state = (await server.send('GET', '/_sandbox/state')).body as LinodeState;
    for (const { pending } of state.clusters) pending[part] = status === 503 ? repeated : 0;
    await server.send('PUT', '/_sandbox/state', { body: state });
  };

  /** What nothing but a fault brings about. */
  const fail = async ({ method, path, status, headers, answer }: Recorded): Promise<void> => {
    if (headers === undefined) return;
    const fault = { method, path: `^${path.replaceAll(/\d{6}/g, '.*')}$`, status, headers, body: answer };
    expect(await server.send('POST', '/_sandbox/faults', { body: fault })).toMatchObject({ status: 201 });
  };

  const replay = async ({ scenario, at, method, path, query, filter, body }: Recorded): Promise<Answer> => {
    server.clock.now = at;
    const here = path.replaceAll(/\d{6}/g, (id) => ids.get(id) ?? id);
    const token = tokens[scenario];
    const sent: Sent = {
      ...(token === undefined ? {} : { token }),
      ...(body === undefined ? {} : { body }),
      ...(filter === undefined ? {} : { filter }),
    };
    return server.send(method, query === undefined ? here : `${here}?${query}`, sent);
  };

  it.each(scenarios)('are answered as recorded: %s', async (scenario) => {
    for (const call of recorded.filter((one) => one.scenario === scenario)) {
      await comeUp(call);
      for (let time = 0; time < (call.repeated ?? 1); time += 1) {
        await fail(call);
        const answer = await replay(call);
        const { method, path } = call;
        expect({ method, path, status: answer.status, body: answer.body }).toMatchObject({
          method,
          path,
          status: call.status,
        });
        expect(answer.headers.get('content-type')).toBe('application/json');
        for (const [name, value] of Object.entries(call.headers ?? {}))
          expect([name, answer.headers.get(name)]).toEqual([name, value]);
        compare(call.answer, answer.body, ids);
      }
    }
  });
});
