import type { SimulatorRequest, SimulatorResponse } from '../http/simulator.ts';
import { account } from '../events/events.ts';
import type { Endpoint } from './endpoint.ts';
import { errorResponse, notFound } from './errors.ts';
import { page } from './page.ts';
import { isRepository, apiUrl, webUrl } from './repository.ts';
import type { Comment, GitHubState } from './state.ts';
import type { Caller } from './tokens.ts';

/** The longest comment that GitHub takes, in characters. */
const longest = 65_536;

const issueComments = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const oneComment = '/repos/{owner}/{repo}/issues/comments/{comment_id}';

/** List, create, change and delete the comments of a pull request or an issue. */
export const comments: readonly Endpoint[] = [
  { method: 'GET', path: issueComments, access: 'read', handle: list },
  { method: 'POST', path: issueComments, access: 'write', handle: create },
  { method: 'PATCH', path: oneComment, access: 'write', handle: update },
  { method: 'DELETE', path: oneComment, access: 'write', handle: remove },
];

function list(request: SimulatorRequest, state: GitHubState): SimulatorResponse {
  const issue = issueOf(request, state);
  if (issue === undefined) return notFound;
  const since = Date.parse(request.query.get('since') ?? '1970-01-01T00:00:00Z');
  const found = state.comments.filter(
    (comment) => comment.issue === issue && Date.parse(comment.updatedAt) >= since,
  );
  return page(request, found.map(rendered));
}

function create(request: SimulatorRequest, state: GitHubState, { login }: Caller): SimulatorResponse {
  const issue = issueOf(request, state);
  if (issue === undefined) return notFound;
  const body = bodyOf(request);
  if (isTooLong(body)) return tooLong;
  const now = new Date().toISOString();
  const comment = { id: state.nextCommentId, issue, login, createdAt: now, updatedAt: now, body };
  state.nextCommentId += 1;
  state.comments.push(comment);
  return { status: 201, headers: { location: rendered(comment).url }, body: rendered(comment) };
}

function update(request: SimulatorRequest, state: GitHubState): SimulatorResponse {
  const comment = commentOf(request, state);
  if (comment === undefined) return notFound;
  const body = bodyOf(request);
  if (isTooLong(body)) return tooLong;
  comment.body = body;
  comment.updatedAt = new Date().toISOString();
  return { status: 200, body: rendered(comment) };
}

function remove(request: SimulatorRequest, state: GitHubState): SimulatorResponse {
  const comment = commentOf(request, state);
  if (comment === undefined) return notFound;
  state.comments = state.comments.filter((other) => other !== comment);
  return { status: 204 };
}

function issueOf({ params }: SimulatorRequest, { pulls, issues }: GitHubState): number | undefined {
  const number = Number(params['issue_number']);
  const known = [...pulls, ...issues].some((each) => each.number === number);
  return isRepository(params) && known ? number : undefined;
}

function commentOf({ params }: SimulatorRequest, state: GitHubState): Comment | undefined {
  const id = Number(params['comment_id']);
  return isRepository(params) ? state.comments.find((comment) => comment.id === id) : undefined;
}

/** The contract was checked before, so there is a text. */
function bodyOf(request: SimulatorRequest): string {
  return (request.body as { readonly body: string }).body;
}

function isTooLong(body: string): boolean {
  return [...body].length > longest;
}

const tooLong = errorResponse(422, 'Validation Failed', [
  {
    resource: 'IssueComment',
    code: 'unprocessable',
    field: 'data',
    message: `Body is too long (maximum is ${longest} characters)`,
  },
]);

function rendered({ id, issue, login, createdAt, updatedAt, body }: Comment) {
  return {
    id,
    node_id: Buffer.from(`012:IssueComment${id}`).toString('base64'),
    url: `${apiUrl}/issues/comments/${id}`,
    html_url: `${webUrl}/pull/${issue}#issuecomment-${id}`,
    issue_url: `${apiUrl}/issues/${issue}`,
    user: account(login),
    created_at: createdAt,
    updated_at: updatedAt,
    author_association: login.endsWith('[bot]') ? 'NONE' : 'CONTRIBUTOR',
    body,
    performed_via_github_app: null,
  };
}
