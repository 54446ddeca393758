import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { caCertificate } from '../certificates.ts';
import { run } from '../command.ts';
import { dataFolder } from '../paths.ts';
import { apiServer, clusterFile } from './kubernetes-client.ts';
import { folder } from './part.ts';

/** What the Linode simulator makes kubeconfigs from: the cluster's address, authority and administrator's token. */
export const administratorFile = (): string => clusterFile('lke-admin.json');

const namespace = 'kube-system';
const secret = 'lke-admin-token';

/** The account that Linode's kubeconfigs log in with. */
const administrator = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'lke-admin', namespace } },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secret, namespace, annotations: { 'kubernetes.io/service-account.name': 'lke-admin' } },
    type: 'kubernetes.io/service-account-token',
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'lke-admin' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'lke-admin', namespace }],
  },
];

/** The classes of Linode's block storage, by reclaim policy. */
const classes = { 'linode-block-storage': 'Delete', 'linode-block-storage-retain': 'Retain' };
const isDefault = 'storageclass.kubernetes.io/is-default-class';

const storageClasses = Object.entries(classes).map(([name, reclaimPolicy]) => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name, annotations: { [isDefault]: String(reclaimPolicy === 'Retain') } },
  provisioner: 'linodebs.csi.linode.com',
  reclaimPolicy,
  allowVolumeExpansion: true,
}));

/** Gives the folder that holds what is in a volume. */
export const volumeFolder = (name: string): string => join(dataFolder('volumes'), name);

/**
 * Block storage cannot be hosted here: instead of its provisioner there are, of each class, ten volumes of 20Gi in
 * folders of the machine, to which claims of up to that size bind. A volume serves one claim, as long as the sandbox is up.
 */
const volumes = Object.keys(classes).flatMap((storageClassName) =>
  Array.from({ length: 10 }, (_, index) => `${storageClassName}-${index}`).map((name) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      storageClassName,
      capacity: { storage: '20Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: volumeFolder(name) },
    },
  })),
);

const ingressClass = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'traefik' },
  spec: { controller: 'traefik.io/ingress-controller' },
};

/** Gives the cluster what a new cluster of Linode's has: its administrator, storage classes with volumes, an ingress class. */
export async function furnishCluster(): Promise<void> {
  for (const { metadata } of volumes) await chmod(folder(volumeFolder(metadata.name)), 0o777);
  const items = [...administrator, ...storageClasses, ...volumes, ingressClass];
  await run(['kubectl', 'apply', '--server-side', '--force-conflicts', '--filename=-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  });
  const caData = (await readFile(caCertificate)).toString('base64');
  const token = await administratorToken();
  await writeFile(
    administratorFile(),
    JSON.stringify({ server: `${apiServer}:443`, caData, token }, null, 2),
    { mode: 0o600 },
  );
}

/** Gives the administrator another token, as Linode does where a cluster's credentials are regenerated: the old one is dead. */
export async function renewAdministrator(): Promise<void> {
  // A token is made of the account's uid: of the same account it would be the same one. Its secret goes with it.
  await run(['kubectl', 'delete', 'serviceaccount', 'lke-admin', `--namespace=${namespace}`]);
  await run([
    'kubectl',
    'wait',
    '--for=delete',
    `secret/${secret}`,
    `--namespace=${namespace}`,
    '--timeout=30s',
  ]);
  await furnishCluster();
}

/** Waits for the token that the controller manager puts into the secret. */
async function administratorToken(): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const token = await run([
      'kubectl',
      'get',
      'secret',
      secret,
      `--namespace=${namespace}`,
      '--output=jsonpath={.data.token}',
    ]);
    if (token) return Buffer.from(token, 'base64').toString();
    await sleep(200);
  }
  throw new Error(`the secret ${namespace}/${secret} gets no token: see the log of kube-controller-manager`);
}
