import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { repositorySecrets } from '../sandbox/application.ts';
import { stateBucket } from '../sandbox/hosts.ts';
import { kubectl, linodeClusters } from '../sandbox/live.ts';
import { renewAdministrator } from '../sandbox/parts/cluster.ts';
import { readSecrets } from '../sandbox/secrets.ts';
import { messageOf } from '../src/errors';
import { callsTo, forgetCalls } from './support/calls.ts';
import { forgetSecret, openedSecrets } from './support/repository-secrets.ts';
import { everySecret, secretsIn, startScenario, type Scenario } from './support/scenario.ts';

interface Account {
  readonly buckets: readonly { readonly label: string; readonly region: string }[];
  readonly keys: readonly { readonly id: number; readonly label: string; readonly bucket_access: unknown }[];
}

async function account(): Promise<Account> {
  return (await (await fetch('https://api.linode.com/_sandbox/state')).json()) as Account;
}

/** From three tokens to a cluster: each test goes on from where the one before it left. */
describe('a repository that has nothing but tokens', () => {
  let scenario: Scenario;
  let folder: string;
  const bootstrap = (): ReturnType<Scenario['when']> => {
    const { LINODE_TOKEN = '' } = repositorySecrets();
    const secrets = { LINODE_TOKEN, SECRETS_TOKEN: readSecrets().secretsToken };
    return scenario.when({ event: 'workflow_dispatch', command: 'bootstrap' }, secrets);
  };

  /** Gives what the cluster says to somebody who has a secret KUBE_CONFIG. */
  const answerTo = async (kubeConfig: string): Promise<string> => {
    const file = join(folder, 'config');
    await writeFile(file, Buffer.from(kubeConfig, 'base64'), { mode: 0o600 });
    const words = ['--kubeconfig', file, 'get', 'namespace', 'wpp-bot', '-o', 'name'];
    return kubectl(...words).catch((error: unknown) => messageOf(error));
  };

  beforeAll(async () => {
    scenario = await startScenario();
    folder = await mkdtemp(join(scenario.application.directory, '.git', 'kubeconfig-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await scenario.end();
  });

  it('gets a bucket, a key for it alone, and both halves as secrets', async () => {
    const run = await bootstrap();
    expect(run.code).toBe(0);
    expect(run.summary).toContain(`the bucket ${stateBucket} in us-east was made`);
    const { buckets, keys } = await account();
    expect(buckets).toMatchObject([{ label: stateBucket, region: 'us-east' }]);
    expect(keys).toMatchObject([
      {
        label: expect.stringMatching(/^wpp-state-org-wpp-bot-[0-9a-f]{8}$/) as unknown,
        bucket_access: [{ region: 'us-east', bucket_name: stateBucket, permissions: 'read_write' }],
      },
    ]);
    const { s3AccessKey, s3SecretKey } = readSecrets();
    expect(await openedSecrets()).toEqual({ STATE_ACCESS_KEY: s3AccessKey, STATE_SECRET_KEY: s3SecretKey });
  });

  it('keeps them when it is run again', async () => {
    await forgetCalls('linode');
    expect((await bootstrap()).code).toBe(0);
    expect((await callsTo('linode')).filter((call) => !call.startsWith('GET '))).toEqual([]);
  });

  it('gets another key where a run was killed before both secrets were written', async () => {
    const [lost] = (await account()).keys;
    await forgetSecret('STATE_SECRET_KEY');
    expect((await bootstrap()).code).toBe(0);
    const { keys } = await account();
    expect(keys).toHaveLength(1);
    expect(keys[0]?.id).not.toBe(lost?.id);
    expect(Object.keys(await openedSecrets()).sort()).toEqual(['STATE_ACCESS_KEY', 'STATE_SECRET_KEY']);
  });

  it('deploys with them, and keeps the kubeconfig of the cluster', async () => {
    const { LINODE_TOKEN = '', PULL_TOKEN = '' } = repositorySecrets();
    const secrets = { LINODE_TOKEN, PULL_TOKEN, SECRETS_TOKEN: readSecrets().secretsToken };
    const run = await scenario.when({ event: 'push' }, { ...secrets, ...(await openedSecrets()) });
    expect(run.outputs['deploy']).toMatchObject({ 'infra-applied': 'true', rollout: 'succeeded' });
    expect(await linodeClusters()).toHaveLength(1);

    const { KUBE_CONFIG = '' } = await openedSecrets();
    expect(await answerTo(KUBE_CONFIG)).toContain('namespace/wpp-bot');
  });

  it('goes on with new credentials of the cluster, and keeps them once the secret of the old ones is deleted', async () => {
    const { KUBE_CONFIG: dead = '', ...keys } = await openedSecrets();
    await renewAdministrator();
    await forgetSecret('KUBE_CONFIG');
    const { LINODE_TOKEN = '', PULL_TOKEN = '' } = repositorySecrets();
    const secrets = { LINODE_TOKEN, PULL_TOKEN, SECRETS_TOKEN: readSecrets().secretsToken };
    expect((await scenario.when({ event: 'push' }, { ...secrets, ...keys })).code).toBe(0);
    const { KUBE_CONFIG = '' } = await openedSecrets();
    expect(await answerTo(KUBE_CONFIG)).toContain('namespace/wpp-bot');
    // The API server remembers for some seconds whom it has let in.
    let said = await answerTo(dead);
    for (let tries = 0; tries < 30 && !said.includes('Unauthorized'); tries += 1) {
      await delay(1000);
      said = await answerTo(dead);
    }
    expect(said).toContain('Unauthorized');
  });

  it('goes on deploying where a token may not write secrets, and says so', async () => {
    const secrets = { ...repositorySecrets(), SECRETS_TOKEN: readSecrets().githubToken };
    await forgetSecret('KUBE_CONFIG');
    const run = await scenario.when({ event: 'push' }, secrets);
    expect(run.code).toBe(0);
    expect(JSON.stringify(run)).toContain('The secret KUBE_CONFIG was not written: GitHub answered 403');
    expect(await openedSecrets()).not.toHaveProperty(['KUBE_CONFIG']);
  });

  it('shows no secret anywhere', async () => {
    const seen = await scenario.seen();
    expect(seen.length).toBeGreaterThan(5_000);
    expect(secretsIn(seen, await everySecret())).toEqual([]);
  });
});
