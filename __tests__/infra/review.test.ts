import { beforeEach, describe, expect, test } from '@jest/globals';
import { commentMarker, formatRecord } from '../../src/comment-record';
import { DeployError } from '../../src/errors';
import type { InfraResult } from '../../src/infra/result';
import { failureOf } from '../support/failure';
import { planned } from '../support/infra';
import { infraWorld, runInfra, type InfraWorld } from '../support/infra-world';
import { anInfra, aReview } from '../support/settings';

const COMMIT = 'c'.repeat(40);
const HEAD = 'd'.repeat(40);
const LARGER = { before: { id: '1', size: 20 }, after: { id: '1', size: 30 } };
const LARGEST = { before: { id: '1', size: 20 }, after: { id: '1', size: 99 } };
const planOf = (...changes: readonly object[]): object => ({ resource_changes: changes });
const volume = (name: string, change: object = LARGER): object =>
  planned(`linode_volume.${name}`, ['update'], change);

let world: InfraWorld;
beforeEach(() => {
  world = infraWorld(planOf(volume('a')));
});

/** Previews a plan in a pull request, and gives the comment that the run would write there. */
async function preview(pullRequest: number, plan: object, head = HEAD): Promise<string> {
  const settings = anInfra({ review: aReview({ pullRequest, branch: 'feature' }) });
  const { shown } = await runInfra(settings, { preview: true, commit: head }, infraWorld(plan));
  return `${commentMarker('production')}\n${formatRecord({ head, run: 1, attempt: 1, plan: shown })}\n### Title`;
}

/** Merges a pull request whose comment shows a plan. */
async function merge(number: number, plan: object, commit = COMMIT): Promise<void> {
  world.pullRequests.comments.set(number, await preview(number, plan));
  world.pullRequests.merged.set(commit, [{ number, head: HEAD }]);
}

const push = (review = aReview()): Promise<InfraResult> =>
  runInfra(anInfra({ review }), { preview: false, commit: COMMIT }, world);

describe('the plan of a pushed merge', () => {
  test('is applied where the comment shows it', async () => {
    await merge(7, planOf(volume('a')));
    expect(await push()).toMatchObject({ applied: true });
    expect(world.pullRequests.asked).toEqual([`with ${COMMIT} main`, 'comment 7']);
    expect(world.log.lines).toContain('The plan is as pull request 7 shows it.');
  });

  test('is applied where less of it is left to do', async () => {
    await merge(7, planOf(volume('a'), volume('b')));
    expect(await push()).toMatchObject({ applied: true });
  });

  test('is not asked for where nothing is to be applied', async () => {
    world.terraform.json = planOf();
    await push();
    expect(world.pullRequests.asked).toEqual([]);
  });

  test('stops where a value differs, with its address and what it would become', async () => {
    await merge(7, planOf(volume('a')));
    world.terraform.json = planOf(volume('a', LARGEST));
    expect(await failureOf(push())).toMatchObject({
      code: 'infra-plan-not-reviewed',
      cause: 'the plan would change what pull request 7 did not show: linode_volume.a',
      evidence: ['linode_volume.a: update', 'linode_volume.a: size: 20 → 99'],
    });
    expect(world.terraform.calls).not.toContain('apply');
    expect(world.store.written).toEqual([]);
  });

  test('stops where there is more to do, and names no more than that', async () => {
    await merge(7, planOf(volume('a')));
    world.terraform.json = planOf(volume('a'), volume('b'));
    expect((await failureOf(push())).cause).toMatch(/did not show: linode_volume\.b$/);
  });

  test('stops where the comment said that the infrastructure stays as it is', async () => {
    await merge(7, planOf());
    expect((await failureOf(push())).code).toBe('infra-plan-not-reviewed');
  });
});

describe('a comment that does not count', () => {
  const SHOWS = 'the plan would change what pull request 7 did not show: linode_volume.a';
  test.each<[string, (text: string) => string | Promise<string>, string]>([
    [
      'of a preview that made no plan',
      () =>
        `${commentMarker('production')}\n${formatRecord({ head: HEAD, run: 1, attempt: 1, plan: undefined })}`,
      `${SHOWS} (pull request 7 shows no plan, since its preview failed or made none)`,
    ],
    [
      'of an older commit',
      () => preview(7, planOf(volume('a')), 'e'.repeat(40)),
      `${SHOWS} (pull request 7 shows the plan of commit eeeeeeeeeeee, but dddddddddddd was merged)`,
    ],
    [
      'of another pull request',
      () => preview(8, planOf(volume('a'))),
      `${SHOWS} (pull request 7 has a comment that was changed, or was made with another state-secret-key)`,
    ],
    [
      'that was changed by hand',
      (text) => text.replace('"digests":["', '"digests":["0000000000000000","'),
      `${SHOWS} (pull request 7 has a comment that was changed, or was made with another state-secret-key)`,
    ],
    [
      'without a record',
      () => `${commentMarker('production')}\n### Title`,
      `${SHOWS} (pull request 7 shows no plan, since its preview failed or made none)`,
    ],
  ])('%s stops the run', async (_, change, cause) => {
    await merge(7, planOf(volume('a')));
    const { comments } = world.pullRequests;
    comments.set(7, await change(comments.get(7) ?? ''));
    expect(await failureOf(push())).toMatchObject({ code: 'infra-plan-not-reviewed', cause });
  });
});

describe('what came by no pull request with a comment', () => {
  test.each<[string, () => void, string]>([
    ['a direct push', () => undefined, `commit ${COMMIT.slice(0, 12)} came by no pull request`],
    [
      'a merge without a comment',
      () => world.pullRequests.merged.set(COMMIT, [{ number: 7, head: HEAD }]),
      'pull request 7 has no comment with a plan',
    ],
  ])('%s is applied, and said; where a review is required it stops', async (_, given, reason) => {
    given();
    expect(await push()).toMatchObject({ applied: true });
    expect(world.log.lines).toContain(`The plan is applied as it is: ${reason}.`);

    world = infraWorld(planOf(volume('a')));
    given();
    expect(await failureOf(push(aReview({ demand: 'required' })))).toMatchObject({
      code: 'infra-plan-not-reviewed',
      cause: `${reason}, and plan-review is required`,
    });
    expect(world.terraform.calls).not.toContain('apply');
  });

  test('is not looked up where nobody asks for a review', async () => {
    expect(await push(aReview({ demand: 'none' }))).toMatchObject({ applied: true });
    expect(world.pullRequests.asked).toEqual([]);
  });
});

describe('merges whose own runs were replaced by this one', () => {
  beforeEach(async () => {
    await merge(7, planOf(volume('b')));
    world.terraform.json = planOf(volume('a'), volume('b'));
    world.store.record = { fingerprint: 'old', commit: 'b'.repeat(40), clusterId: undefined };
  });

  test('count too', async () => {
    world.pullRequests.comments.set(6, await preview(6, planOf(volume('a'))));
    world.pullRequests.since = [
      { number: 6, head: HEAD },
      { number: 7, head: HEAD },
    ];
    expect(await push()).toMatchObject({ applied: true });
    expect(world.pullRequests.asked).toEqual([
      `with ${COMMIT} main`,
      'comment 7',
      `since ${'b'.repeat(40)} ${COMMIT}`,
      'comment 6',
    ]);
  });

  test('do not excuse what none of them shows', async () => {
    world.pullRequests.comments.set(6, await preview(6, planOf(volume('c'))));
    world.pullRequests.since = [{ number: 6, head: HEAD }];
    expect((await failureOf(push())).cause).toBe(
      'the plan would change what pull requests 7, 6 did not show: linode_volume.a',
    );
  });
});

test('what cannot be looked up stops the run', async () => {
  world.pullRequests.refusal = new DeployError({
    code: 'github-refused',
    cause: 'GitHub answered 403 for the pull requests of commit c',
    advice: 'Give the job the right.',
  });
  expect(await failureOf(push())).toMatchObject({
    code: 'github-refused',
    cause:
      'whether the plan was reviewed cannot be told: GitHub answered 403 for the pull requests of commit c',
    advice: 'Give the job the right.',
  });
  expect(world.terraform.calls).not.toContain('apply');
});

test('a plan that keeps what a cancelled run left half made shows nothing of it', async () => {
  const tainted = {
    ...planned('linode_volume.x', ['delete', 'create'], LARGER),
    action_reason: 'replace_because_tainted',
  };
  await merge(7, planOf(tainted, volume('a')));
  world.terraform.json = planOf(tainted, volume('a'));
  world.terraform.jsonAfterUntaint = planOf(volume('a'));
  expect(await push()).toMatchObject({ applied: true });
});
