import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applicationPods, fetchFromPod, kubectl, linodeClusters, registryDigest } from '../sandbox/live.ts';
import { repository } from '../sandbox/paths.ts';
import { everySecret, PULL_REQUEST, secretsIn, startScenario, type Scenario } from './support/scenario.ts';

const BACKEND = `terraform {
  backend "s3" {
    use_path_style              = true
    skip_credentials_validation = true
    skip_metadata_api_check     = true
    skip_region_validation      = true
    skip_requesting_account_id  = true
    skip_s3_checksum            = true
    use_lockfile                = true
  }
  required_providers {
    linode = { source = "linode/linode", version = "~> 3.13" }
  }
}
`;

/** Two volumes, the second of which Linode refuses; what was there before is given up without destroying it. */
const HALF_REFUSED = `
removed {
  from = linode_lke_cluster.wpp_bot
  lifecycle {
    destroy = false
  }
}
resource "linode_volume" "more" {
  label  = "wpp-bot-more"
  region = "us-east"
}
resource "linode_volume" "impossible" {
  label      = "wpp-bot-more"
  region     = "us-east"
  depends_on = [linode_volume.more]
}
`;

/** Gives a file of the example application as it is shipped. */
const shipped = (path: string): Promise<string> => readFile(join(repository, 'sandbox/app', path), 'utf8');

/** What fails ends red, says step, cause and object, and tells what had been done before. */
describe('a run that fails', () => {
  let scenario: Scenario;
  let healthy: string | undefined;

  beforeAll(async () => {
    scenario = await startScenario();
    const run = await scenario.when({ event: 'push' });
    expect(run.code).toBe(0);
    healthy = run.outputs['deploy']?.['digest'];
  });
  afterAll(() => scenario.end());

  it('names the line of a Dockerfile that does not build', async () => {
    await scenario.application.commit('A broken Dockerfile', {
      Dockerfile: 'FROM node:24-slim\nRUN exit 7\n',
    });
    const run = await scenario.when({ event: 'push' });
    expect(run.code).not.toBe(0);
    expect(run.outputs['deploy']).toMatchObject({ 'failure-code': 'image-build-failed', rollout: 'skipped' });
    expect(run.summary).toContain('Image failed');
    expect(run.summary).toContain('exit code: 7');
    expect(run.summary).toContain('RUN exit 7');
    expect(run.summary).toContain('Nothing had been changed before that.');
    expect(run.annotations).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringContaining('image-build-failed') }),
    );
    expect(await registryDigest(await scenario.application.head())).toBeUndefined();
  });

  it('tells what Terraform had made when it fails half way', async () => {
    await scenario.application.commit('Infrastructure that Linode refuses', {
      Dockerfile: 'FROM node:24-slim\nCOPY package.json server.js version.js ./\nCMD ["node", "server.js"]\n',
      'terraform/main.tf': `${BACKEND}${HALF_REFUSED}`,
    });
    const run = await scenario.when({ event: 'push' });
    expect(run.code).not.toBe(0);
    expect(run.outputs['deploy']).toMatchObject({ 'failure-code': 'infra-apply-failed', rollout: 'skipped' });
    expect(run.summary).toContain('linode_volume.impossible');
    expect(run.summary).toContain('Label must be unique');
    expect(run.summary).toMatch(/infra: linode_volume\.more: Creation complete/);
    expect(run.summary).toMatch(/image: pushed ghcr\.io\/org\/wpp-bot/);
  });

  it('refuses to destroy a cluster that nobody named', async () => {
    await scenario.end();
    scenario = await startScenario();
    healthy = (await scenario.when({ event: 'push' })).outputs['deploy']?.['digest'];
    await scenario.application.commit('Infrastructure without the cluster', {
      'terraform/main.tf': BACKEND,
    });
    const run = await scenario.when({ event: 'push' });
    expect(run.outputs['deploy']).toMatchObject({ 'failure-code': 'infra-destroy-blocked' });
    expect(run.summary).toContain('linode_lke_cluster.wpp_bot (delete)');
    expect(await linodeClusters()).toHaveLength(1);
    await scenario.application.commit('Back', { terraform: undefined });
  });

  it('names the object and field that the cluster refuses, and what was written before', async () => {
    const config = JSON.parse(
      await kubectl('get', 'configmap', 'wpp-bot-config', '-n', 'wpp-bot', '-o', 'json'),
    ) as { data: object };
    expect(config.data).toEqual({ GREETING: 'hello' });
    await scenario.application.commit('A field that does not exist', {
      'manifests/config.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: wpp-bot-config\n  namespace: wpp-bot\ndata:\n  GREETING: good morning\n',
      'manifests/extra.yaml':
        'apiVersion: v1\nkind: Service\nmetadata:\n  name: extra\n  namespace: wpp-bot\nspec:\n  ports:\n    - port: 80\n      targetPrt: 3000\n',
    });
    const run = await scenario.when({ event: 'push' });
    expect(run.code).not.toBe(0);
    expect(run.outputs['deploy']).toMatchObject({ 'failure-code': 'manifest-refused', rollout: 'skipped' });
    expect(run.summary).toContain('Service/wpp-bot/extra');
    expect(run.summary).toContain('targetPrt');
    expect(run.summary).toContain('image: tagged ghcr.io/org/wpp-bot as ');
    expect(run.summary).not.toContain('configured');
    await scenario.application.commit('Without it', { 'manifests/extra.yaml': undefined });
  });

  it('says why a pod crashes, with its last lines, in far less than the time limit', async () => {
    await scenario.application.commit('A crash', {
      'server.js': "console.error('no database at postgres:5432');\nprocess.exit(3);\n",
    });
    const run = await scenario.when({ event: 'push' });
    expect(run.code).not.toBe(0);
    expect(run.outputs['deploy']).toMatchObject({
      'failure-code': 'rollout-container-crashing',
      'image-built': 'true',
      rollout: 'failed',
    });
    expect(run.summary).toContain('Deployment/wpp-bot/wpp-bot');
    expect(run.summary).toContain('exit code 3');
    expect(run.summary).toContain('no database at postgres:5432');
    expect(run.summary).toContain('manifests: configured Deployment/wpp-bot/wpp-bot');
  });

  it('goes on from there when the cause is mended', async () => {
    await scenario.application.commit('Mended', { 'server.js': await shipped('server.js') });
    const run = await scenario.when({ event: 'push' });
    expect(run.outputs['deploy']).toMatchObject({ 'failure-code': '', rollout: 'succeeded' });
    const [pod] = await applicationPods();
    expect(pod).toMatchObject({ ready: true, digest: run.outputs['deploy']?.['digest'] });
    expect(healthy).toMatch(/^sha256:/);
  });

  it('goes back to what ran before, configuration too, where that is wanted', async () => {
    const workflow = await shipped('.github/workflows/deploy.yml');
    await scenario.application.commit('A crash that is undone', {
      'server.js': "console.error('no database');\nprocess.exit(3);\n",
      'manifests/config.yaml': await shipped('manifests/config.yaml'),
      '.github/workflows/deploy.yml': workflow.replace(
        '    secrets:\n',
        '      rollback-on-failure: true\n    secrets:\n',
      ),
    });
    const [before] = await applicationPods();
    const run = await scenario.when({ event: 'push' });
    expect(run.code).not.toBe(0);
    expect(run.outputs['deploy']).toMatchObject({
      'failure-code': 'rollout-container-crashing',
      rollout: 'rolled-back',
    });
    expect(run.summary).toMatch(/rollout: release \d+ .* runs again/);
    expect(run.summary).toMatch(/Running: release \d+ /);
    const [pod] = await applicationPods();
    expect(pod).toMatchObject({ ready: true, digest: before?.digest });
    expect(await fetchFromPod(pod?.name ?? '', '/')).toContain('good morning');

    await scenario.application.commit('Mended again', { 'server.js': await shipped('server.js') });
    const mended = await scenario.when({ event: 'push' });
    expect(mended.outputs['deploy']).toMatchObject({ 'failure-code': '', rollout: 'succeeded' });
  });

  it('tells all faults of the inputs together and touches nothing', async () => {
    const workflow = await shipped('.github/workflows/deploy.yml');
    await scenario.application.commit('Bad inputs', {
      '.github/workflows/deploy.yml': workflow.replace(
        "      command: ${{ inputs.command || 'auto' }}\n",
        '      command: depoly\n      rollout-timeout: soon\n      manifests: nowhere\n      context: nofolder\n',
      ),
    });
    const run = await scenario.when({ event: 'push' }, { KUBE_CONFIG: 'rubbish' });
    expect(run.code).not.toBe(0);
    const [message, ...others] = run.annotations
      .filter(({ level }) => level === 'error')
      .map((annotation) => annotation.message);
    expect(others).toEqual([]);
    for (const name of [
      'command',
      'rollout-timeout',
      'manifests',
      'context',
      'kube-config',
      'linode-token',
      'state-access-key',
      'state-secret-key',
    ]) {
      expect(message).toMatch(new RegExp(`^- ${name} `, 'm'));
    }
    expect(await registryDigest(await scenario.application.head())).toBeUndefined();
    await scenario.application.commit('Good inputs', { '.github/workflows/deploy.yml': workflow });
  });

  it('says in a fork’s pull request what was left out and why, and stays green', async () => {
    const run = await scenario.when({ event: 'pull_request', number: PULL_REQUEST, fork: 'octocat' }, {});
    expect(run.code).toBe(0);
    expect(run.summary).toContain('not run: the pull request comes from a fork, which has no secrets');
  });

  it('leaves no secret in any log, summary, output or comment', async () => {
    expect(secretsIn(await scenario.seen(), await everySecret())).toEqual([]);
  });
});
