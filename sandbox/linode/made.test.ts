import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock } from '../../__tests__/support/clock';
import { failureOf } from '../../__tests__/support/failure';
import { FakeLog } from '../../__tests__/support/log';
import { redirect } from '../../__tests__/support/redirect';
import { LinodeMade } from '../../src/adapters/linode-made';
import type { LinodeState } from './state.ts';
import { startTestServer } from './test-server.ts';

let server: Awaited<ReturnType<typeof startTestServer>>;
let undo: () => void;

beforeEach(async () => {
  server = await startTestServer();
  undo = redirect('https://api.linode.com', server.url());
});
afterEach(async () => {
  undo();
  await server.stop();
});

const client = (token = 'all'): LinodeMade =>
  new LinodeMade(token, new ManualClock(), new FakeLog(), new AbortController().signal);

async function aVolume(label: string, tags: readonly string[] = []): Promise<number> {
  const body = { label, region: 'us-east', size: 12, tags };
  const answer = await server.send('POST', '/v4/volumes', { body });
  server.clock.now += 1000;
  return (answer.body as { readonly id: number }).id;
}

describe('volumes', () => {
  test('are tagged once, beside the tags that they have, and found by the tag', async () => {
    const id = await aVolume('pvc1', ['mine']);
    await aVolume('pvc2', ['kept-wpp-bot-production-1234567']);
    const tag = 'kept-wpp-bot-production-12345678';
    expect(await client().tagVolume(id, tag)).toBe(true);
    expect(await client().tagVolume(id, tag)).toBe(true);
    expect(await client().volumes(tag)).toEqual([{ id, label: 'pvc1', size: 12, region: 'us-east' }]);
    const { body } = await server.send('GET', `/v4/volumes/${id}`);
    expect(body).toMatchObject({ tags: ['mine', tag] });
  });

  test('are found on every page', async () => {
    const { body } = await server.send('GET', '/_sandbox/state');
    const [first] = [await aVolume('pvc0', ['all-of-them'])];
    const { volumes } = (await server.send('GET', '/_sandbox/state')).body as LinodeState;
    const many = Array.from({ length: 600 }, (_, index) => ({
      ...volumes[0],
      id: first + index,
      label: `pvc${index}`,
    }));
    await server.send('PUT', '/_sandbox/state', { body: { ...(body as object), volumes: many } });
    expect(await client().volumes('all-of-them')).toHaveLength(600);
  });

  test('are deleted, also where they are gone already', async () => {
    const id = await aVolume('pvc1');
    expect(await client().deleteVolume(id)).toBeUndefined();
    expect(await client().deleteVolume(id)).toBeUndefined();
    expect(await client().tagVolume(id, 'any-tag')).toBe(false);
  });

  test('that Linode does not delete stay, with its reason', async () => {
    const id = await aVolume('pvc1');
    const fault = { method: 'DELETE', path: `/v4/volumes/${id}`, status: 400 };
    const reason = 'Volume must be detached';
    await server.send('POST', '/_sandbox/faults', {
      body: { ...fault, body: { errors: [{ reason }] } },
    });
    expect(await client().deleteVolume(id)).toBe(reason);
  });
});

describe('NodeBalancers', () => {
  test('are those of the cluster', async () => {
    const plant = async (id: number): Promise<number> => {
      const answer = await server.send('POST', '/v4/nodebalancers', { body: { region: 'us-east' } });
      const made = answer.body as { readonly id: number };
      const state = (await server.send('GET', '/_sandbox/state')).body as LinodeState;
      const nodeBalancers = state.nodeBalancers.map((each) =>
        each.id === made.id ? { ...each, cluster: { id, label: 'bot' } } : each,
      );
      await server.send('PUT', '/_sandbox/state', { body: { ...state, nodeBalancers } });
      return made.id;
    };
    const own = await plant(7);
    await plant(8);
    await server.send('POST', '/v4/nodebalancers', { body: { region: 'us-east' } });
    const expected = { id: own, label: `balancer${own}`, region: 'us-east', plan: 'common' };
    expect(await client().balancers(7)).toEqual([expected]);
  });
});

test.each([
  ['the NodeBalancers', (token: string) => client(token).balancers(7)],
  ['tagging the volume', async (token: string) => client(token).tagVolume(await aVolume('pvc1'), 'any-tag')],
  ['deleting the volume', async (token: string) => client(token).deleteVolume(await aVolume('pvc1'))],
])('a token that may not is told: %s', async (what, work) => {
  const { code, cause } = await failureOf(work('reader'));
  expect(code).toBe('linode-token-scopes');
  expect(cause).toContain(what);
});
