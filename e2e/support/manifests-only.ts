import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hosts } from '../../sandbox/hosts.ts';
import { registryUser } from '../../sandbox/parts/registry.ts';
import { repository } from '../../sandbox/paths.ts';
import { readSecrets } from '../../sandbox/secrets.ts';
import { reportFaults } from '../../__tests__/support/report-schema.ts';
import { startStep, type BundleRun, type StepEvent } from './bundle.ts';

/** The commit of every such run. */
const SHA = 'c0ffee'.padEnd(40, '0');
const IMAGE = 'org/manifests-only';

/** The repository and commit of such runs. */
export const MANIFESTS_ONLY = { repository: IMAGE, sha: SHA } as const;

export interface ManifestsOnly {
  readonly kubeconfig: string;
  /** Folder with the manifests. */
  readonly manifests: string;
  readonly namespace: string;
  /** Receives what the runner keeps. */
  readonly folder: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** A push to the default branch, where it is not given. */
  readonly event?: StepEvent;
}

/**
 * Starts the committed bundle as a deploy without image build and infrastructure; the image that it asks the registry for
 * must have been put there.
 */
export function startManifestsOnly(run: ManifestsOnly): Promise<BundleRun> {
  const inputs = {
    command: 'deploy',
    build: 'never',
    infra: 'never',
    comment: 'false',
    'github-token': readSecrets().githubToken,
    'kube-config': run.kubeconfig,
    manifests: run.manifests,
    namespace: run.namespace,
    ...run.inputs,
  };
  return startStep({
    bundle: join(repository, 'dist/main/index.js'),
    workspace: run.folder,
    repository: IMAGE,
    sha: SHA,
    folder: run.folder,
    ...(run.event === undefined ? {} : { event: run.event }),
    env: {
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
      ),
      ...run.env,
    },
  });
}

interface StepReport {
  readonly step: string;
  readonly status: string;
  readonly headline: string;
  readonly seconds?: number;
}

export interface RunReport {
  readonly outcome: string;
  readonly steps: readonly StepReport[];
  readonly failures: readonly { readonly code: string; readonly cause: string; readonly advice: string }[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** Gives the report of a run that has ended. Throws where it is not as its published schema says. */
export async function reportOf({ temporary }: BundleRun): Promise<RunReport> {
  const text = await readFile(join(temporary, 'wpp-deploy-report-production.json'), 'utf8');
  const report = JSON.parse(text) as RunReport;
  const faults = reportFaults(report);
  if (faults.length > 0)
    throw new Error(`the report is not as its schema says: ${faults.join('; ')}\n${text}`);
  return report;
}

/** Puts an image without content into the registry, which is all that a run without a build asks for. */
export async function publishEmptyImage(image = IMAGE, tag = SHA): Promise<void> {
  const config = Buffer.from(
    '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}',
  );
  const digest = `sha256:${createHash('sha256').update(config).digest('hex')}`;
  const place = new URL(`/v2/${image}/`, `https://${hosts.registry.name}`);
  const upload = await call(new URL('blobs/uploads/', place), 'POST');
  const blob = new URL(upload.headers.get('location') ?? '', place);
  blob.searchParams.set('digest', digest);
  await call(blob, 'PUT', config, 'application/octet-stream');
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', size: config.length, digest },
    layers: [],
  };
  await call(new URL(`manifests/${tag}`, place), 'PUT', Buffer.from(JSON.stringify(manifest)), mediaType);
}

async function call(url: URL, method: string, body?: Buffer<ArrayBuffer>, type?: string): Promise<Response> {
  const password = readSecrets().githubToken;
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${registryUser}:${password}`).toString('base64')}`,
      ...(type === undefined ? {} : { 'content-type': type }),
    },
    ...(body === undefined ? {} : { body }),
  });
  if (!response.ok)
    throw new Error(`${method} ${url.pathname} answered ${response.status}: ${await response.text()}`);
  return response;
}
