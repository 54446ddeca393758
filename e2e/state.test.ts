import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stateBucket } from '../sandbox/hosts.ts';
import { linodeClusters } from '../sandbox/live.ts';
import { startPart, stopPart } from '../sandbox/parts/part.ts';
import { objectStorage } from '../sandbox/parts/object-storage.ts';
import { dataFolder } from '../sandbox/paths.ts';
import { printed, startBundle } from './support/bundle.ts';
import { startScenario, type Scenario } from './support/scenario.ts';

/** What protects an account from a second cluster: the state, and the look at what Linode has. */
describe('the state', () => {
  let scenario: Scenario;
  const runner = (name: string): string => join(scenario.application.directory, '.git', name);

  beforeEach(async () => {
    scenario = await startScenario();
  });
  afterEach(async () => {
    await startPart(objectStorage);
    await scenario.end();
  });

  it('is saved after all when the store goes away during an apply and comes back', async () => {
    const run = await startBundle(scenario.application, runner('one'));
    await printed(run, 'linode_lke_cluster.wpp_bot: Creating');
    await stopPart(objectStorage);
    await printed(run, 'Failed to save state');
    await startPart(objectStorage);
    expect(await run.ended).not.toBe(0);
    expect(await run.written('summary')).toContain('was saved after all');
    const clusters = await linodeClusters();
    expect(clusters).toHaveLength(1);

    const again = await startBundle(scenario.application, runner('two'));
    if ((await again.ended) !== 0) throw new Error(again.printed());
    expect(await linodeClusters()).toEqual(clusters);
  });

  it('that is lost does not lead to a second cluster', async () => {
    expect((await scenario.when({ event: 'push' })).code).toBe(0);
    await rm(join(dataFolder('object-storage'), stateBucket, 'production'), { recursive: true });
    const preview = await scenario.when({ event: 'pull_request', number: 1 });
    expect(preview.outputs['deploy']).toMatchObject({ 'failure-code': 'infra-exists-already' });
    const run = await scenario.when({ event: 'push' });
    expect(run.outputs['deploy']).toMatchObject({ 'failure-code': 'infra-exists-already' });
    expect(run.summary).toMatch(/terraform import linode_lke_cluster\.wpp_bot \d+/);
    expect(await linodeClusters()).toHaveLength(1);
  });

  it('stays where the configuration itself puts it', async () => {
    await scenario.application.commit('A backend of its own', {
      'terraform/main.tf': `terraform {\n  backend "s3" {\n    bucket                      = "${stateBucket}"\n    key                         = "legacy/terraform.tfstate"\n    use_path_style              = true\n    skip_credentials_validation = true\n    skip_metadata_api_check     = true\n    skip_region_validation      = true\n    skip_requesting_account_id  = true\n    skip_s3_checksum            = true\n    use_lockfile                = true\n  }\n  required_providers {\n    linode = { source = "linode/linode", version = "~> 3.13" }\n  }\n}\nresource "linode_volume" "only" {\n  label  = "only"\n  region = "us-east"\n}\n`,
    });
    const preview = await scenario.when({ event: 'pull_request', number: 1 });
    expect(preview.outputs['deploy']).toMatchObject({ 'plan-create': '1' });
    await scenario.when({ event: 'push' });
    const bucket = join(dataFolder('object-storage'), stateBucket);
    expect(existsSync(join(bucket, 'legacy/terraform.tfstate'))).toBe(true);
    expect(existsSync(join(bucket, 'production'))).toBe(false);
  });
});
