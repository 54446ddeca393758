import { describe, expect, it } from '@jest/globals';
import {
  account,
  mergeGroupEvent,
  pullRequestEvent,
  pushEvent,
  releaseEvent,
  scheduleEvent,
  workflowDispatchEvent,
} from './events.ts';

const sha = 'a'.repeat(40);
const before = 'b'.repeat(40);

describe('pushEvent', () => {
  it('moves main of org/wpp-bot from one commit to the next', () => {
    const event = pushEvent({ sha, before });
    expect(event).toMatchObject({ ref: 'refs/heads/main', before, after: sha, created: false });
    expect(event.repository).toMatchObject({ full_name: 'org/wpp-bot', default_branch: 'main' });
    expect(event.head_commit).toEqual(event.commits[0]);
    expect(event.head_commit).toMatchObject({ id: sha, url: `https://github.com/org/wpp-bot/commit/${sha}` });
    expect(event.compare).toBe(`https://github.com/org/wpp-bot/compare/${before}...${sha}`);
  });

  it('makes a branch where none was before', () => {
    expect(pushEvent({ sha, ref: 'refs/heads/new' })).toMatchObject({
      ref: 'refs/heads/new',
      before: '0'.repeat(40),
      created: true,
    });
  });
});

describe('pullRequestEvent', () => {
  it('opens a pull request from a branch of the same repository', () => {
    const { pull_request: pull, ...event } = pullRequestEvent({ number: 7, sha, before, ref: 'topic' });
    expect(event).toMatchObject({ action: 'opened', number: 7 });
    expect(pull).toMatchObject({
      number: 7,
      url: 'https://api.github.com/repos/org/wpp-bot/pulls/7',
      comments_url: 'https://api.github.com/repos/org/wpp-bot/issues/7/comments',
      head: { sha, ref: 'topic', label: 'org:topic', repo: { full_name: 'org/wpp-bot', fork: false } },
      base: { sha: before, ref: 'main', repo: { full_name: 'org/wpp-bot' } },
    });
  });

  it('opens one from a fork, which is another repository', () => {
    const { pull_request: pull } = pullRequestEvent({ number: 7, sha, before, fork: 'octocat' });
    expect(pull.head).toMatchObject({
      label: 'octocat:changes',
      user: { login: 'octocat' },
      repo: { full_name: 'octocat/wpp-bot', fork: true },
    });
    expect(pull.head.repo?.id).not.toBe(pull.base.repo.id);
    expect(pull.base.repo.full_name).toBe('org/wpp-bot');
  });
});

describe('workflowDispatchEvent', () => {
  it('carries the inputs that were chosen', () => {
    expect(workflowDispatchEvent({ inputs: { command: 'restart' } })).toMatchObject({
      inputs: { command: 'restart' },
      ref: 'refs/heads/main',
      workflow: '.github/workflows/deploy.yml',
      repository: { full_name: 'org/wpp-bot' },
    });
  });
});

describe('mergeGroupEvent', () => {
  it('asks for the checks of a commit that is to be merged into main', () => {
    expect(mergeGroupEvent({ sha })).toMatchObject({
      action: 'checks_requested',
      merge_group: { head_sha: sha, head_commit: { id: sha }, base_ref: 'refs/heads/main' },
      repository: { full_name: 'org/wpp-bot' },
    });
  });
});

describe('releaseEvent', () => {
  it('publishes the release of a tag', () => {
    expect(releaseEvent({ tag: 'v1.2.3' })).toMatchObject({
      action: 'published',
      release: { tag_name: 'v1.2.3', html_url: 'https://github.com/org/wpp-bot/releases/tag/v1.2.3' },
      repository: { full_name: 'org/wpp-bot' },
    });
  });
});

describe('scheduleEvent', () => {
  it('names the schedule and the repository', () => {
    expect(scheduleEvent()).toMatchObject({
      schedule: '17 5 * * *',
      repository: { full_name: 'org/wpp-bot', default_branch: 'main' },
    });
  });
});

describe('account', () => {
  it('tells a bot from a user', () => {
    expect(account('github-actions[bot]')).toMatchObject({
      login: 'github-actions[bot]',
      type: 'Bot',
      url: 'https://api.github.com/users/github-actions%5Bbot%5D',
    });
    expect(account('octocat')).toMatchObject({ login: 'octocat', type: 'User' });
  });
});

it.each([
  pushEvent({ sha }),
  pullRequestEvent({ number: 7, sha, before }),
  workflowDispatchEvent({ inputs: {} }),
])('leaves no name of the published example behind', (event) => {
  expect(JSON.stringify(event)).not.toMatch(/codertocat|octo-|hello-world|refs\/heads\/master/i);
});
