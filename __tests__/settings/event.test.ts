import { describe, expect, test } from '@jest/globals';
import { readEvent, type DeployEvent, type RunContext } from '../../src/settings/event';
import { aContext, aPullContext, SHA } from '../support/settings';

function eventOf(context: RunContext): DeployEvent {
  const event = readEvent(context);
  if (typeof event === 'string') throw new Error(event);
  return event;
}

describe('a push', () => {
  test('to the default branch', () => {
    expect(eventOf(aContext())).toEqual({
      name: 'push',
      owner: 'Acme',
      repository: 'Wpp-Bot',
      sha: SHA,
      branch: 'main',
      onDefaultBranch: true,
      pullRequest: undefined,
      runId: '4711',
      runAttempt: '1',
      runUrl: 'https://github.com/Acme/Wpp-Bot/actions/runs/4711',
    });
  });

  test('to another branch keeps the slashes of its name', () => {
    const event = eventOf(aContext({ ref: 'refs/heads/feature/main' }));
    expect(event).toMatchObject({ branch: 'feature/main', gitTag: undefined, onDefaultBranch: false });
  });

  test('of a tag has no branch', () => {
    expect(eventOf(aContext({ ref: 'refs/tags/main' }))).toMatchObject({
      branch: undefined,
      gitTag: 'main',
      onDefaultBranch: false,
    });
  });

  test('a payload without a repository is on no default branch', () => {
    expect(eventOf(aContext({ payload: {} })).onDefaultBranch).toBe(false);
    expect(eventOf(aContext({ payload: null })).onDefaultBranch).toBe(false);
  });
});

describe('a pull request', () => {
  test('is its head, not the merge commit', () => {
    const event = eventOf(aPullContext());
    expect(event).toMatchObject({ sha: SHA, branch: 'feature/x', onDefaultBranch: false });
    expect(event.pullRequest).toEqual({ number: 7, fork: false, dependabot: false });
  });

  test.each([
    ['acme/wpp-bot', false],
    ['mallory/wpp-bot', true],
    ['', true],
  ])('from %j is a fork: %j', (from, fork) => {
    expect(eventOf(aPullContext(from)).pullRequest).toEqual({ number: 7, fork, dependabot: false });
  });

  test.each([
    ['dependabot[bot]', true],
    ['dependabot', false],
    ['octocat', false],
  ])('that %j started is one of Dependabot: %j', (actor, dependabot) => {
    expect(eventOf({ ...aPullContext(), actor }).pullRequest?.dependabot).toBe(dependabot);
  });

  test('whose head repository was deleted counts as a fork', () => {
    const payload = { pull_request: { number: 7, head: { sha: SHA, ref: 'x', repo: null } } };
    expect(eventOf({ ...aPullContext(), payload }).pullRequest?.fork).toBe(true);
  });

  test('without a number is refused', () => {
    expect(readEvent({ ...aPullContext(), payload: {} })).toBe(
      'the payload of the pull_request event has no pull_request.number',
    );
  });
});

test.each(['merge_group', 'workflow_dispatch', 'release', 'repository_dispatch', 'schedule'])(
  '%s takes the commit of the run',
  (eventName) => {
    expect(eventOf(aContext({ eventName }))).toMatchObject({ sha: SHA, pullRequest: undefined });
  },
);

describe('refused', () => {
  test.each<[string, Partial<RunContext>, RegExp]>([
    ['pull_request_target', { eventName: 'pull_request_target' }, /pull_request_target is refused/],
    ['an unknown event', { eventName: 'issues' }, /^the event "issues" is not one of: push, pull_request/],
    ['no event', { eventName: '' }, /^the event "" is not one of/],
    ['a repository without owner', { repository: 'bot' }, /GITHUB_REPOSITORY is "bot"/],
    ['an empty name', { repository: 'acme/' }, /must be owner\/name/],
    ['a short commit', { sha: 'a1b2c3d' }, /"a1b2c3d", but must be 40 hex digits/],
    ['a commit with more after it', { sha: `${SHA}\n` }, /must be 40 hex digits/],
  ])('%s', (_, given, expected) => expect(readEvent(aContext(given))).toMatch(expected));
});
