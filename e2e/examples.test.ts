import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { administratorKubeconfig } from '../sandbox/kubeconfig.ts';
import { kubectl, linodeClusters, registryDigest } from '../sandbox/live.ts';
import { repository } from '../sandbox/paths.ts';
import { readSecrets } from '../sandbox/secrets.ts';
import { startScenario, type Scenario } from './support/scenario.ts';

const IMAGE = '{.spec.jobTemplate.spec.template.spec.containers[0].image}';
const NAMESPACES = ['staging', 'production', 'api', 'dashboard'];

/** Gives a manifest that leaves its namespace and its image to the inputs; nothing of it runs. */
const manifest = (name: string): string => `apiVersion: v1
kind: Namespace
metadata: { name: "\${namespace}" }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: ${name} }
spec:
  suspend: true
  schedule: 0 3 * * *
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{ name: ${name}, image: "\${image}:latest" }]
`;

/** The examples as a repository would have them; that for drift is in main-job.test.ts. */
describe('the examples', () => {
  let scenario: Scenario;
  let secrets: Readonly<Record<string, string>>;

  /** Makes an example the repository's only workflow, with the files that it speaks of. */
  async function use(example: string, files: Readonly<Record<string, string | undefined>>): Promise<void> {
    const text = await readFile(join(repository, 'examples', example), 'utf8');
    await scenario.application.commit(`Use ${example}`, { '.github/workflows/deploy.yml': text, ...files });
  }

  beforeAll(async () => {
    scenario = await startScenario();
    const kubeconfig = Buffer.from(await administratorKubeconfig()).toString('base64');
    secrets = { KUBE_CONFIG: kubeconfig, PULL_TOKEN: readSecrets().githubToken };
  });
  afterAll(async () => {
    await kubectl('delete', 'namespace', ...NAMESPACES, '--ignore-not-found');
    await scenario.end();
  });

  const imageIn = (namespace: string, name: string): Promise<string> =>
    kubectl('get', 'cronjob', name, '-n', namespace, '-o', `jsonpath=${IMAGE}`);

  it('existing-cluster.yml deploys with KUBE_CONFIG and PULL_TOKEN', async () => {
    await use('existing-cluster.yml', {});
    const run = await scenario.when({ event: 'push' }, secrets);
    expect(run.outputs['deploy']).toMatchObject({ 'infra-applied': 'false', rollout: 'succeeded' });
  });

  it('staging-production.yml gives production the image that ran in staging', async () => {
    const own = await readdir(join(scenario.application.directory, 'manifests'));
    const gone = Object.fromEntries(own.map((name) => [`manifests/${name}`, undefined]));
    await use('staging-production.yml', { ...gone, 'manifests/settings.yaml': manifest('settings') });
    expect((await scenario.when({ event: 'push' }, secrets)).code).toBe(0);
    const staging = await imageIn('staging', 'settings');
    expect(staging).toMatch(/^ghcr\.io\/org\/wpp-bot@sha256:[0-9a-f]{64}$/);
    expect(await imageIn('production', 'settings')).toBe(staging);
  });

  it('image-only.yml makes the image and asks for no cluster, and a release gives it its version', async () => {
    await use('image-only.yml', {});
    const head = await scenario.application.commit('New', {
      'version.js': "export const version = '3.0.0';\n",
    });
    const queued = await scenario.when({ event: 'merge_group' }, {});
    expect(queued.code).toBe(0);
    expect(await registryDigest(head)).toBeUndefined();
    const run = await scenario.when({ event: 'release', tag: 'v3.1.0' }, {});
    const digest = await registryDigest(head);
    expect(run.outputs['deploy']).toMatchObject({
      digest,
      'image-built': 'true',
      'infra-applied': 'false',
      'objects-changed': '0',
      rollout: 'skipped',
    });
    for (const tag of ['3.1.0', '3.1', '3']) expect(await registryDigest(tag)).toBe(digest);
  });

  it('opentofu.yml makes the cluster with OpenTofu, and deploys to it', async () => {
    await use('opentofu.yml', {});
    const run = await scenario.when({ event: 'push' });
    expect(run.log).toContain('OpenTofu 1.10.6 from PATH.');
    const [cluster, ...others] = await linodeClusters();
    expect(others).toEqual([]);
    expect(run.outputs['deploy']).toMatchObject({
      'infra-applied': 'true',
      'plan-create': '1',
      'cluster-id': String(cluster?.id),
      'failure-code': '',
    });
    expect(await imageIn('wpp-bot', 'settings')).toContain('ghcr.io/org/wpp-bot@sha256:');
  });

  it('monorepo.yml deploys each application from its folder', async () => {
    const apps = Object.fromEntries(
      ['api', 'dashboard'].flatMap((app) => [
        [`apps/${app}/Dockerfile`, `FROM scratch\nCOPY name /\n`],
        [`apps/${app}/name`, app],
        [`apps/${app}/manifests/app.yaml`, manifest(app)],
      ]),
    );
    await use('monorepo.yml', apps);
    expect((await scenario.when({ event: 'push' }, secrets)).code).toBe(0);
    for (const app of ['api', 'dashboard'])
      expect(await imageIn(app, app)).toMatch(new RegExp(`^ghcr\\.io/org/wpp-bot/${app}@sha256:`));
  });
});
