import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Octokit } from '@octokit/rest';
import { serve, type RunningSimulator } from '../http/serve.ts';
import { github } from './github.ts';
import type { GitHubState } from './state.ts';
import type { Caller } from './tokens.ts';

const target = { owner: 'org', repo: 'wpp-bot' } as const;
const onPull = { ...target, issue_number: 1 } as const;
const bot = 'github-actions[bot]';
const tokens = new Map<string, Caller>([
  ['job', { login: bot, access: 'write' }],
  ['fork', { login: bot, access: 'read' }],
  ['person', { login: 'octocat', access: 'write' }],
  ['keeper', { login: 'octocat', access: 'secrets' }],
]);
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let data: string;
let server: RunningSimulator;
const as = (auth: string) => new Octokit({ auth, baseUrl: server.url, log: silent });
const control = async (method: string, path: string, body?: unknown) =>
  fetch(`${server.url}/_sandbox/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const state = async () => (await (await control('GET', 'state')).json()) as GitHubState;
const problems = async () =>
  ((await (await control('GET', 'calls')).json()) as { problem?: string }[]).flatMap(
    ({ problem }) => problem ?? [],
  );

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'github-'));
  server = await serve(github(tokens), { host: '127.0.0.1', port: 0, data });
});
beforeEach(async () => {
  await control('POST', 'reset');
});
afterAll(async () => {
  await server.close();
  rmSync(data, { recursive: true });
});

describe('comments', () => {
  it('are created, changed, listed and deleted', async () => {
    const { rest } = as('job');
    const created = await rest.issues.createComment({ ...onPull, body: 'plan' });
    expect(created.data).toMatchObject({ body: 'plan', user: { login: bot, type: 'Bot' } });
    expect(created.headers.location).toBe(created.data.url);
    const comment = { ...target, comment_id: created.data.id };
    await rest.issues.updateComment({ ...comment, body: 'new plan' });
    expect((await rest.issues.listComments(onPull)).data).toMatchObject([{ body: 'new plan' }]);
    expect((await rest.issues.deleteComment(comment)).status).toBe(204);
    expect((await rest.issues.listComments(onPull)).data).toEqual([]);
    expect(await problems()).toEqual([]);
  });

  it('carry the login of who wrote them, and stay with their pull request', async () => {
    await as('person').rest.issues.createComment({ ...target, issue_number: 2, body: 'hello' });
    const { data: listed } = await as('job').rest.issues.listComments({ ...target, issue_number: 2 });
    expect(listed).toMatchObject([{ user: { login: 'octocat', type: 'User' } }]);
    expect((await as('job').rest.issues.listComments(onPull)).data).toEqual([]);
  });

  it('come in pages that the Link header leads through', async () => {
    const { rest, paginate } = as('job');
    for (let index = 1; index <= 5; index += 1)
      await rest.issues.createComment({ ...onPull, body: `${index}` });
    const second = await rest.issues.listComments({ ...onPull, per_page: 2, page: 2 });
    expect(second.data.map(({ body }) => body)).toEqual(['3', '4']);
    const base = `${server.url}/repos/org/wpp-bot/issues/1/comments?per_page=2`;
    expect(second.headers.link).toBe(
      [1, 3, 3, 1]
        .map((page, index) => `<${base}&page=${page}>; rel="${['prev', 'next', 'last', 'first'][index]}"`)
        .join(', '),
    );
    const all = await paginate(rest.issues.listComments, { ...onPull, per_page: 2 });
    expect(all.map(({ body }) => body)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('hold 65,536 characters and no more', async () => {
    const { rest } = as('job');
    const { data: comment } = await rest.issues.createComment({ ...onPull, body: '€'.repeat(65_536) });
    const message = 'Body is too long (maximum is 65536 characters)';
    const refused = {
      status: 422,
      response: { data: { message: 'Validation Failed', errors: [{ message }] } },
    };
    await expect(rest.issues.createComment({ ...onPull, body: 'x'.repeat(65_537) })).rejects.toMatchObject(
      refused,
    );
    const change = { ...target, comment_id: comment.id, body: 'x'.repeat(65_537) };
    await expect(rest.issues.updateComment(change)).rejects.toMatchObject(refused);
    expect(await problems()).toEqual([]);
  });

  it.each([{ issue_number: 99 }, { owner: 'other' }])('are not found at %j', async (where) => {
    const absent = as('job').rest.issues.createComment({ ...onPull, ...where, body: 'plan' });
    await expect(absent).rejects.toMatchObject({
      status: 404,
      response: { data: { message: 'Not Found', status: '404' } },
    });
  });
});

describe('tokens', () => {
  it('of a fork read, and cannot write', async () => {
    const { rest } = as('fork');
    expect((await rest.issues.listComments(onPull)).status).toBe(200);
    const refused = {
      status: 403,
      response: { data: { message: 'Resource not accessible by integration' } },
    };
    await expect(rest.issues.createComment({ ...onPull, body: 'plan' })).rejects.toMatchObject(refused);
    expect((await state()).comments).toEqual([]);
  });

  it('that nobody knows are bad credentials', async () => {
    const refused = { status: 401, response: { data: { message: 'Bad credentials' } } };
    await expect(as('wrong').rest.repos.get(target)).rejects.toMatchObject(refused);
    await expect(as('wrong').graphql('{ viewer { login } }')).rejects.toMatchObject({ status: 401 });
  });

  it('name their own identity', async () => {
    expect(await as('job').graphql('query { viewer { login } }')).toEqual({ viewer: { login: bot } });
    await expect(as('job').graphql('{ viewer { email } }')).rejects.toThrow('answers only the query');
  });
});

describe('repository', () => {
  it('is described, in any case of its name', async () => {
    const { data: found } = await as('job').rest.repos.get({ owner: 'Org', repo: 'WPP-bot' });
    expect(found).toMatchObject({ full_name: 'org/wpp-bot', default_branch: 'main' });
  });

  it('has a pull request of its own and one from a fork', async () => {
    const { rest } = as('job');
    const own = await rest.pulls.get({ ...target, pull_number: 1 });
    expect(own.data).toMatchObject({ state: 'open', merged: false, head: { sha: 'a'.repeat(40) } });
    const forked = await rest.pulls.get({ ...target, pull_number: 2 });
    expect(forked.data.head.repo?.full_name).toBe('octocat/wpp-bot');
    await expect(rest.pulls.get({ ...target, pull_number: 3 })).rejects.toMatchObject({ status: 404 });
  });

  it('finds the pull request of a commit once it is merged', async () => {
    const { rest } = as('job');
    const [first, ...others] = (await state()).pulls;
    const sha = 'c'.repeat(40);
    const pulls = [{ ...first, merged: { sha, at: '2026-01-02T03:04:05Z' } }, ...others];
    await control('PUT', 'state', { ...(await state()), pulls });
    const of = async (commit_sha: string) =>
      (await rest.repos.listPullRequestsAssociatedWithCommit({ ...target, commit_sha })).data;
    expect(await of(sha)).toMatchObject([{ number: 1, state: 'closed', merge_commit_sha: sha }]);
    expect(await of('d'.repeat(40))).toEqual([]);
    expect((await rest.pulls.get({ ...target, pull_number: 1 })).data.merged).toBe(true);
    expect(await problems()).toEqual([]);
  });
});

describe('merged pull requests', () => {
  const at = '2026-01-02T03:04:05Z';
  const [squashed, merge, own, rebased] = ['c', 'd', 'e', 'f'].map((digit) => digit.repeat(40)) as [
    string,
    string,
    string,
    string,
  ];
  const pull = (number: number, merged: object) => ({
    ...{ number, sha: String(number).repeat(40), before: '0'.repeat(40), ref: `changes-${number}` },
    merged: { at, ...merged },
  });

  beforeEach(async () => {
    const pulls = [
      pull(3, { sha: squashed }),
      pull(4, { sha: merge, commits: [own] }),
      pull(5, { sha: rebased, forgotten: true }),
    ];
    const main = ['b'.repeat(40), squashed, own, merge, rebased];
    const now = await state();
    await control('PUT', 'state', { ...now, pulls: [...now.pulls, ...pulls], main });
  });

  it.each([
    [squashed, 3],
    [merge, 4],
    [own, 4],
    [rebased, 5],
  ])('are found by the commit %s', async (commit_sha, number) => {
    const { data } = await as('job').rest.repos.listPullRequestsAssociatedWithCommit({
      ...target,
      commit_sha,
    });
    expect(data).toMatchObject([{ number, merged_at: at, base: { ref: 'main' } }]);
  });

  it('are listed, the newest first', async () => {
    const { data } = await as('job').rest.pulls.list({ ...target, state: 'closed', base: 'main' });
    expect(data.map(({ number, merge_commit_sha }) => [number, merge_commit_sha])).toEqual([
      [5, null],
      [4, merge],
      [3, squashed],
    ]);
    expect((await as('job').rest.pulls.list(target)).data).toHaveLength(2);
    expect(await problems()).toEqual([]);
  });

  it('lie between two commits of the branch', async () => {
    const { rest } = as('job');
    const basehead = `${squashed}...${merge}`;
    const { data } = await rest.repos.compareCommitsWithBasehead({ ...target, basehead });
    expect(data.commits.map(({ sha }) => sha)).toEqual([own, merge]);
    const second = await rest.repos.compareCommitsWithBasehead({ ...target, basehead, per_page: 1, page: 2 });
    expect(second.data.commits.map(({ sha }) => sha)).toEqual([merge]);
    const gone = rest.repos.compareCommitsWithBasehead({
      ...target,
      basehead: `${'9'.repeat(40)}...${merge}`,
    });
    await expect(gone).rejects.toMatchObject({ status: 404 });
    expect(await problems()).toEqual([]);
  });
});

describe('issues', () => {
  it('are opened, changed, commented on, closed and listed', async () => {
    const { rest } = as('job');
    const { data: issue } = await rest.issues.create({ ...target, title: 'Drift', body: 'one' });
    expect(issue).toMatchObject({ number: 3, state: 'open', user: { login: bot } });
    const place = { ...target, issue_number: issue.number };
    await rest.issues.createComment({ ...place, body: 'Gone again' });
    await rest.issues.update({ ...place, body: 'two', state: 'closed', state_reason: 'completed' });
    expect((await rest.issues.listForRepo(target)).data).toEqual([]);
    const { data } = await rest.issues.listForRepo({ ...target, state: 'all', creator: bot });
    expect(data).toMatchObject([{ number: 3, title: 'Drift', body: 'two', state: 'closed' }]);
    expect((await rest.issues.listForRepo({ ...target, state: 'all', creator: 'octocat' })).data).toEqual([]);
    expect((await rest.issues.listComments(place)).data).toMatchObject([{ body: 'Gone again' }]);
    expect(await problems()).toEqual([]);
  });
});

describe('secrets', () => {
  const secret = { ...target, secret_name: 'kube_config', key_id: '3380204578043523366' };

  it('are written and listed by their names, and cannot be read', async () => {
    const { rest } = as('keeper');
    const { data: key } = await rest.actions.getRepoPublicKey(target);
    expect(Buffer.from(key.key, 'base64')).toHaveLength(32);
    expect(key.key_id).toBe(secret.key_id);
    const write = (encrypted_value: string) =>
      rest.actions.createOrUpdateRepoSecret({ ...secret, encrypted_value });
    expect((await write('b25l')).status).toBe(201);
    expect((await write('dHdv')).status).toBe(204);
    expect((await rest.actions.listRepoSecrets(target)).data).toMatchObject({
      total_count: 1,
      secrets: [{ name: 'KUBE_CONFIG' }],
    });
    expect((await state()).secrets).toMatchObject([{ sealed: 'dHdv' }]);
    expect(await problems()).toEqual([]);
  });

  it('are refused where they were sealed with another key', async () => {
    const other = { ...secret, key_id: '1', encrypted_value: 'b25l' };
    await expect(as('keeper').rest.actions.createOrUpdateRepoSecret(other)).rejects.toMatchObject({
      status: 422,
    });
  });

  it('are not for the token of a job, nor is their token for comments', async () => {
    const refused = {
      status: 403,
      response: { data: { message: 'Resource not accessible by integration' } },
    };
    await expect(as('job').rest.actions.listRepoSecrets(target)).rejects.toMatchObject(refused);
    await expect(as('keeper').rest.issues.createComment({ ...onPull, body: 'plan' })).rejects.toMatchObject(
      refused,
    );
  });
});

describe('rate limit', () => {
  it('is counted in headers, and costs nothing to ask for', async () => {
    const { rest } = as('job');
    expect((await rest.repos.get(target)).headers).toMatchObject({
      'x-ratelimit-limit': '1000',
      'x-ratelimit-remaining': '999',
    });
    expect((await rest.rateLimit.get()).data.resources.core).toMatchObject({
      limit: 1000,
      used: 1,
      remaining: 999,
    });
    expect((await rest.repos.get(target)).headers['x-ratelimit-used']).toBe('2');
    expect(await problems()).toEqual([]);
  });

  it('refuses what goes over it, until the hour is over', async () => {
    const { rest } = as('job');
    const reset = Math.floor(Date.now() / 1000) + 60;
    await control('PUT', 'state', { ...(await state()), rate: { used: 1000, reset } });
    await expect(rest.repos.get(target)).rejects.toMatchObject({
      status: 403,
      response: { headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) } },
    });
    await control('PUT', 'state', { ...(await state()), rate: { used: 1000, reset: reset - 120 } });
    expect((await rest.repos.get(target)).headers['x-ratelimit-used']).toBe('1');
  });
});

describe('contract', () => {
  const send = async (method: string, path: string, body?: unknown) =>
    fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: 'Bearer job' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const comments = '/repos/org/wpp-bot/issues/1/comments';

  it.each([
    ['POST', comments, {}, "body must have required property 'body'"],
    ['POST', comments, { body: 7 }, 'body/body must be string'],
    ['POST', comments, undefined, 'body must be object'],
    ['GET', `${comments}?per_page=many`, undefined, 'query/per_page must be integer'],
    ['GET', `${comments}?perpage=100`, undefined, 'query must NOT have additional properties'],
    ['GET', '/repos/org/wpp-bot/issues/one/comments', undefined, 'path/issue_number must be integer'],
  ])('refuses %s %s %j', async (method, path, body, problem) => {
    const response = await send(method, path, body);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ message: `Invalid request.\n\n${problem}` });
    expect(await problems()).toEqual([problem]);
    expect((await state()).comments).toEqual([]);
  });

  it('turns an answer that breaks it into a 500 that names the fault', async () => {
    const comment = {
      id: 1,
      issue: 1,
      login: bot,
      createdAt: 'yesterday',
      updatedAt: '2026-01-02T03:04:05Z',
      body: '',
    };
    await control('PUT', 'state', { ...(await state()), comments: [comment] });
    expect((await send('GET', comments)).status).toBe(500);
    expect(await problems()).toEqual([
      expect.stringContaining('body/0/created_at must match format "date-time"'),
    ]);
  });

  it('answers 404 to what it does not know, and notes it', async () => {
    expect((await send('GET', '/repos/org/wpp-bot/branches')).status).toBe(404);
    expect(await problems()).toEqual(['no such route']);
  });
});
