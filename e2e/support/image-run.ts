import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hosts } from '../../sandbox/hosts.ts';
import { administratorKubeconfig } from '../../sandbox/kubeconfig.ts';
import { registryLogin, registryUser } from '../../sandbox/parts/registry.ts';
import { certificateFile, keyFile } from '../../sandbox/paths.ts';
import { startFaultProxy, type FaultProxy } from '../../sandbox/proxy/fault-proxy.ts';
import { readSecrets } from '../../sandbox/secrets.ts';
import type { BundleRun } from './bundle.ts';
import { reportOf, startManifestsOnly, type RunReport } from './manifests-only.ts';

/** The namespace of the one object that these deployments have. */
export const NAMESPACE = `image-runs-${Date.now().toString(36)}`;

let contents = 0;

export interface ImageRun {
  readonly run: BundleRun;
  readonly code: number;
  readonly printed: string;
  readonly report: RunReport;
  readonly folder: string;
}

/** Starts the bundle on an application of these files; besides its image it has one ConfigMap. */
export async function startImageRun(
  files: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly run: BundleRun; readonly folder: string; readonly ended: Promise<ImageRun> }> {
  const folder = await mkdtemp(join(tmpdir(), 'image-run-'));
  const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: it}\n';
  for (const [path, text] of Object.entries({ ...files, '../manifests/it.yaml': manifest })) {
    const file = join(folder, 'app', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const run = await startManifestsOnly({
    kubeconfig: await administratorKubeconfig(),
    manifests: join(folder, 'manifests'),
    namespace: NAMESPACE,
    folder,
    inputs: {
      build: 'auto',
      context: 'app',
      rollout: 'never',
      'registry-username': registryUser,
      'registry-password': readSecrets().githubToken,
      ...inputs,
    },
    env,
  });
  const ended = run.ended.then(async (code) => {
    const printed = run.printed();
    const report = await reportOf(run).catch(() => {
      throw new Error(`the run left no report:\n${printed}`);
    });
    await rm(folder, { recursive: true });
    return { run, code, printed, report, folder };
  });
  return { run, folder, ended };
}

/** Deploys an application of these files, and of a file `a` that no other deployment has. */
export async function deployImage(
  files: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<ImageRun> {
  contents += 1;
  const { ended } = await startImageRun({ ...files, a: `${Date.now()}-${contents}` }, inputs, env);
  return ended;
}

/** Gives the name of a repository of the registry by way of the proxy. */
export function imageAt(proxy: FaultProxy, repository: string): string {
  return `${new URL(proxy.url).host}/${repository}`;
}

/** Does `work` with a proxy before the registry. */
export async function withRegistryProxy<T>(work: (proxy: FaultProxy) => Promise<T>): Promise<T> {
  // Of the certificates this is the one that is for `localhost` too.
  const [cert, key] = await Promise.all(
    [certificateFile('kubernetes'), keyFile('kubernetes')].map((file) => readFile(file, 'utf8')),
  );
  const target = `https://${hosts.registry.name}`;
  const proxy = await startFaultProxy({ target, tls: { cert: cert ?? '', key: key ?? '' } });
  try {
    return await work(proxy);
  } finally {
    await proxy.close();
  }
}

/** Gives something of a repository of a registry, such as `manifests/main`, as JSON. */
export async function fromRegistry(
  image: string,
  path: string,
  registry: string = hosts.registry.name,
): Promise<unknown> {
  const response = await fetch(`https://${registry}/v2/${image}/${path}`, {
    headers: {
      authorization: `Basic ${registryLogin()}`,
      accept:
        'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
    },
  });
  if (!response.ok) throw new Error(`${path} of ${image} answered ${response.status}`);
  return response.json();
}
