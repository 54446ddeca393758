import { DeployError } from '../errors';
import type { Log, RepositorySecrets, StorageAccount, StorageBucket } from '../ports';
import type { BootstrapSettings } from '../settings/bootstrap-settings';
import { sha256 } from '../sha256';

export const KEY_SECRETS = ['STATE_ACCESS_KEY', 'STATE_SECRET_KEY'] as const;
/** The longest label that Linode takes for a key. */
const LONGEST_LABEL = 50;

export interface BootstrapResult {
  readonly bucket: string;
  readonly region: string;
  readonly madeBucket: boolean;
  readonly madeKey: boolean;
}

export interface BootstrapPorts {
  readonly account: StorageAccount;
  readonly secrets: RepositorySecrets;
  readonly log: Log;
  readonly mask: (secret: string) => void;
  readonly did: (line: string) => void;
}

/**
 * Makes what Terraform's state needs: a bucket, and an access key that opens nothing else, kept as secrets of the repository.
 * What is there is kept. A key can be read once only: one whose secrets a killed run did not write is removed, and made anew.
 * Throws DeployError.
 */
export async function bootstrap(
  settings: BootstrapSettings,
  ports: BootstrapPorts,
): Promise<BootstrapResult> {
  // Asked first: nothing is made that could not be handed over.
  const names = await ports.secrets.names();
  const { bucket, madeBucket } = await ensureBucket(settings, ports);
  const hasKey = settings.hasKey || KEY_SECRETS.every((name) => names.includes(name));
  if (hasKey) ports.log.info(`The secrets ${KEY_SECRETS.join(' and ')} are there: no key is made.`);
  else await makeKey(await labelOf(settings), bucket, ports);
  return { bucket: bucket.label, region: bucket.region, madeBucket, madeKey: !hasKey };
}

async function ensureBucket(
  { bucket: label, storeRegion }: BootstrapSettings,
  { account, did }: BootstrapPorts,
): Promise<{ readonly bucket: StorageBucket; readonly madeBucket: boolean }> {
  const host = `${storeRegion}.linodeobjects.com`;
  const [stores, buckets] = await Promise.all([account.stores(), account.buckets()]);
  const store = stores.find((each) => each.host === host);
  if (store === undefined) {
    const offered = stores.map((each) => each.host.replace('.linodeobjects.com', ''));
    throw new DeployError({
      code: 'linode-refused',
      cause: `Linode has no Object Storage at ${host}`,
      advice: `Give \`region=\` in backend-config one of: ${offered.join(', ')}.`,
    });
  }
  const there = buckets.find((each) => each.label === label && each.host === host);
  if (there !== undefined) return { bucket: there, madeBucket: false };
  const bucket = await account.makeBucket(label, store.region);
  did(`made the bucket ${label} in ${store.region}`);
  if (bucket.host === host) return { bucket, madeBucket: true };
  throw new DeployError({
    code: 'linode-refused',
    cause: `Linode made the bucket ${label} at ${bucket.host}, not at ${host}`,
    advice: `Give backend-config \`region=${bucket.host.replace('.linodeobjects.com', '')}\` and run this again.`,
  });
}

async function makeKey(label: string, bucket: StorageBucket, ports: BootstrapPorts): Promise<void> {
  const { account, secrets, mask, did } = ports;
  const lost = (await account.keys()).filter(
    (key) =>
      key.label === label &&
      key.buckets.length === 1 &&
      key.buckets.every((each) => each.name === bucket.label && each.region === bucket.region),
  );
  for (const { id } of lost) {
    await account.removeKey(id);
    did(`removed the access key ${label} (id ${id}), whose secrets were lost`);
  }
  const { id, accessKey, secretKey } = await account.makeKey(label, bucket);
  for (const secret of [accessKey, secretKey]) mask(secret);
  did(`made the access key ${label} (id ${id})`);
  try {
    await secrets.write(KEY_SECRETS[0], accessKey);
    await secrets.write(KEY_SECRETS[1], secretKey);
  } catch (error) {
    // Where this fails too, the next run removes it.
    const removed = await account.removeKey(id).then(
      () => true,
      () => false,
    );
    if (removed) did(`removed the access key ${label} (id ${id}) again`);
    throw error;
  }
  did(`wrote the secrets ${KEY_SECRETS.join(' and ')} of the repository`);
}

/** Gives a label that no other repository has: by it a key is known as ours, and removed. */
async function labelOf({ owner, repository }: BootstrapSettings): Promise<string> {
  const name = `${owner}/${repository}`.toLowerCase();
  const hash = (await sha256(name)).toString('hex').slice(0, 8);
  const readable = `wpp-state-${name.replaceAll(/[^a-z0-9]+/g, '-')}`;
  return `${readable.slice(0, LONGEST_LABEL - hash.length - 1)}-${hash}`;
}
