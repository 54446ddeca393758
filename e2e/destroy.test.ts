import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { workflowDispatchEvent } from '../sandbox/events/events.ts';
import { hosts } from '../sandbox/hosts.ts';
import { administratorKubeconfig } from '../sandbox/kubeconfig.ts';
import type { LinodeState } from '../sandbox/linode/state.ts';
import { kubectl, linodeClusters, linodeVolumes } from '../sandbox/live.ts';
import { readSecrets } from '../sandbox/secrets.ts';
import { printed, type BundleRun } from './support/bundle.ts';
import { publishEmptyImage, reportOf, startManifestsOnly, type RunReport } from './support/manifests-only.ts';
import { everySecret, secretsIn } from './support/scenario.ts';
import { startDeploy } from './support/small-app.ts';
import { startSmallCluster, type InfraRun } from './support/small-cluster.ts';

const BY_HAND = { name: 'workflow_dispatch', payload: workflowDispatchEvent({ inputs: {} }) };
const STATE = `https://${hosts.linode.name}/_sandbox/state`;

const label = `goes-${Date.now().toString(36)}`;
const disk = `pvc${label}`;
const MANIFEST = `apiVersion: v1
kind: Service
metadata: {name: front}
spec: {type: LoadBalancer, ports: [{port: 80}]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: ''
  volumeName: ${disk}
  resources: {requests: {storage: 12Gi}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
`;
const VOLUME = `resource "linode_volume" "own" {
  label  = "${label}-own"
  region = "us-east"
  size   = 20
}
`;

/** Gives the state of the simulated account, after `edit` where that is given. */
async function account(edit?: (state: LinodeState) => Partial<LinodeState>): Promise<LinodeState> {
  const state = (await (await fetch(STATE)).json()) as LinodeState;
  if (edit === undefined) return state;
  const changed = { ...state, ...edit(state) };
  await fetch(STATE, { method: 'PUT', body: JSON.stringify(changed) });
  return changed;
}

/** Makes a volume at Linode, and the PersistentVolume by which its driver would have told the cluster of it. */
async function plantDisk(folder: string): Promise<number> {
  const response = await fetch(`https://${hosts.linode.name}/v4/volumes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${readSecrets().linodeToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ label: disk, region: 'us-east', size: 12 }),
  });
  const { id } = (await response.json()) as { readonly id: number };
  const volume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: disk },
    spec: {
      capacity: { storage: '12Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: '',
      // As the class linode-block-storage has it: the volume would go with its claim.
      persistentVolumeReclaimPolicy: 'Delete',
      csi: { driver: 'linodebs.csi.linode.com', volumeHandle: `${id}-${disk}` },
    },
  };
  const file = join(folder, 'volume.json');
  await writeFile(file, JSON.stringify(volume));
  await kubectl('apply', '-f', file);
  return id;
}

describe('destroy', () => {
  let folder = '';
  let diskId = 0;
  let clusterId = 0;
  const said: string[] = [];
  const ALLOWED = { 'allow-destroy': 'linode_lke_cluster.small' };

  function start(given: InfraRun = {}): Promise<BundleRun> {
    return startSmallCluster({ label, folder }, { cluster: {}, manifest: MANIFEST, ...given });
  }
  function startDestroying(inputs: Readonly<Record<string, string>> = {}): Promise<BundleRun> {
    const given = { command: 'destroy', 'confirm-destroy': 'production', ...ALLOWED, ...inputs };
    return start({ inputs: given, event: BY_HAND });
  }
  async function ended(run: BundleRun): Promise<RunReport & { readonly code: number }> {
    const code = await run.ended;
    said.push(run.printed(), await run.written('summary'));
    return { ...(await reportOf(run)), code };
  }
  const labelsOf = (list: readonly { readonly label: string }[]): readonly string[] =>
    list.map((each) => each.label).filter((each) => each.includes(label));
  const inCluster = (): Promise<string> =>
    kubectl('get', 'services,pvc,configmaps,secrets', '-n', label, '-o', 'name');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wpp-destroy-'));
    await publishEmptyImage();
    diskId = await plantDisk(folder);
    await mkdir(join(folder, 'terraform'));
    await writeFile(join(folder, 'terraform/volume.tf'), VOLUME);
    const deployed = await ended(await start({ inputs: { rollout: 'never' } }));
    expect(deployed).toMatchObject({ code: 0, outputs: { 'infra-applied': 'true' } });
    clusterId = Number(deployed.outputs['cluster-id']);
    // In a real cluster a controller makes one for the Service; this one it could not give back.
    await account(({ nodeBalancers }) => {
      const cluster = { id: clusterId, label };
      const times = { created: '2026-01-02T03:04:05', updated: '2026-01-02T03:04:05' };
      return {
        nodeBalancers: [
          ...nodeBalancers,
          { id: 9, label: `ccm-${label}`, region: 'us-east', tags: [], ...times, cluster },
        ],
      };
    });
  });
  afterAll(async () => {
    await kubectl('delete', 'namespace', label, '--ignore-not-found', '--wait=false');
    await kubectl('delete', 'persistentvolume', disk, '--ignore-not-found', '--wait=false');
    await account(({ nodeBalancers }) => ({ nodeBalancers: nodeBalancers.filter(({ id }) => id !== 9) }));
    await rm(folder, { recursive: true });
  });

  it('does nothing unless the environment is typed, and says what it would delete', async () => {
    const run = await startDestroying({ 'confirm-destroy': 'prod' });
    expect(await run.ended).toBe(1);
    expect(run.printed()).toMatch(
      /confirm-destroy is "prod": destroy would delete what org\/manifests-only has in the environment production, its objects in the cluster \(manifests-only-production-inventory\) and all that Terraform made by terraform/,
    );
    expect(await inCluster()).toContain('service/front');
  });

  it('leaves a cluster in which others have something', async () => {
    await kubectl('create', 'configmap', 'others-inventory', '-n', 'default');
    try {
      await kubectl(
        'label',
        'configmap/others-inventory',
        '-n',
        'default',
        'applyset.kubernetes.io/id=applyset-x',
      );
      const tooling = 'applyset.kubernetes.io/tooling=wpp-deploy-action/v1';
      await kubectl('annotate', 'configmap/others-inventory', '-n', 'default', tooling);
      const run = await ended(await startDestroying({ 'allow-destroy': '' }));
      expect(run.failures).toMatchObject([{ code: 'destroy-shared-cluster' }]);
      expect(await inCluster()).toContain('service/front');
    } finally {
      await kubectl('delete', 'configmap', 'others-inventory', '-n', 'default');
    }
  });

  it('goes on where it was killed in the cluster, and where it was cancelled in the apply', async () => {
    const killed = await startDestroying();
    await printed(killed, `Deleted Service/${label}/front`);
    killed.process.kill('SIGKILL');
    await killed.ended;
    expect(labelsOf(await linodeClusters())).toEqual([label]);

    const cancelled = await startDestroying();
    await printed(cancelled, 'linode_lke_cluster.small: Destroying...');
    cancelled.process.kill('SIGINT');
    expect(await ended(cancelled)).toMatchObject({ outcome: 'failed' });
    expect(await inCluster()).not.toMatch(/front|data|settings|inventory|release/);

    const last = await ended(await startDestroying());
    expect(last).toMatchObject({ code: 0, outcome: 'succeeded' });
    expect(labelsOf(await linodeClusters())).toEqual([]);
  });

  it('keeps what holds data, and names it with all else that is billed', async () => {
    expect(labelsOf(await linodeVolumes()).toSorted()).toEqual([`${label}-own`, disk].toSorted());
    const run = await startDestroying();
    const { steps, code } = await ended(run);
    expect(code).toBe(0);
    const summary = await run.written('summary');
    expect(summary).toContain(`| volume \`${disk}\`, id ${diskId} | 12 GB | 1.20 |`);
    expect(summary).toContain(`| volume \`${label}-own\`, id `);
    expect(summary).toContain(`| NodeBalancer \`ccm-${label}\`, id 9 | common | 10.00 |`);
    expect(summary).toContain('| bucket `wpp-bot-terraform-state` | flat fee | 5.00 |');
    expect(steps.map(({ headline }) => headline)).toEqual([
      'there is no cluster any more',
      'nothing was left to destroy',
      '4 left, 18.20 USD a month',
    ]);
    const [volume] = (await account()).volumes.filter(({ id }) => id === diskId);
    expect(volume?.tags).toEqual([expect.stringMatching(/^kept-manifests-only-production-[0-9a-f]{8}$/)]);
  });

  it('is undone by a deploy, which takes the volume over again', async () => {
    const own = (await linodeVolumes()).find((volume) => volume.label === `${label}-own`);
    const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n';
    const run = await ended(await start({ manifest, inputs: { rollout: 'never' } }));
    expect(run).toMatchObject({ code: 0, outputs: { 'plan-create': '1', 'infra-applied': 'true' } });
    expect(await linodeVolumes()).toContainEqual(own);
  });

  it('deletes the data too where that is said, and leaves nothing of the application', async () => {
    const run = await ended(await startDestroying({ 'destroy-data': 'true' }));
    expect(run).toMatchObject({ code: 0, outcome: 'succeeded' });
    expect(labelsOf(await linodeClusters())).toEqual([]);
    expect(labelsOf(await linodeVolumes())).toEqual([]);
    expect(await inCluster()).not.toMatch(/settings|inventory|release/);
  });

  it('shows no secret', async () => {
    // The runner takes these lines as commands and shows them to nobody.
    const seen = said.join('\n').replaceAll(/^::add-mask::.*$/gm, '');
    expect(seen.length).toBeGreaterThan(5_000);
    expect(secretsIn(seen, await everySecret())).toEqual([]);
  });
});

describe('destroy in a cluster that is not Terraform’s', () => {
  it('deletes the workloads and all that was applied with them, and leaves namespace and cluster', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wpp-destroy-app-'));
    const app = { namespace: `${label}-app`, folder, replicas: 1 };
    try {
      const deployed = await startDeploy(app, { name: 'one' });
      if ((await deployed.ended) !== 0) throw new Error(deployed.printed());
      const run = await startManifestsOnly({
        ...app,
        kubeconfig: await administratorKubeconfig(),
        manifests: 'nowhere',
        event: BY_HAND,
        inputs: { command: 'destroy', 'confirm-destroy': 'production' },
      });
      const code = await run.ended;
      expect({ code, said: run.printed() }).toEqual({ code: 0, said: run.printed() });
      const all = 'deployments,replicasets,configmaps,secrets';
      await kubectl('wait', '--for=delete', 'pods', '--all', '-n', app.namespace, '--timeout=60s');
      const left = await kubectl('get', all, '-n', app.namespace, '-o', 'name');
      expect(left.trim()).toBe('configmap/kube-root-ca.crt');
      expect(await kubectl('get', 'namespace', app.namespace, '-o', 'name')).toContain(app.namespace);
      const { steps } = await reportOf(run);
      expect(steps.map(({ headline }) => headline)).toEqual([
        '3 deleted, 1 kept',
        'infra is never',
        'nothing that is billed is left; not all could be looked for',
      ]);
    } finally {
      await kubectl('delete', 'namespace', app.namespace, '--ignore-not-found', '--wait=false');
      await rm(folder, { recursive: true });
    }
  });
});
