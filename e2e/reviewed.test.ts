import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { comments, kubectl } from '../sandbox/live.ts';
import { hosts } from '../sandbox/hosts.ts';
import type { LinodeState } from '../sandbox/linode/state.ts';
import type { StepEvent } from './support/bundle.ts';
import { callsTo, forgetCalls } from './support/calls.ts';
import { checkOut, merge, open, pushed, repositoryState, type Merge } from './support/github-repository.ts';
import {
  byHand,
  onSchedule,
  pullRequest,
  runInfraOnly,
  volumesOnly,
  type EndedRun,
} from './support/infra-only.ts';
import { startScenario, type Scenario } from './support/scenario.ts';

/** One application's life, in the order of the tests: each goes on from where the one before it left. */
describe('what was reviewed is what is applied', () => {
  let scenario: Scenario;
  const size = { data: 20 };

  const commit = async (sizes: Readonly<Record<string, number>>): Promise<string> =>
    scenario.application.commit('A change', await volumesOnly(sizes));
  const run = (event?: StepEvent): Promise<EndedRun> => runInfraOnly(scenario.application, event);
  const preview = async (number: number): Promise<EndedRun> => {
    await open(scenario.application, number);
    return runInfraOnly(scenario.application, await pullRequest(scenario.application, number));
  };
  const volumes = async (): Promise<LinodeState['volumes']> => {
    const response = await fetch(`https://${hosts.linode.name}/_sandbox/state`);
    return ((await response.json()) as LinodeState).volumes;
  };
  const applied = { code: 0, outputs: { 'infra-applied': 'true', 'failure-code': '' } };

  beforeAll(async () => {
    scenario = await startScenario();
    const gone = ['deployment', 'ingress', 'namespace', 'service', 'storage'];
    await scenario.application.commit(
      'Volumes alone',
      Object.fromEntries(gone.map((name) => [`manifests/${name}.yaml`, undefined])),
    );
  });
  afterAll(() => scenario.end());

  it('a direct push is applied, and said to be one', async () => {
    await commit(size);
    await pushed(scenario.application);
    const deployed = await run();
    expect(deployed).toMatchObject(applied);
    expect(deployed.log).toContain('The plan is applied as it is: commit');
  });

  it.each<[Merge, number]>([
    ['squash', 3],
    ['merge', 4],
    ['rebase', 5],
  ])('a plan is applied after a %s of its pull request, which then says so', async (how, number) => {
    size.data += 10;
    await commit(size);
    expect(await preview(number)).toMatchObject({ code: 0, outputs: { 'plan-update': '1' } });
    await merge(scenario.application, number, how);
    const deployed = await run();
    expect(deployed).toMatchObject(applied);
    expect(deployed.log).toContain(`The plan is as pull request ${number} shows it.`);
    expect(await comments(number)).toEqual([expect.stringContaining('✅ **Deployed**')]);
    expect(await volumes()).toMatchObject([{ size: size.data }]);
  });

  it('a plan that changed since, as by a hand at Linode, stops and names what differs', async () => {
    size.data += 10;
    await commit(size);
    await preview(6);
    await merge(scenario.application, 6, 'squash');
    const [volume] = await volumes();
    await renameVolume(volume?.id ?? 0, 'renamed-by-hand');
    await forgetCalls('linode');
    const refused = await run();
    expect(refused).toMatchObject({ code: 1, outputs: { 'failure-code': 'infra-plan-not-reviewed' } });
    expect(refused.failures[0]?.cause).toBe(
      'the plan would change what pull request 6 did not show: linode_volume.data',
    );
    expect(refused.summary).toContain('linode_volume.data: label: "renamed-by-hand" → "wpp-data"');
    expect((await callsTo('linode')).filter((call) => !call.startsWith('GET '))).toEqual([]);
    expect(await comments(6)).toEqual([expect.stringContaining('❌ **The plan was not applied**')]);
  });

  it('a run by hand applies it as it is', async () => {
    expect(await run(byHand())).toMatchObject(applied);
    expect(await volumes()).toMatchObject([{ size: size.data, label: 'wpp-data' }]);
  });

  it('two merges whose runs became one are applied together', async () => {
    const start = await scenario.application.head();
    await commit({ ...size, one: 10 });
    await preview(7);
    await checkOut(scenario.application, start);
    await commit({ ...size, two: 10 });
    await preview(8);
    expect((await comments(8)).join()).not.toContain('linode_volume.one');

    await checkOut(scenario.application, start);
    await commit({ ...size, one: 10 });
    await merge(scenario.application, 7, 'squash');
    await commit({ ...size, one: 10, two: 10 });
    await merge(scenario.application, 8, 'squash');
    const deployed = await run();
    expect(deployed.log).toContain('The plan is as pull requests 8, 7 show it together.');
    expect(deployed).toMatchObject({ ...applied, outputs: { 'plan-create': '2' } });
  });

  it('a pull request whose newest commit takes its plan back says that it is void', async () => {
    const start = await scenario.application.head();
    await commit({ ...size, one: 10, two: 10, three: 10 });
    await preview(9);
    await checkOut(scenario.application, start);
    await scenario.application.commit('Words', { 'README.md': 'No volume.\n' });
    await preview(9);
    expect(await comments(9)).toEqual([expect.stringContaining('is void')]);
  });

  it('what differs stands in one issue, which lives as long as it does', async () => {
    const looked = async (): Promise<EndedRun> => {
      const ended = await run(onSchedule());
      expect(ended).toMatchObject({ code: 0, outputs: { 'infra-applied': 'false', 'objects-changed': '0' } });
      return ended;
    };
    // The commit is a later one than the deployed, whose image the cluster has.
    expect((await looked()).outputs).toMatchObject({ drift: 'false' });
    expect((await repositoryState()).issues).toEqual([]);
    const image = ['-o', 'jsonpath={.spec.jobTemplate.spec.template.spec.containers[0].image}'];
    const deployed = await kubectl('-n', 'wpp-bot', 'get', 'cronjob', 'never', ...image);
    expect(deployed).toMatch(/^ghcr\.io\/org\/wpp-bot@sha256:/);

    const [volume] = await volumes();
    await renameVolume(volume?.id ?? 0, 'renamed-by-hand');
    await kubectl('-n', 'wpp-bot', 'patch', 'configmap', 'settings', '-p', '{"data":{"A":"by hand"}}');
    await forgetCalls('linode');
    expect((await looked()).outputs).toMatchObject({ drift: 'true', 'plan-update': '1' });
    const [issue, ...others] = (await repositoryState()).issues;
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ state: 'open', login: 'github-actions[bot]' });
    expect(issue?.body).toContain('**update in place** `linode_volume.data`');
    expect(issue?.body).toContain('-     data.A: "by hand"');
    expect((await callsTo('linode')).filter((call) => !call.startsWith('GET '))).toEqual([]);

    expect(await run(byHand())).toMatchObject(applied);
    expect((await looked()).outputs).toMatchObject({ drift: 'false' });
    expect((await repositoryState()).issues).toMatchObject([{ number: issue?.number, state: 'closed' }]);
    expect((await comments(issue?.number ?? 0)).join()).toContain('Nothing differs any more');

    await kubectl('-n', 'wpp-bot', 'patch', 'configmap', 'settings', '-p', '{"data":{"A":"again"}}');
    expect((await looked()).outputs).toMatchObject({ drift: 'true', 'plan-update': '0' });
    expect((await repositoryState()).issues).toMatchObject([{ number: issue?.number, state: 'open' }]);
  });
});

async function renameVolume(id: number, label: string): Promise<void> {
  const place = `https://${hosts.linode.name}/_sandbox/state`;
  const state = (await (await fetch(place)).json()) as LinodeState;
  const volumes = state.volumes.map((volume) => (volume.id === id ? { ...volume, label } : volume));
  await fetch(place, { method: 'PUT', body: JSON.stringify({ ...state, volumes }) });
}
