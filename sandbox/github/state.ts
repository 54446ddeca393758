import { makeSecretsKey } from './secrets-key.ts';

/** The repository that the simulator has. */
export const repository = { owner: 'org', name: 'wpp-bot' } as const;

/** Requests that a job's token may send in an hour and repository (docs.github.com, rate limits for GITHUB_TOKEN). */
export const hourlyLimit = 1000;

export interface PullRequest {
  readonly number: number;
  readonly sha: string;
  /** The commit of `main` that it starts from. */
  readonly before: string;
  readonly ref: string;
  /** Account of the fork that the branch is in. */
  readonly fork?: string;
  /**
   * The commit by which it came into `main`, and when (ISO 8601); absent while it is open. `commits` are those that came with it,
   * where it was merged or rebased and not squashed; GitHub may forget which one merged it (`forgotten`).
   */
  readonly merged?: {
    readonly sha: string;
    readonly at: string;
    readonly commits?: readonly string[];
    readonly forgotten?: boolean;
  };
}

export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly login: string;
  readonly createdAt: string;
  updatedAt: string;
  body: string;
}

export interface Issue {
  readonly number: number;
  readonly login: string;
  readonly createdAt: string;
  title: string;
  body: string;
  state: 'open' | 'closed';
  updatedAt: string;
}

/** A secret of the repository, sealed with its public key. */
export interface RepositorySecret {
  readonly name: string;
  sealed: string;
  readonly createdAt: string;
  updatedAt: string;
}

/** The key pair of the repository, in base64; a test opens with it what was sealed. */
export interface SecretsKey {
  readonly id: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface GitHubState {
  /** The commits of `main`, the oldest first, as far as anybody asks for them. */
  main: string[];
  pulls: PullRequest[];
  issues: Issue[];
  comments: Comment[];
  nextCommentId: number;
  secrets: RepositorySecret[];
  secretsKey: SecretsKey;
  /** Requests since the hour began, and its end in seconds since 1970. */
  rate: { used: number; reset: number };
}

/** Two open pull requests, no issue and no comment: number 1 from the repository itself, number 2 from a fork. */
export function seed(): GitHubState {
  const before = '1'.repeat(40);
  return {
    pulls: [
      { number: 1, sha: 'a'.repeat(40), before, ref: 'changes' },
      { number: 2, sha: 'b'.repeat(40), before, ref: 'changes', fork: 'octocat' },
    ],
    main: [],
    issues: [],
    comments: [],
    nextCommentId: 1,
    secrets: [],
    secretsKey: makeSecretsKey(),
    rate: { used: 0, reset: 0 },
  };
}
