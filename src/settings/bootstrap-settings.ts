import { backendOf } from './infra-settings';
import type { DeployEvent } from './event';
import type { InputReader } from './inputs';
import type { Surroundings } from './settings';

/** What the command `bootstrap` needs. */
export interface BootstrapSettings {
  readonly owner: string;
  readonly repository: string;
  readonly bucket: string;
  /** The region in the address of the store, such as `us-east-1`. */
  readonly storeRegion: string;
  /** Whether the key is given: then it is kept. */
  readonly hasKey: boolean;
  /** Secret. */
  readonly linodeToken: string;
}

const NEEDED = {
  'linode-token': 'to make the bucket and its key (an API token of Linode, Object Storage read and write)',
  'secrets-token':
    'to keep the key as secrets of this repository (a fine-grained token of GitHub, Secrets read and write)',
} as const;

/** Reads what `bootstrap` needs. */
export function readBootstrap(
  inputs: InputReader,
  environment: string,
  event: DeployEvent,
  around: Surroundings,
): BootstrapSettings {
  const { bucket = '', region = '' } = backendOf(inputs, environment, event, around);
  for (const [name, purpose] of Object.entries(NEEDED)) {
    if (inputs.text(name) === undefined) inputs.fault(name, `is missing: bootstrap needs it ${purpose}`);
  }
  const keys = ['state-access-key', 'state-secret-key'].map((name) => inputs.text(name));
  return {
    owner: event.owner,
    repository: event.repository,
    bucket,
    storeRegion: region,
    hasKey: keys.every((key) => key !== undefined),
    linodeToken: inputs.text('linode-token') ?? '',
  };
}
