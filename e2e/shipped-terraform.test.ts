import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadParts } from '../__tests__/support/shipped-set';
import { hosts, stateBucket } from '../sandbox/hosts.ts';
import { kubectl, linodeClusters, linodeVolumes } from '../sandbox/live.ts';
import { repository } from '../sandbox/paths.ts';
import { resetInfrastructure } from '../sandbox/reset.ts';
import { readSecrets } from '../sandbox/secrets.ts';
import { applyManifests } from './support/apply.ts';
import { callsTo, forgetCalls } from './support/calls.ts';
import { commandsOf } from './support/guide.ts';
import { readAlong } from './support/read-along.ts';

const GUIDE = 'docs/guide/cluster.md';
/** Another one in each run: no test waits for its end. */
const NAMESPACE = `static-${Date.now().toString(36)}`;

interface Account {
  readonly buckets: readonly unknown[];
  readonly keys: readonly unknown[];
}

/** A cluster and a volume as somebody made them in the Cloud Manager, and all that the guide says of them. */
describe('what docs/guide/cluster.md says', () => {
  let folder: string;
  let ids: { readonly cluster: number; readonly volume: number };
  let calls: readonly string[];
  const said = new Map<string, string>();
  /** Gives what the block printed in which a command stands. */
  const outputOf = (command: string): string => {
    const found = [...said].filter(([text]) => text.includes(command));
    expect(found).toHaveLength(1);
    return found[0]?.[1] ?? '';
  };

  beforeAll(async () => {
    await resetInfrastructure();
    folder = await mkdtemp(join(tmpdir(), 'wpp-terraform-'));
    await cp(join(repository, 'terraform'), join(folder, 'terraform'), { recursive: true });
    ids = { cluster: await make('lke/clusters', CLUSTER), volume: await make('volumes', VOLUME) };
    await writeFile(join(folder, 'import.tf'), await importsOf(ids));
    await forgetCalls('linode');
    const blocks = commandsOf('docs/guide/cluster.md').map(({ text }) => text);
    const prepared = blocks.map((text) => {
      // The reader has written the imports by then; with the variables before them their plan would fail.
      const first = text.startsWith('export TF_VAR_label') ? 'mv ../import.tf .\n' : '';
      return `${first}${text.replace('lke12345-ctx', `lke${ids.cluster}-ctx`)}`;
    });
    const printed = await readAlong(prepared, folder);
    blocks.forEach((text, index) => said.set(text, printed[index] ?? ''));
    calls = await callsTo('linode');
  });
  afterAll(async () => {
    await kubectl(
      'delete',
      'persistentvolume',
      `${NAMESPACE}-auth-info`,
      '--ignore-not-found',
      '--wait=false',
    );
    await kubectl('delete', 'namespace', NAMESPACE, '--ignore-not-found', '--wait=false');
    await rm(folder, { recursive: true });
    await resetInfrastructure();
  });

  it('makes the bucket of the state, and a key for it alone', async () => {
    const account = (await (await fetch(`https://${hosts.linode.name}/_sandbox/state`)).json()) as Account;
    expect(account.buckets).toMatchObject([{ label: stateBucket, region: 'us-east' }]);
    expect(account.keys).toMatchObject([
      { bucket_access: [{ region: 'us-east', bucket_name: stateBucket, permissions: 'read_write' }] },
    ]);
    expect(outputOf('output endpoint')).toContain(`"${hosts.objectStorage.name}"`);
  });

  it('imports what is there as it is, and makes nothing', async () => {
    for (const command of ['export TF_VAR_label', 'rm import.tf'])
      expect(outputOf(command)).toMatch(
        /2 to import, 0 to add, 0 to change, 0 to destroy|2 imported, 0 added, 0 changed, 0 destroyed/,
      );
    expect(outputOf('rm import.tf')).toContain('No changes.');
    expect(await linodeClusters()).toMatchObject([{ id: ids.cluster, label: 'wpp-bot' }]);
    expect(await linodeVolumes()).toMatchObject([{ id: ids.volume, label: 'wpp-bot-data' }]);
    expect(calls.filter((call) => /^(POST|DELETE) \/v4\/(lke\/clusters|volumes)$/.test(call))).toEqual([]);
  });

  it('gives a kubeconfig that opens the cluster, and keeps the contexts that there are', async () => {
    expect(outputOf('kubectl get nodes')).toContain(' Ready ');
    expect(outputOf('kubectl config current-context').trim()).toMatch(new RegExp(`lke${ids.cluster}-ctx$`));
    expect(outputOf('kubectl config use-context')).toContain(`Switched to context "lke${ids.cluster}-ctx"`);
    expect(await readFile(join(folder, '.kube/config'), 'utf8')).toContain(`lke${ids.cluster}-ctx`);
  });

  it('writes the kubeconfig to a file that only its owner reads', async () => {
    const file = join(folder, 'terraform/kubeconfig.yaml');
    expect(outputOf('TF_VAR_kubeconfig_file')).toContain('1 added, 0 changed, 0 destroyed');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain(`current-context: lke${ids.cluster}-ctx`);
  });

  it('upgrades the cluster in place', () => {
    expect(outputOf('TF_VAR_k8s_version=1.35')).toContain('0 to add, 1 to change, 0 to destroy');
    expect(calls).toContain(`PUT /v4/lke/clusters/${ids.cluster}`);
    expect(calls).toContain(`POST /v4/lke/clusters/${ids.cluster}/recycle`);
  });

  it('names the volume, to which the claim of the bot is bound', async () => {
    const handle = outputOf('volume_handle');
    expect(handle).toBe(`${ids.volume}-wpp-bot-data`);
    const set = await loadParts(
      ['namespace', 'wpp-bot', 'static-volume'],
      { 'volume-handle': handle },
      NAMESPACE,
    );
    const storage = set.filter(({ object }) =>
      /^(Namespace|PersistentVolume.*)$/.test(String(object['kind'])),
    );
    await applyManifests(storage, NAMESPACE);
    await kubectl(
      'wait',
      'pvc/wpp-bot-auth-info',
      '-n',
      NAMESPACE,
      '--for=jsonpath={.status.phase}=Bound',
      '--timeout=60s',
    );
    const bound = ['get', 'pvc', 'wpp-bot-auth-info', '-n', NAMESPACE, '-o', 'jsonpath={.spec.volumeName}'];
    expect(await kubectl(...bound)).toBe(`${NAMESPACE}-auth-info`);
    expect(
      (await applyManifests(storage, NAMESPACE)).changes.filter(({ action }) => action !== 'unchanged'),
    ).toEqual([]);
  });
});

const CLUSTER = {
  label: 'wpp-bot',
  region: 'us-east',
  k8s_version: '1.34',
  node_pools: [{ type: 'g6-standard-2', count: 2, autoscaler: { enabled: true, min: 1, max: 3 } }],
};
const VOLUME = { label: 'wpp-bot-data', region: 'us-east', size: 20 };

/** Makes something at Linode, and gives its id. */
async function make(kind: string, body: object): Promise<number> {
  const response = await fetch(`https://${hosts.linode.name}/v4/${kind}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${readSecrets().linodeToken}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { readonly id: number }).id;
}

/** Gives the guide's file of imports with the ids of what is there. */
async function importsOf({
  cluster,
  volume,
}: {
  readonly cluster: number;
  readonly volume: number;
}): Promise<string> {
  const text = /```terraform\n([\s\S]*?)```/.exec(await readFile(GUIDE, 'utf8'))?.[1] ?? '';
  const filled = text.replace('"12345"', `"${cluster}"`).replace('"678"', `"${volume}"`);
  expect(filled).toContain(`"${volume}"`);
  return filled;
}
