import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LinodeState } from './state.ts';
import { startTestServer, testAccess } from './test-server.ts';

const cluster = {
  label: 'wpp-bot',
  region: 'us-east',
  k8s_version: '1.33',
  node_pools: [{ type: 'g6-standard-2', count: 1, autoscaler: { enabled: true, min: 1, max: 3 } }],
};
const volume = { label: 'wpp-bot-data', region: 'us-east', size: 20 };

let server: Awaited<ReturnType<typeof startTestServer>>;

beforeEach(async () => {
  server = await startTestServer();
});

afterEach(async () => {
  await server.stop();
});

const get = async (path: string, filter?: string): Promise<unknown> =>
  (await server.send('GET', path, filter === undefined ? {} : { filter })).body;
const create = async (path: string, body: unknown): Promise<{ readonly id: number }> => {
  const answer = await server.send('POST', path, { body });
  expect(answer).toMatchObject({ status: 200 });
  return answer.body as { readonly id: number };
};
const volumes = async (count: number): Promise<void> => {
  for (let number = 1; number <= count; number += 1)
    await create('/v4/volumes', { ...volume, label: `v${number}`, size: 10 + number });
};
const refusal = async (method: string, path: string, body: unknown): Promise<unknown> => {
  const answer = await server.send(method, path, { body });
  return [answer.status, ...(answer.body as { readonly errors: readonly unknown[] }).errors];
};
const names = (page: unknown): readonly string[] =>
  (page as { readonly data: readonly { readonly label: string }[] }).data.map(({ label }) => label);

describe('lists', () => {
  it('are cut in pages', async () => {
    await volumes(30);
    expect(await get('/v4/volumes')).toMatchObject({ page: 1, pages: 1, results: 30 });
    const second = await get('/v4/volumes?page=2&page_size=25');
    expect(second).toMatchObject({ page: 2, pages: 2, results: 30 });
    expect(names(second)).toEqual(['v26', 'v27', 'v28', 'v29', 'v30']);
    expect(await get('/v4/volumes?page=3&page_size=25')).toMatchObject({ data: [], page: 3, pages: 2 });
    expect(await refusal('GET', '/v4/volumes?page_size=24', undefined)).toEqual([
      400,
      { reason: 'Must be 25-500', field: 'page_size' },
    ]);
  });

  it.each([
    ['{"label":"v2"}', ['v2']],
    ['{"size":{"+gte":12},"+order_by":"size","+order":"desc"}', ['v4', 'v3', 'v2']],
    ['{"+or":[{"label":"v1"},{"label":{"+contains":"4"}}]}', ['v1', 'v4']],
    ['{"+and":[{"size":{"+gt":11}},{"size":{"+lt":14}},{"label":{"+neq":"v2"}}]}', ['v3']],
    ['{"+and":[],"+order":"desc"}', ['v1', 'v2', 'v3', 'v4']],
  ])('are filtered by %s', async (filter, expected) => {
    await volumes(4);
    expect(names(await get('/v4/volumes', filter))).toEqual(expected);
  });

  it.each(['{', '[1', '{"size":{"+like":1}}'])('refuse the filter %s', async (filter) => {
    await volumes(1);
    expect(await server.send('GET', '/v4/volumes', { filter })).toMatchObject({ status: 400 });
  });
});

describe('tokens', () => {
  it('are needed, except for the catalogue', async () => {
    const open = await server.send('GET', '/v4/lke/versions', { token: null });
    expect(open.body).toMatchObject({ data: [{ id: '1.35' }, { id: '1.34' }, { id: '1.33' }] });
    for (const token of [null, 'wrong'])
      expect(await server.send('GET', '/v4/volumes', { token })).toMatchObject({
        status: 401,
        body: { errors: [{ reason: 'Invalid Token' }] },
      });
    expect(await server.send('GET', '/v4/lke/versions', { token: 'wrong' })).toMatchObject({ status: 401 });
  });

  it('are held to their scopes, which the headers name', async () => {
    const allowed = await server.send('GET', '/v4/volumes', { token: 'reader' });
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('x-oauth-scopes')).toBe('lke:read_only volumes:read_only');
    const refused = await server.send('GET', '/v4/account/events', { token: 'reader' });
    expect(refused).toMatchObject({
      status: 401,
      body: { errors: [{ reason: 'Your OAuth token is not authorized to use this endpoint.' }] },
    });
    expect(refused.headers.get('x-accepted-oauth-scopes')).toBe('events:read_only');
    expect(await server.send('POST', '/v4/volumes', { token: 'reader', body: volume })).toMatchObject({
      status: 401,
    });
  });
});

describe('rate limits', () => {
  it('are told, and kept', async () => {
    const first = await server.send('GET', '/v4/volumes');
    expect(first.headers.get('x-ratelimit-limit')).toBe('200');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('199');
    for (let call = 0; call < 199; call += 1) await server.send('GET', '/v4/volumes');
    server.clock.now = 20_000;
    const refused = await server.send('GET', '/v4/volumes');
    expect(refused).toMatchObject({ status: 429, body: { errors: [{ reason: 'Too many requests' }] } });
    expect(refused.headers.get('retry-after')).toBe('40');
    server.clock.now = 60_000;
    expect(await server.send('GET', '/v4/volumes')).toMatchObject({ status: 200 });
  });
});

describe('clusters', () => {
  it.each([
    [{ k8s_version: '1.29' }, { reason: 'k8s_version is not valid', field: 'k8s_version' }],
    [{ region: 'moon' }, { reason: 'region is not valid', field: 'region' }],
    [{ label: 'a b' }, { reason: 'label is not valid', field: 'label' }],
    [{ label: undefined }, { reason: 'label is required', field: 'label' }],
    [{ node_pools: [{ type: 'g9-huge', count: 1 }] }, { reason: 'type is not valid', field: 'type' }],
    [{ tags: ['x'] }, { reason: 'tags[0] is not valid', field: 'tags[0]' }],
  ])('refuse %j', async (part, error) => {
    expect(await refusal('POST', '/v4/lke/clusters', { ...cluster, ...part })).toEqual([400, error]);
    expect(await get('/v4/lke/clusters')).toMatchObject({ results: 0 });
  });

  it('hand out the kubeconfig late, as LKE writes it', async () => {
    const { id } = await create('/v4/lke/clusters', cluster);
    const path = `/v4/lke/clusters/${id}/kubeconfig`;
    const late = 'Cluster kubeconfig is not yet available. Please try again later.';
    for (let call = 0; call < 2; call += 1)
      expect(await refusal('GET', path, undefined)).toEqual([503, { reason: late }]);
    const { kubeconfig } = (await get(path)) as { readonly kubeconfig: string };
    const text = Buffer.from(kubeconfig, 'base64').toString();
    expect(text).toMatch(/^\napiVersion: v1\n/);
    for (const line of [
      `current-context: lke${id}-ctx`,
      `- name: lke${id}-admin`,
      `token: ${testAccess.token}`,
      `server: ${testAccess.server}`,
      `certificate-authority-data: ${testAccess.caData}`,
    ])
      expect(text).toContain(line);
  });

  it('make nodes that become ready, and note the end of each machine', async () => {
    const { id } = await create('/v4/lke/clusters', cluster);
    const pools = `/v4/lke/clusters/${id}/pools`;
    const nodes = async () =>
      (
        (await get(pools)) as {
          readonly data: readonly { nodes: { instance_id: number; status: string }[] }[];
        }
      ).data[0]?.nodes ?? [];
    const [old] = await nodes();
    expect(old?.status).toBe('not_ready');
    server.clock.now = 500;
    expect((await nodes())[0]?.status).toBe('ready');
    await create(`/v4/lke/clusters/${id}/recycle`, {});
    expect((await nodes()).map(({ status }) => status)).toEqual(['not_ready']);
    await server.send('DELETE', `/v4/lke/clusters/${id}`);
    expect(await server.send('GET', `/v4/lke/clusters/${id}`)).toMatchObject({ status: 404 });
    const filter = '{"action":"linode_delete","entity.type":"linode","entity.id":' + `${old?.instance_id}}`;
    expect(await get('/v4/account/events', filter)).toMatchObject({ results: 1 });
    expect(await get('/v4/account/events')).toMatchObject({ results: 2 });
  });

  it('are upgraded, never downgraded', async () => {
    const { id } = await create('/v4/lke/clusters', { ...cluster, k8s_version: '1.34' });
    const update = async (k8s_version: string) =>
      server.send('PUT', `/v4/lke/clusters/${id}`, { body: { k8s_version } });
    expect(await update('1.33')).toMatchObject({ status: 400 });
    expect(await update('1.35')).toMatchObject({ status: 200, body: { k8s_version: '1.35' } });
  });
});

describe('volumes', () => {
  it.each([
    [{ size: 5 }, 'size'],
    [{ region: 'moon' }, 'region'],
    [{ label: 'a b' }, 'label'],
    [{ label: 'x'.repeat(33) }, 'label'],
  ])('refuse %j', async (part, field) => {
    expect(await refusal('POST', '/v4/volumes', { ...volume, ...part })).toMatchObject([400, { field }]);
  });

  it('have labels of their own', async () => {
    await create('/v4/volumes', volume);
    const reason = 'Label must be unique among your Block Storage volumes';
    expect(await refusal('POST', '/v4/volumes', volume)).toEqual([400, { reason, field: 'label' }]);
  });

  it('grow and do not shrink', async () => {
    const { id } = await create('/v4/volumes', volume);
    const resize = `/v4/volumes/${id}/resize`;
    expect(await refusal('POST', resize, { size: 30 })).toEqual([400, { reason: 'Linode busy.' }]);
    server.clock.now = 500;
    expect(await refusal('POST', resize, { size: 10 })).toMatchObject([400, { field: 'size' }]);
    expect(await create(resize, { size: 30 })).toMatchObject({ status: 'resizing', size: 30 });
    server.clock.now = 1000;
    expect(await get(`/v4/volumes/${id}`)).toMatchObject({ status: 'active', size: 30 });
  });
});

describe('keys', () => {
  it('tell their secret once, and the state does not hold it', async () => {
    const bucket_access = [{ region: 'us-east', bucket_name: 'state', permissions: 'read_write' }];
    const key = await create('/v4/object-storage/keys', { label: 'state', bucket_access });
    const { secret_key } = key as unknown as { readonly secret_key: string };
    expect(secret_key).toMatch(/^[0-9a-f]{40}$/);
    expect(await get(`/v4/object-storage/keys/${key.id}`)).toMatchObject({ secret_key: '[REDACTED]' });
    expect(JSON.stringify(await get('/_sandbox/state'))).not.toContain(secret_key);
  });
});

describe('the account', () => {
  it('outlives a restart', async () => {
    const { id } = await create('/v4/lke/clusters', cluster);
    const before = await get(`/v4/lke/clusters/${id}/pools`);
    await server.restart();
    expect(await get(`/v4/lke/clusters/${id}/pools`)).toEqual(before);
    const next = await create('/v4/volumes', volume);
    expect(next.id).toBeGreaterThan(id);
  });

  it('takes faults', async () => {
    const body = { errors: [{ reason: 'The Linode API is currently undergoing maintenance.' }] };
    const fault = { path: '/volumes$', status: 503, headers: { 'X-Maintenance-Mode': 'true' }, body };
    await server.send('POST', '/_sandbox/faults', { body: fault });
    const answer = await server.send('GET', '/v4/volumes');
    expect(answer).toMatchObject({ status: 503, body });
    expect(answer.headers.get('x-maintenance-mode')).toBe('true');
    expect(await server.send('GET', '/v4/volumes')).toMatchObject({ status: 200 });
  });

  it('does not know other endpoints', async () => {
    expect(await refusal('GET', '/v4/domains', undefined)).toEqual([404, { reason: 'Not found' }]);
  });
});

describe('NodeBalancers', () => {
  it('are made, listed and deleted', async () => {
    const { id } = await create('/v4/nodebalancers', { region: 'us-east', label: 'front', tags: ['web'] });
    expect(await get('/v4/nodebalancers', '{"tags":"web"}')).toMatchObject({
      data: [{ id, label: 'front', region: 'us-east', type: 'common', lke_cluster: null }],
    });
    expect(await get(`/v4/nodebalancers/${id}`)).toMatchObject({ hostname: expect.any(String) as unknown });
    expect(await server.send('DELETE', `/v4/nodebalancers/${id}`)).toMatchObject({ status: 200 });
    expect(await server.send('GET', `/v4/nodebalancers/${id}`)).toMatchObject({ status: 404 });
  });

  it('need a region that there is, and a token that may', async () => {
    expect(await refusal('POST', '/v4/nodebalancers', { region: 'nowhere' })).toEqual([
      400,
      { reason: 'region is not valid', field: 'region' },
    ]);
    expect(await server.send('GET', '/v4/nodebalancers', { token: 'reader' })).toMatchObject({ status: 401 });
  });

  it('name the cluster that they were made for, when it is gone too', async () => {
    const { id } = await create('/v4/nodebalancers', { region: 'us-east' });
    const { body } = await server.send('GET', '/_sandbox/state');
    const state = body as LinodeState;
    const planted = state.nodeBalancers.map((each) => ({ ...each, cluster: { id: 7, label: 'gone' } }));
    await server.send('PUT', '/_sandbox/state', { body: { ...state, nodeBalancers: planted } });
    expect(await get(`/v4/nodebalancers/${id}`)).toMatchObject({ lke_cluster: { id: 7, label: 'gone' } });
  });
});

describe('firewalls', () => {
  const drop = { inbound: [], inbound_policy: 'DROP', outbound_policy: 'ACCEPT' };

  it('are made, changed and deleted; their rules have a version', async () => {
    const { id } = await create('/v4/networking/firewalls', { label: 'web', rules: drop });
    const path = `/v4/networking/firewalls/${id}`;
    expect(await get(path)).toMatchObject({ label: 'web', status: 'enabled', rules: { version: 1 } });
    await server.send('PUT', path, { body: { label: 'front' } });
    await server.send('PUT', `${path}/rules`, { body: { ...drop, inbound_policy: 'ACCEPT' } });
    expect(await get(`${path}/rules`)).toMatchObject({ inbound_policy: 'ACCEPT', version: 2 });
    expect(names(await get('/v4/networking/firewalls'))).toEqual(['front']);
    expect(await get(`${path}/devices`)).toMatchObject({ results: 0 });
    expect(await server.send('DELETE', path)).toMatchObject({ status: 200 });
    expect(await server.send('GET', `${path}/devices`)).toMatchObject({ status: 404 });
  });

  it('need a policy that is one', async () => {
    const rules = { ...drop, inbound_policy: 'MAYBE' };
    expect(await refusal('POST', '/v4/networking/firewalls', { label: 'web', rules })).toEqual([
      400,
      { reason: 'rules.inbound_policy is not valid', field: 'rules.inbound_policy' },
    ]);
  });
});
