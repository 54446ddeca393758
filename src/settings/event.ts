/** The events that the action is run by; each is a word of GitHub's `on:`. */
const EVENT_NAMES = [
  'push',
  'pull_request',
  'merge_group',
  'workflow_dispatch',
  'release',
  'repository_dispatch',
  'schedule',
] as const;

export type EventName = (typeof EVENT_NAMES)[number];

/** What GitHub says of the run: variables of the runner and the webhook's payload, as they came. */
export interface RunContext {
  readonly eventName: string;
  readonly payload: unknown;
  readonly sha: string;
  readonly ref: string;
  /** `owner/name` */
  readonly repository: string;
  readonly runId: string;
  readonly runAttempt: string;
  /** The account that the run is started for. */
  readonly actor: string;
  readonly serverUrl: string;
}

export interface PullRequest {
  readonly number: number;
  /** Whether the head is in another repository, so that the run has no secrets. */
  readonly fork: boolean;
  /** Whether Dependabot made it: its runs have secrets only where Dependabot was given some. */
  readonly dependabot: boolean;
}

/** The event in the words of this product. */
export interface DeployEvent {
  readonly name: EventName;
  readonly owner: string;
  readonly repository: string;
  /** The commit that is built and deployed: on a pull request its head, not the merge commit that GitHub tests. */
  readonly sha: string;
  /** The branch, where the event has one. */
  readonly branch: string | undefined;
  /** The tag of git, where the event is about one. */
  readonly gitTag: string | undefined;
  readonly onDefaultBranch: boolean;
  readonly pullRequest: PullRequest | undefined;
  readonly runId: string;
  readonly runAttempt: string;
  readonly runUrl: string;
}

/** Gives the event, or a sentence that says why the action cannot work on it. */
export function readEvent(context: RunContext): DeployEvent | string {
  const name = EVENT_NAMES.find((word) => word === context.eventName);
  if (context.eventName === 'pull_request_target') {
    return 'the event pull_request_target is refused: it would run the code of a pull request with the secrets of this repository; use pull_request';
  }
  if (name === undefined) {
    return `the event ${JSON.stringify(context.eventName)} is not one of: ${EVENT_NAMES.join(', ')}`;
  }
  const [owner, repository] = context.repository.split('/');
  if (owner === undefined || repository === undefined || owner === '' || repository === '') {
    return `GITHUB_REPOSITORY is ${JSON.stringify(context.repository)}, but must be owner/name`;
  }
  const pull = field(context.payload, 'pull_request');
  if (name === 'pull_request' && typeof field(pull, 'number') !== 'number') {
    return 'the payload of the pull_request event has no pull_request.number';
  }
  const head = field(pull, 'head');
  const sha = name === 'pull_request' ? text(field(head, 'sha')) : context.sha;
  if (!/^[0-9a-f]{40}$/.test(sha))
    return `the commit of the event is ${JSON.stringify(sha)}, but must be 40 hex digits`;
  const branch = branchOf(name, context.ref, text(field(head, 'ref')));
  return {
    name,
    owner,
    repository,
    sha,
    branch,
    gitTag: name === 'pull_request' ? undefined : after(context.ref, 'refs/tags/'),
    onDefaultBranch:
      branch !== undefined && branch === text(field(field(context.payload, 'repository'), 'default_branch')),
    pullRequest:
      name === 'pull_request'
        ? {
            number: Number(field(pull, 'number')),
            fork: isFork(head, context.repository),
            dependabot: context.actor === 'dependabot[bot]',
          }
        : undefined,
    runId: context.runId,
    runAttempt: context.runAttempt,
    runUrl: `${context.serverUrl}/${context.repository}/actions/runs/${context.runId}`,
  };
}

function branchOf(name: EventName, ref: string, pullBranch: string): string | undefined {
  if (name === 'pull_request') return pullBranch === '' ? undefined : pullBranch;
  return after(ref, 'refs/heads/');
}

function after(text: string, start: string): string | undefined {
  return text.startsWith(start) ? text.slice(start.length) : undefined;
}

/** A head whose repository was deleted counts as a fork: it has no secrets either. */
function isFork(head: unknown, repository: string): boolean {
  return text(field(field(head, 'repo'), 'full_name')).toLowerCase() !== repository.toLowerCase();
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
