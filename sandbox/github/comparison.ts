import { account } from '../events/events.ts';
import type { SimulatorRequest, SimulatorResponse } from '../http/simulator.ts';
import type { Endpoint } from './endpoint.ts';
import { notFound } from './errors.ts';
import { apiUrl, isRepository, webUrl } from './repository.ts';
import { repository, type GitHubState } from './state.ts';

/** The commits of `main` from one to another. */
export const comparison: Endpoint = {
  method: 'GET',
  path: '/repos/{owner}/{repo}/compare/{basehead}',
  access: 'read',
  handle: compare,
};

function compare({ params, query }: SimulatorRequest, { main }: GitHubState): SimulatorResponse {
  const [base = '', head = ''] = (params['basehead'] ?? '').split('...');
  const [from, to] = [main.indexOf(base), main.indexOf(head)];
  if (!isRepository(params) || from < 0 || to < from) return notFound;
  const between = main.slice(from + 1, to + 1);
  const size = Number(query.get('per_page') ?? 100);
  const start = (Number(query.get('page') ?? 1) - 1) * size;
  const web = `${webUrl}/compare/${base}...${head}`;
  return {
    status: 200,
    body: {
      url: `${apiUrl}/compare/${base}...${head}`,
      html_url: web,
      permalink_url: web,
      diff_url: `${web}.diff`,
      patch_url: `${web}.patch`,
      base_commit: commit(base),
      merge_base_commit: commit(base),
      status: between.length === 0 ? 'identical' : 'ahead',
      ahead_by: between.length,
      behind_by: 0,
      total_commits: between.length,
      commits: between.slice(start, start + size).map(commit),
      files: [],
    },
  };
}

function commit(sha: string): object {
  const url = `${apiUrl}/commits/${sha}`;
  const person = { name: repository.owner, email: 'org@example.com', date: '2026-01-02T03:04:05Z' };
  const tree = { sha, url: `${apiUrl}/git/trees/${sha}` };
  const text = { url, author: person, committer: person, message: 'A change', comment_count: 0, tree };
  return {
    ...{ url, sha, node_id: Buffer.from(`Commit${sha}`).toString('base64'), commit: text, parents: [] },
    html_url: `${webUrl}/commit/${sha}`,
    comments_url: `${url}/comments`,
    author: account(repository.owner),
    committer: account(repository.owner),
  };
}
