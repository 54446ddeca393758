import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { administratorKubeconfig } from '../sandbox/kubeconfig.ts';
import { applicationPods, kubectl } from '../sandbox/live.ts';
import { repository } from '../sandbox/paths.ts';
import { readSecrets } from '../sandbox/secrets.ts';
import { callsTo, forgetCalls } from './support/calls.ts';
import { secretsIn, startScenario, type Scenario } from './support/scenario.ts';

const PASSWORD = 'correct-horse-battery-staple';

/** Gives the kubeconfig of the cluster as `base64 kubeconfig.yaml` does, wrapped at 76 characters. */
async function kubeConfig(): Promise<string> {
  return Buffer.from(await administratorKubeconfig())
    .toString('base64')
    .replaceAll(/(.{76})/g, '$1\n');
}

describe('a cluster that exists already', () => {
  let scenario: Scenario;
  let secrets: Readonly<Record<string, string>>;

  beforeAll(async () => {
    scenario = await startScenario();
    const workflow = await readFile(join(repository, 'sandbox/app/.github/workflows/deploy.yml'), 'utf8');
    const changed = workflow
      .replace('    secrets:\n', '      infra: never\n    secrets:\n')
      .replace(/ {6}(LINODE_TOKEN|STATE_\w+): .*\n/g, '');
    await scenario.application.commit('An existing cluster', { '.github/workflows/deploy.yml': changed });
    secrets = {
      KUBE_CONFIG: await kubeConfig(),
      PULL_TOKEN: readSecrets().githubToken,
      SECRETS: `wpp-bot-secret:\n  DB_PASSWORD: "${PASSWORD}"\n`,
    };
  });
  afterAll(() => scenario.end());

  it('is deployed to with KUBE_CONFIG and PULL_TOKEN alone', async () => {
    await forgetCalls('linode');
    const run = await scenario.when({ event: 'push' }, secrets);
    expect(run.outputs['deploy']).toMatchObject({
      'infra-applied': 'false',
      rollout: 'succeeded',
      'failure-code': '',
    });
    const [pod] = await applicationPods();
    expect(pod).toMatchObject({ ready: true, digest: run.outputs['deploy']?.['digest'] });
    expect(await callsTo('linode')).toEqual([]);
  });

  it('has the Secrets that were given, which nobody sees', async () => {
    const encoded = await kubectl(
      'get',
      'secret',
      'wpp-bot-secret',
      '-n',
      'wpp-bot',
      '-o',
      'jsonpath={.data.DB_PASSWORD}',
    );
    expect(Buffer.from(encoded, 'base64').toString()).toBe(PASSWORD);
    await scenario.when(
      { event: 'pull_request', number: 1 },
      { ...secrets, SECRETS: `wpp-bot-secret:\n  DB_PASSWORD: "another-${PASSWORD}"\n` },
    );
    const seen = await scenario.seen();
    expect(seen).toContain('! change Secret/wpp-bot/wpp-bot-secret');
    expect(secretsIn(seen, [PASSWORD, secrets['KUBE_CONFIG']?.replaceAll('\n', '') ?? ''])).toEqual([]);
  });

  it('has a Job made anew for each image, once the one before has ended', async () => {
    await scenario.application.commit('A migration', {
      'manifests/job.yaml': `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  namespace: wpp-bot
spec:
  template:
    spec:
      restartPolicy: Never
      securityContext: { runAsNonRoot: true, runAsUser: 1000 }
      containers:
        - name: migrate
          image: ghcr.io/org/wpp-bot:latest
          command: [node, -e, "console.log('migrated')"]
`,
    });
    expect((await scenario.when({ event: 'push' }, secrets)).outputs['deploy']).toMatchObject({
      'failure-code': '',
    });
    const uid = async (): Promise<string> =>
      kubectl('get', 'job', 'migrate', '-n', 'wpp-bot', '-o', 'jsonpath={.metadata.uid}');
    const first = await uid();
    await kubectl('wait', '--for=condition=complete', 'job/migrate', '-n', 'wpp-bot', '--timeout=60s');
    await scenario.application.commit('Another version', {
      'version.js': "export const version = '4.0.0';\n",
    });
    const run = await scenario.when({ event: 'push' }, secrets);
    expect(run.outputs['deploy']).toMatchObject({ 'failure-code': '', rollout: 'succeeded' });
    expect(run.summary).toContain('! change Job/wpp-bot/migrate (is deleted and made anew');
    expect(await uid()).not.toBe(first);
  });

  it('is restarted by hand', async () => {
    const run = await scenario.when({ event: 'workflow_dispatch', command: 'restart' }, secrets);
    expect(run.outputs['deploy']).toMatchObject({ rollout: 'succeeded', 'image-built': 'false' });
  });
});
