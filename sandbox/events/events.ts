import type {
  MergeGroupChecksRequestedEvent,
  MergeGroupEvent,
  PullRequestEvent,
  PullRequestOpenedEvent,
  PushEvent,
  ReleasePublishedEvent,
  User,
  WorkflowDispatchEvent,
} from '@octokit/webhooks-types';
import { example } from './examples.ts';

const noCommit = '0'.repeat(40);

export interface PushOverrides {
  readonly sha: string;
  /** The commit that the branch was at; left out, the push makes the branch. */
  readonly before?: string;
  /** Default `refs/heads/main`. */
  readonly ref?: string;
}

/** Payload of a `push` of one commit to a branch of `org/wpp-bot`. */
export function pushEvent({ sha, before = noCommit, ref = 'refs/heads/main' }: PushOverrides): PushEvent {
  const payload = example('push', (event): event is PushEvent => event.commits.length === 1);
  const [commit] = payload.commits;
  if (commit === undefined) throw new Error('the example of a push has no commit');
  const pushed = { ...commit, id: sha, url: `${payload.repository.html_url}/commit/${sha}` };
  return {
    ...payload,
    ref,
    before,
    after: sha,
    created: before === noCommit,
    compare: `${payload.repository.html_url}/compare/${before}...${sha}`,
    commits: [pushed],
    head_commit: pushed,
  };
}

export interface PullRequestOverrides {
  readonly number: number;
  /** Newest commit of the branch to merge. */
  readonly sha: string;
  /** The commit of `main` that the pull request starts from. */
  readonly before: string;
  /** Name of the branch to merge, without `refs/heads/`; default `changes`. */
  readonly ref?: string;
  /** Account whose fork the branch is in; left out, the branch is in `org/wpp-bot` itself. */
  readonly fork?: string;
}

/** Payload of `pull_request` with the action `opened`, from a branch into `main` of `org/wpp-bot`. */
export function pullRequestEvent(overrides: PullRequestOverrides): PullRequestOpenedEvent {
  const { number, sha, before, ref = 'changes', fork } = overrides;
  const payload = openedPullRequest('org');
  const pull = numbered(payload.pull_request, number);
  const head = fork === undefined ? pull.head : inFork(openedPullRequest(fork).pull_request.head);
  return {
    ...payload,
    number,
    pull_request: {
      ...pull,
      statuses_url: `${payload.repository.url}/statuses/${sha}`,
      head: { ...head, ref, label: `${head.user.login}:${ref}`, sha },
      base: { ...pull.base, sha: before },
    },
  };
}

function openedPullRequest(owner: string): PullRequestOpenedEvent {
  const opened = (event: PullRequestEvent): event is PullRequestOpenedEvent => event.action === 'opened';
  return example('pull_request', opened, owner);
}

type OpenedPull = PullRequestOpenedEvent['pull_request'];

/** Changes the number in the pull request's own links as well. */
function numbered(pull: OpenedPull, number: number): OpenedPull {
  const links = new RegExp(`/(pull|pulls|issues)/${pull.number}\\b`, 'g');
  const text = JSON.stringify(pull).replaceAll(links, `/$1/${number}`);
  return { ...(JSON.parse(text) as OpenedPull), number };
}

function inFork(head: OpenedPull['head']): OpenedPull['head'] {
  return head.repo === null ? head : { ...head, repo: { ...head.repo, id: head.repo.id + 1, fork: true } };
}

export interface WorkflowDispatchOverrides {
  readonly inputs: Readonly<Record<string, string>>;
  /** Default `refs/heads/main`. */
  readonly ref?: string;
}

/** Payload of a `workflow_dispatch` of `.github/workflows/deploy.yml` in `org/wpp-bot`. */
export function workflowDispatchEvent(overrides: WorkflowDispatchOverrides): WorkflowDispatchEvent {
  const { inputs, ref = 'refs/heads/main' } = overrides;
  const payload = example(
    'workflow_dispatch',
    (event): event is WorkflowDispatchEvent => event.inputs !== null,
  );
  return { ...payload, inputs: { ...inputs }, ref, workflow: '.github/workflows/deploy.yml' };
}

/** Payload of a `merge_group` with the action `checks_requested`: the merge queue tries a commit for `main` of `org/wpp-bot`. */
export function mergeGroupEvent({ sha }: { readonly sha: string }): MergeGroupChecksRequestedEvent {
  const asked = (event: MergeGroupEvent): event is MergeGroupChecksRequestedEvent =>
    event.action === 'checks_requested';
  const payload = example('merge_group', asked);
  const { merge_group: group } = payload;
  const head_commit = { ...group.head_commit, id: sha };
  return { ...payload, merge_group: { ...group, head_sha: sha, head_commit } };
}

/** Payload of a `release` with the action `published`, of a tag of `org/wpp-bot`. */
export function releaseEvent({ tag }: { readonly tag: string }): ReleasePublishedEvent {
  const payload = example('release', (event): event is ReleasePublishedEvent => event.action === 'published');
  const html_url = `${payload.repository.html_url}/releases/tag/${tag}`;
  return { ...payload, release: { ...payload.release, tag_name: tag, html_url } };
}

/** Payload of a run that a schedule starts in `org/wpp-bot`; GitHub documents no more of it. */
export function scheduleEvent(): { readonly schedule: string; readonly repository: PushEvent['repository'] } {
  const { repository } = pushEvent({ sha: noCommit });
  return { schedule: '17 5 * * *', repository };
}

/** The id of `github-actions[bot]`, which stands here for every bot. */
const botId = 41898282;

/** An account of GitHub in the form that payloads and REST answers share; a login that ends in `[bot]` is a bot's. */
export function account(login: string): User {
  const user = { ...openedPullRequest(encodeURIComponent(login)).sender, login };
  return login.endsWith('[bot]') ? { ...user, id: botId, type: 'Bot' } : user;
}
