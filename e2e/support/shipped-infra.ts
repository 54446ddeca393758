import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositorySecrets } from '../../sandbox/application.ts';
import { stateBucket } from '../../sandbox/hosts.ts';
import { dataFolder, repository } from '../../sandbox/paths.ts';
import { readSecrets } from '../../sandbox/secrets.ts';
import { savedState, startStep, type BundleRun } from './bundle.ts';
import { MANIFESTS_ONLY } from './manifests-only.ts';

/** What the stand-in provider waits between two looks, in milliseconds. */
const POLLS = {
  LINODE_EVENT_POLL_MS: '100',
  LINODE_LKE_EVENT_POLL_MS: '100',
  LINODE_LKE_NODE_READY_POLL_MS: '100',
};
const CONFIG_MAP =
  '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "infra-only", "namespace": "default"}}';

/**
 * Starts the bundle as a deploy of the infrastructure that ships with the action, of one ConfigMap and of nothing else. `folder`
 * stands for a runner of its own; the image must have been put into the registry.
 */
export async function startShippedInfra(
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<BundleRun> {
  const manifests = join(folder, 'manifests');
  await mkdir(manifests, { recursive: true });
  await writeFile(join(manifests, 'map.json'), CONFIG_MAP);
  return startOf('main', folder, { ...inputs(), ...env });
}

/** Starts the post step of such a run. */
export async function startShippedInfraPost(folder: string): Promise<BundleRun> {
  return startOf('post', folder, { ...inputs(), ...(await savedState(folder)) });
}

function startOf(
  step: 'main' | 'post',
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<BundleRun> {
  return startStep({
    bundle: join(repository, 'dist', step, 'index.js'),
    workspace: folder,
    ...MANIFESTS_ONLY,
    folder,
    env: { ...POLLS, ...env },
  });
}

function inputs(): Readonly<Record<string, string>> {
  const secrets = repositorySecrets();
  const given = {
    command: 'deploy',
    build: 'never',
    rollout: 'never',
    comment: 'false',
    'plan-review': 'never',
    'github-token': readSecrets().githubToken,
    'linode-token': secrets['LINODE_TOKEN'] ?? '',
    'state-access-key': secrets['STATE_ACCESS_KEY'] ?? '',
    'state-secret-key': secrets['STATE_SECRET_KEY'] ?? '',
    'backend-config': `bucket=${stateBucket}`,
    // So that there is more than one thing to make.
    'terraform-variables': 'volume_size: 20',
  };
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
}

const stateFolder = (): string => join(dataFolder('object-storage'), stateBucket, 'production');

/** Gives the ids of what the state in the store knows, by type of resource. */
export async function idsInState(): Promise<Readonly<Record<string, string>>> {
  const state = JSON.parse(await readFile(join(stateFolder(), 'terraform.tfstate'), 'utf8')) as {
    readonly resources: readonly {
      readonly type: string;
      readonly instances: readonly { readonly attributes: { readonly id: string } }[];
    }[];
  };
  return Object.fromEntries(
    state.resources.flatMap(({ type, instances }) =>
      instances.map(({ attributes }) => [type, attributes.id] as const),
    ),
  );
}

/** Gives the file of the lock in the store, or undefined where the state is not locked. */
export async function lockFile(): Promise<string | undefined> {
  // The folder comes with the first object in it.
  const names = await readdir(stateFolder()).catch(() => []);
  const name = names.find((each) => each.endsWith('.tflock'));
  return name === undefined ? undefined : join(stateFolder(), name);
}

/** Ends a run and the Terraform that it has started at once, as a machine does that loses its power. */
export async function killLikeMachine(run: BundleRun): Promise<void> {
  const [scratch = ''] = (await readdir(run.temporary)).filter((name) => name.startsWith('wpp-deploy-'));
  const trace = join(run.temporary, scratch, 'terraform-runs.json');
  // What is read only has no trace, and ends with the run.
  const group = existsSync(trace)
    ? (JSON.parse(await readFile(trace, 'utf8')) as { readonly pid: number }).pid
    : undefined;
  run.process.kill('SIGKILL');
  if (group !== undefined) process.kill(-group, 'SIGKILL');
  await run.ended;
}
