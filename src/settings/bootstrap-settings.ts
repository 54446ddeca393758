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

/** Reads what `bootstrap` needs. */
export function readBootstrap(
  inputs: InputReader,
  environment: string,
  event: DeployEvent,
  around: Surroundings,
): BootstrapSettings {
  const { bucket = '', region = '' } = backendOf(inputs, environment, event, around);
  for (const name of ['linode-token', 'secrets-token']) {
    if (inputs.text(name) === undefined) inputs.fault(name, 'is missing: bootstrap needs it');
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
