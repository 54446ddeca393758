import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stateBucket } from '../sandbox/hosts.ts';
import { applicationPods, linodeClusters } from '../sandbox/live.ts';
import { dataFolder } from '../sandbox/paths.ts';
import { printed, startBundle, startPost } from './support/bundle.ts';
import { everySecret, secretsIn, startScenario, type Scenario } from './support/scenario.ts';

const objectsInBucket = (): Promise<string[]> =>
  readdir(join(dataFolder('object-storage'), stateBucket), { recursive: true });

describe('a run that is cancelled', () => {
  let scenario: Scenario;

  beforeAll(async () => {
    scenario = await startScenario();
  });
  afterAll(() => scenario.end());

  it('interrupts Terraform once, waits for it, and leaves neither lock nor credentials', async () => {
    const run = await startBundle(
      scenario.application,
      join(scenario.application.directory, '.git/runner-1'),
    );
    await printed(run, 'linode_lke_cluster.wpp_bot: Creating');
    while ((await linodeClusters()).length === 0) await sleep(100);
    await sleep(300);
    run.process.kill('SIGINT');
    expect(await run.ended).not.toBe(0);
    expect(run.printed()).toContain('cancelled');
    // A second interrupt would have made Terraform give up without unlocking.
    expect(run.printed()).not.toContain('Two interrupts received');
    expect((await objectsInBucket()).filter((name) => name.endsWith('.tflock'))).toEqual([]);
    expect(await run.written('output')).toContain('failure-code');
    expect(
      (await readdir(run.temporary)).filter(
        (name) => name.startsWith('wpp-deploy-') && !name.endsWith('.json'),
      ),
    ).toEqual([]);
    expect(await linodeClusters()).toHaveLength(1);
  });

  it('goes on from there: the cluster that was being made is kept, and the pods run', async () => {
    const [cluster] = await linodeClusters();
    const folder = join(scenario.application.directory, '.git/runner-2');
    const run = await startBundle(scenario.application, folder);
    if ((await run.ended) !== 0) throw new Error(run.printed());
    expect(await linodeClusters()).toEqual([cluster]);
    const [pod] = await applicationPods();
    expect(pod).toMatchObject({ ready: true });

    const report = await readFile(join(run.temporary, 'wpp-deploy-report-production.json'), 'utf8');
    expect(JSON.parse(report)).toMatchObject({
      version: 1,
      outcome: 'succeeded',
      outputs: { 'cluster-id': String(cluster?.id) },
    });
    const said = run.printed().replaceAll(/^::add-mask::.*$/gm, '');
    const everything = [
      said,
      report,
      await run.written('output'),
      await run.written('summary'),
      await run.written('state'),
    ].join('\n');
    expect(secretsIn(everything, await everySecret())).toEqual([]);
  });

  it('has its folder removed by the post step when it was killed', async () => {
    const folder = join(scenario.application.directory, '.git/runner-3');
    await scenario.application.commit('Another version', {
      'version.js': "export const version = '3.0.0';\n",
    });
    const run = await startBundle(scenario.application, folder);
    await printed(run, 'load build definition');
    run.process.kill('SIGKILL');
    await run.ended;
    const left = async (): Promise<string[]> =>
      (await readdir(run.temporary)).filter((name) => name.startsWith('wpp-deploy-'));
    expect(await left()).toHaveLength(1);
    const post = await startPost(scenario.application, folder);
    expect(await post.ended).toBe(0);
    expect(await left()).toEqual([]);
  });
});
