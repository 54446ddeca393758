import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hosts, stateBucket } from '../../sandbox/hosts.ts';
import { certificateFile, keyFile, repository } from '../../sandbox/paths.ts';
import type { FaultProxy } from '../../sandbox/proxy/fault-proxy.ts';
import { startS3Proxy } from '../../sandbox/proxy/s3-proxy.ts';
import { readSecrets } from '../../sandbox/secrets.ts';
import { startStep, type BundleRun, type StepEvent } from './bundle.ts';
import { MANIFESTS_ONLY } from './manifests-only.ts';

/** An infrastructure of its own: a label, and a state beside those of others. */
export interface Infrastructure {
  readonly label: string;
  /** Holds configuration, manifests and what the runner keeps. */
  readonly folder: string;
}

export interface InfraRun {
  /** Values of the cluster; without them the set that ships with the action is run. */
  readonly cluster?: { readonly region?: string; readonly version?: string; readonly tag?: string };
  readonly manifest?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** A push to the default branch, where it is not given. */
  readonly event?: StepEvent;
  /** Stands before the state store. */
  readonly store?: FaultProxy;
}

const HARMLESS = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n';

/** Starts the committed bundle without a build, with one ConfigMap as manifests; publishEmptyImage() must have been called. */
export async function startSmallCluster(
  { label, folder }: Infrastructure,
  { cluster, manifest = HARMLESS, inputs = {}, event, store }: InfraRun = {},
): Promise<BundleRun> {
  await mkdir(join(folder, 'manifests'), { recursive: true });
  await writeFile(join(folder, 'manifests/settings.yaml'), manifest);
  if (cluster !== undefined) {
    await mkdir(join(folder, 'terraform'), { recursive: true });
    await writeFile(join(folder, 'terraform/main.tf'), configuration(label, cluster));
  }
  const { linodeToken, s3AccessKey, s3SecretKey, githubToken } = readSecrets();
  const all = {
    command: 'deploy',
    build: 'never',
    comment: 'false',
    'plan-review': 'never',
    namespace: label,
    'github-token': githubToken,
    'linode-token': linodeToken,
    'state-access-key': s3AccessKey,
    'state-secret-key': s3SecretKey,
    'backend-config': `bucket=${stateBucket}\nkey=${label}/terraform.tfstate`,
    ...inputs,
  };
  return startStep({
    bundle: join(repository, 'dist/main/index.js'),
    workspace: folder,
    folder,
    ...MANIFESTS_ONLY,
    ...(event === undefined ? {} : { event }),
    env: {
      ...(store === undefined ? {} : { AWS_ENDPOINT_URL_S3: store.url }),
      ...Object.fromEntries(
        Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
      ),
    },
  });
}

/** Does `work` with a proxy before the state store. */
export async function storeProxied<T>(
  options: { readonly ignoresConditions?: boolean },
  work: (proxy: FaultProxy) => Promise<T>,
): Promise<T> {
  const [cert, key] = await Promise.all([
    readFile(certificateFile('kubernetes'), 'utf8'),
    readFile(keyFile('kubernetes'), 'utf8'),
  ]);
  const { s3AccessKey: accessKeyId, s3SecretKey: secretAccessKey } = readSecrets();
  const target = `https://${hosts.objectStorage.name}`;
  const proxy = await startS3Proxy({ target, tls: { cert, key }, accessKeyId, secretAccessKey, ...options });
  try {
    return await work(proxy);
  } finally {
    await proxy.close();
  }
}

/** A small cluster; the waits of the provider are short, and of the action none. */
function configuration(
  label: string,
  { region = 'us-east', version = '1.34', tag = 'first' }: NonNullable<InfraRun['cluster']>,
): string {
  return `terraform {
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

provider "linode" {
  min_retry_delay_ms     = 300
  max_retry_delay_ms     = 300
  event_poll_ms          = 300
  lke_node_ready_poll_ms = 300
}

resource "linode_lke_cluster" "small" {
  label       = "${label}"
  region      = "${region}"
  k8s_version = "${version}"
  tags        = ["${tag}"]
  pool {
    type  = "g6-standard-2"
    count = 1
  }
}

output "cluster_id" {
  value = linode_lke_cluster.small.id
}

output "kubeconfig" {
  value     = linode_lke_cluster.small.kubeconfig
  sensitive = true
}
`;
}
