import { pullRequestEvent } from '../events/events.ts';
import type { SimulatorRequest } from '../http/simulator.ts';
import type { Endpoint } from './endpoint.ts';
import { notFound } from './errors.ts';
import { page } from './page.ts';
import { repository, type GitHubState, type PullRequest } from './state.ts';

const { owner, name } = repository;
export const webUrl = `https://github.com/${owner}/${name}`;
export const apiUrl = `https://api.github.com/repos/${owner}/${name}`;

/** Whether the path names the simulator's repository; GitHub does not mind the case. */
export function isRepository(params: SimulatorRequest['params']): boolean {
  return `${params['owner']}/${params['repo']}`.toLowerCase() === `${owner}/${name}`;
}

/** The repository, its pull requests, and those that a commit belongs to. */
export const repositories: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}',
    access: 'read',
    handle: ({ params }) => (isRepository(params) ? { status: 200, body: renderedRepository() } : notFound),
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/pulls',
    access: 'read',
    handle: (request, state) =>
      isRepository(request.params) ? page(request, listed(request, state).map(rendered)) : notFound,
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/pulls/{pull_number}',
    access: 'read',
    handle: ({ params }, { pulls }) => {
      const pull = pulls.find(({ number }) => number === Number(params['pull_number']));
      return isRepository(params) && pull !== undefined ? { status: 200, body: rendered(pull) } : notFound;
    },
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/commits/{commit_sha}/pulls',
    access: 'read',
    handle: (request, state) =>
      isRepository(request.params)
        ? page(request, pullsOf(request.params['commit_sha'] ?? '', state).map(rendered))
        : notFound,
  },
];

/** The newest first; all go into `main`, and which of them was changed last is not kept. */
function listed({ query }: SimulatorRequest, { pulls }: GitHubState): readonly PullRequest[] {
  const [wanted, base] = [query.get('state') ?? 'open', query.get('base') ?? 'main'];
  const fits = ({ merged }: PullRequest): boolean =>
    wanted === 'all' || wanted === (merged === undefined ? 'open' : 'closed');
  return base === 'main' ? pulls.filter(fits).toReversed() : [];
}

function pullsOf(commit: string, { pulls }: GitHubState): readonly PullRequest[] {
  return pulls.filter(
    ({ sha, merged }) =>
      sha === commit || merged?.sha === commit || merged?.commits?.includes(commit) === true,
  );
}

/** The example's pull request with the member that the REST answer has and the payload lacks. */
function rendered({ merged, ...pull }: PullRequest): object {
  const open = { ...pullRequestEvent(pull).pull_request, auto_merge: null };
  if (merged === undefined) return open;
  const { sha, at, forgotten = false } = merged;
  const merge_commit_sha = forgotten ? null : sha;
  return { ...open, state: 'closed', merged: true, merge_commit_sha, merged_at: at, closed_at: at };
}

/** The example's repository with the members that the REST answer has and the payload lacks. */
function renderedRepository(): object {
  const { repository: payload } = pullRequestEvent({ number: 1, sha: '', before: '' });
  return { ...payload, has_discussions: false, network_count: 0, subscribers_count: 0 };
}
