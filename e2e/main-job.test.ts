import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { repository } from '../sandbox/paths.ts';
import {
  applicationPods,
  comments,
  fetchFromPod,
  kubectl,
  linodeClusters,
  registryDigest,
  rolloutCount,
} from '../sandbox/live.ts';
import { callsTo, forgetCalls, writtenState } from './support/calls.ts';
import { everySecret, PULL_REQUEST, secretsIn, startScenario, type Scenario } from './support/scenario.ts';

/** One application's life, in the order of the tests: each goes on from where the one before it left. */
describe('the main job', () => {
  let scenario: Scenario;

  beforeAll(async () => {
    scenario = await startScenario();
  });
  afterAll(() => scenario.end());

  it('previews a first pull request in one comment and changes nothing', async () => {
    const run = await scenario.when({ event: 'pull_request', number: PULL_REQUEST });
    expect(run.code).toBe(0);
    const posted = await comments(PULL_REQUEST);
    expect(posted).toHaveLength(1);
    expect(posted[0]).toContain('**create** `linode_lke_cluster.wpp_bot`');
    expect(posted[0]).not.toContain('linode_volume');
    expect(posted[0]).toContain('Cost: 30.00 USD a month (+25.00; most: 78.00)');
    expect(posted[0]).toContain(
      '| `PersistentVolumeClaim/wpp-bot/wpp-bot-auth-info` 10 GB | 0.00 | 1.00 | 1.00 |',
    );
    expect(run.outputs['deploy']).toMatchObject({ 'monthly-cost': '30.00', 'monthly-cost-change': '25.00' });
    expect(await linodeClusters()).toEqual([]);
    expect(await registryDigest(await scenario.application.head())).toBeUndefined();
  });

  it('deploys a push: image, cluster, objects and pods', async () => {
    const run = await scenario.when({ event: 'push' });
    expect(run.code).toBe(0);
    const digest = await registryDigest(await scenario.application.head());
    const [cluster, ...others] = await linodeClusters();
    expect(others).toEqual([]);
    expect(run.outputs['deploy']).toMatchObject({
      digest,
      image: `ghcr.io/org/wpp-bot@${digest}`,
      'image-built': 'true',
      'infra-applied': 'true',
      'plan-create': '1',
      'cluster-id': String(cluster?.id),
      rollout: 'succeeded',
      'failure-code': '',
    });
    const [pod] = await applicationPods();
    expect(pod).toMatchObject({ ready: true, digest });
    expect(JSON.parse(await fetchFromPod(pod?.name ?? '', '/health/ready'))).toMatchObject({
      status: 'ready',
    });
    expect(await rolloutCount()).toBe(1);
  });

  it('does nothing for a push that changes nothing', async () => {
    const before = await writtenState();
    await forgetCalls('linode');
    const run = await scenario.when({ event: 'push' });
    expect(run.outputs['deploy']).toMatchObject({
      'image-built': 'false',
      'infra-changed': 'false',
      'infra-applied': 'false',
      'objects-changed': '0',
      rollout: 'skipped',
    });
    expect(await writtenState()).toEqual(before);
    expect(await rolloutCount()).toBe(1);
    expect((await callsTo('linode')).filter((call) => !call.startsWith('GET '))).toEqual([]);
  });

  it('rolls once to the new digest when a source file changes, without Terraform', async () => {
    await scenario.application.commit('A new version', { 'version.js': "export const version = '2.0.0';\n" });
    await scenario.when({ event: 'pull_request', number: PULL_REQUEST });
    const [preview] = await comments(PULL_REQUEST);
    expect(preview).toMatch(/### ⚠️ Merging this builds a new image, .*rolls out 1 workload with downtime/);
    expect(preview).toContain(
      '- ⚠️ **roll** <code>Deployment/wpp-bot/wpp-bot</code>: all its pods end before the new ones start (Recreate); **downtime**',
    );
    expect(preview).toContain('- Size and layers of the image: a preview does not push it');
    await forgetCalls('linode');
    const run = await scenario.when({ event: 'push' });
    const digest = await registryDigest(await scenario.application.head());
    expect(run.summary).toMatch(/<summary>Image: [\d.]+ [kM]B \([^)]+\); \d+ of \d+ layers are new/);
    expect(run.summary).toMatch(/\| <code>.+<\/code> \| [\d.]+ [kM]B \|/);
    expect(run.outputs['deploy']).toMatchObject({
      'image-built': 'true',
      'infra-changed': 'false',
      digest,
      rollout: 'succeeded',
    });
    const [pod] = await applicationPods();
    expect(pod).toMatchObject({ ready: true, digest });
    expect(await fetchFromPod(pod?.name ?? '', '/health/ready')).toContain('2.0.0');
    expect(await rolloutCount()).toBe(2);
    expect(await callsTo('linode')).toEqual([
      expect.stringMatching(/^GET \/v4\/lke\/clusters\/\d+\/kubeconfig$/),
    ]);
  });

  it('builds and rolls nothing when a commit leaves the image as it is, and gives the image its tag', async () => {
    const before = await registryDigest(await scenario.application.head());
    await scenario.application.commit('Words', { 'README.md': 'What it is.\n' });
    const run = await scenario.when({ event: 'push' });
    expect(await registryDigest(await scenario.application.head())).toBe(before);
    expect(run.outputs['deploy']).toMatchObject({
      'image-built': 'false',
      'objects-changed': '0',
      rollout: 'skipped',
    });
    expect(await rolloutCount()).toBe(2);
  });

  it('rolls the workload when a ConfigMap that it reads changes', async () => {
    await scenario.application.commit('Another greeting', {
      'manifests/config.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: wpp-bot-config\n  namespace: wpp-bot\ndata:\n  GREETING: good morning\n',
    });
    const run = await scenario.when({ event: 'push' });
    expect(run.outputs['deploy']).toMatchObject({ 'objects-changed': '2', rollout: 'succeeded' });
    const [pod] = await applicationPods();
    expect(await fetchFromPod(pod?.name ?? '', '/')).toContain('good morning');
    expect(await rolloutCount()).toBe(3);
  });

  it('shows a change of the infrastructure in the same comment, and applies it on the push', async () => {
    const shipped = ['main.tf', 'outputs.tf', 'variables.tf', 'versions.tf'];
    const own = await Promise.all(
      shipped.map(
        async (name) =>
          [`terraform/${name}`, await readFile(join(repository, 'terraform', name), 'utf8')] as const,
      ),
    );
    const files = Object.fromEntries(own);
    const withVolume = (size: number): Readonly<Record<string, string>> => ({
      'terraform/variables.tf': (files['terraform/variables.tf'] ?? '').replace(
        /(variable "volume_size"[\s\S]*?default\s*=\s*)0/,
        `$1${size}`,
      ),
    });
    await scenario.application.commit('Own the infrastructure', { ...files, ...withVolume(20) });
    expect((await scenario.when({ event: 'push' })).outputs['deploy']).toMatchObject({
      'plan-update': '0',
      'plan-create': '1',
    });

    await scenario.application.commit('A larger volume', withVolume(30));
    const preview = await scenario.when({ event: 'pull_request', number: PULL_REQUEST });
    expect(preview.outputs['deploy']).toMatchObject({
      'plan-update': '1',
      'infra-applied': 'false',
      'monthly-cost': '33.00',
      'monthly-cost-change': '1.00',
    });
    const posted = await comments(PULL_REQUEST);
    expect(posted).toHaveLength(1);
    expect(posted[0]).toContain(
      '- ⚠️ **update in place** `linode_volume.wpp_bot_data[0]`: it grows from 20 GB to 30 GB',
    );
    expect(posted[0]).toContain('-     size: 20\n+     size: 30\n');

    await forgetCalls('linode');
    const run = await scenario.when({ event: 'push' });
    expect(run.outputs['deploy']).toMatchObject({
      'infra-applied': 'true',
      'plan-update': '1',
      'plan-create': '0',
      'plan-delete': '0',
    });
    expect(await callsTo('linode')).toContainEqual(
      expect.stringMatching(/^POST \/v4\/volumes\/\d+\/resize$/),
    );
  });

  it('deletes what the manifests no longer have, but no claim', async () => {
    await scenario.application.commit('Fewer objects', {
      'manifests/ingress.yaml': undefined,
      'manifests/extra.yaml':
        'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: extra\n  namespace: wpp-bot\nspec:\n  accessModes: [ReadWriteOnce]\n  resources:\n    requests:\n      storage: 1Gi\n',
    });
    await scenario.when({ event: 'pull_request', number: PULL_REQUEST });
    expect((await comments(PULL_REQUEST))[0]).toContain('- delete Ingress/wpp-bot/wpp-bot');
    expect(await kubectl('get', 'ingress', '-n', 'wpp-bot', '-o', 'name')).not.toBe('');
    const run = await scenario.when({ event: 'push' });
    expect(run.outputs['deploy']).toMatchObject({ 'objects-pruned': '1', rollout: 'skipped' });
    expect(await kubectl('get', 'ingress', '-n', 'wpp-bot', '-o', 'name')).toBe('');

    await scenario.application.commit('No claim', { 'manifests/extra.yaml': undefined });
    const kept = await scenario.when({ event: 'push' });
    expect(kept.outputs['deploy']).toMatchObject({ 'objects-pruned': '0' });
    expect(kept.summary).toContain(
      'PersistentVolumeClaim/wpp-bot/extra (no manifest has it any more; it is kept (prune: safe))',
    );
  });

  it('restarts by hand with one rollout and nothing else', async () => {
    const before = await writtenState();
    const rollouts = await rolloutCount();
    await forgetCalls('linode');
    const run = await scenario.when({ event: 'workflow_dispatch', command: 'restart' });
    expect(run.code).toBe(0);
    expect(run.outputs['deploy']).toMatchObject({
      'image-built': 'false',
      'infra-applied': 'false',
      'objects-changed': '0',
      rollout: 'succeeded',
    });
    expect(await rolloutCount()).toBe(rollouts + 1);
    const { 'Deployment/wpp-bot': _restarted, ...others } = await writtenState();
    const { 'Deployment/wpp-bot': _running, ...othersBefore } = before;
    expect(others).toEqual(othersBefore);
    expect((await callsTo('linode')).every((call) => call.startsWith('GET '))).toBe(true);
  });

  it('keeps the restart when it deploys again', async () => {
    const rollouts = await rolloutCount();
    const run = await scenario.when({ event: 'workflow_dispatch', command: 'deploy' });
    expect(run.outputs['deploy']).toMatchObject({ 'objects-changed': '0', rollout: 'skipped' });
    expect(await rolloutCount()).toBe(rollouts);
  });

  it('looks for drift on a schedule, by the example for it, and finds none', async () => {
    const example = await readFile(join(repository, 'examples/drift.yml'), 'utf8');
    await scenario.application.commit('Look for drift', { '.github/workflows/deploy.yml': example });
    const before = await writtenState();
    const run = await scenario.when({ event: 'schedule' });
    expect(run.code).toBe(0);
    expect(run.outputs['deploy']).toMatchObject({ drift: 'false', 'infra-applied': 'false' });
    expect(await writtenState()).toEqual(before);
  });

  it('leaves no secret in any log, summary, output or comment', async () => {
    const seen = await scenario.seen();
    expect(seen.length).toBeGreaterThan(10_000);
    expect(secretsIn(seen, await everySecret())).toEqual([]);
  });
});
