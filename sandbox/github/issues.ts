import type { IssuesOpenedEvent } from '@octokit/webhooks-types';
import { account } from '../events/events.ts';
import { example } from '../events/examples.ts';
import type { SimulatorRequest, SimulatorResponse } from '../http/simulator.ts';
import type { Endpoint } from './endpoint.ts';
import { notFound } from './errors.ts';
import { page } from './page.ts';
import { apiUrl, isRepository, webUrl } from './repository.ts';
import type { GitHubState, Issue } from './state.ts';
import type { Caller } from './tokens.ts';

const issues = '/repos/{owner}/{repo}/issues';

/** List, open, change and close issues. A list has no pull requests, which GitHub counts among issues: nobody here asks for those. */
export const issueEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: issues, access: 'read', handle: list },
  { method: 'POST', path: issues, access: 'write', handle: open },
  { method: 'PATCH', path: `${issues}/{issue_number}`, access: 'write', handle: change },
];

function list({ params, query, ...request }: SimulatorRequest, state: GitHubState): SimulatorResponse {
  if (!isRepository(params)) return notFound;
  const [wanted, creator] = [query.get('state') ?? 'open', query.get('creator')];
  const found = state.issues.filter(
    (issue) => (wanted === 'all' || issue.state === wanted) && (creator === null || issue.login === creator),
  );
  // GitHub lists the newest first.
  return page({ params, query, ...request }, found.toReversed().map(rendered));
}

function open({ params, body }: SimulatorRequest, state: GitHubState, { login }: Caller): SimulatorResponse {
  if (!isRepository(params)) return notFound;
  const { title, body: text = '' } = body as { readonly title: string; readonly body?: string };
  const numbers = [...state.pulls, ...state.issues].map(({ number }) => number);
  const now = new Date().toISOString();
  const number = Math.max(0, ...numbers) + 1;
  const issue: Issue = { number, login, title, body: text, state: 'open', createdAt: now, updatedAt: now };
  state.issues.push(issue);
  return { status: 201, body: rendered(issue) };
}

function change({ params, body }: SimulatorRequest, state: GitHubState): SimulatorResponse {
  const issue = state.issues.find(({ number }) => number === Number(params['issue_number']));
  if (!isRepository(params) || issue === undefined) return notFound;
  const { title, body: text, state: next } = body as Partial<Pick<Issue, 'title' | 'body' | 'state'>>;
  Object.assign(issue, {
    title: title ?? issue.title,
    body: text ?? issue.body,
    state: next ?? issue.state,
    updatedAt: new Date().toISOString(),
  });
  return { status: 200, body: rendered(issue) };
}

/** GitHub's example of an issue, in the simulator's repository. */
function rendered({ number, login, title, body, state, createdAt, updatedAt }: Issue): object {
  const opened = (event: { readonly action: string }): event is IssuesOpenedEvent =>
    event.action === 'opened';
  const { issue } = example('issues', opened);
  const url = `${apiUrl}/issues/${number}`;
  return {
    ...issue,
    ...{ number, title, body, state, user: account(login), labels: [], assignee: null, assignees: [] },
    ...{
      url,
      labels_url: `${url}/labels{/name}`,
      comments_url: `${url}/comments`,
      events_url: `${url}/events`,
    },
    html_url: `${webUrl}/issues/${number}`,
    created_at: createdAt,
    updated_at: updatedAt,
    closed_at: state === 'closed' ? updatedAt : null,
    milestone: null,
  };
}
