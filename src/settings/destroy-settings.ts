import type { InputReader } from './inputs';
import type { Command, Settings } from './settings';

/** What the command `destroy` needs. */
export interface DestroySettings {
  /** Whether what holds data is deleted too. */
  readonly data: boolean;
  /** Undefined where none is given, which only infra: never allows: then nobody asks Linode what stays. Secret. */
  readonly linodeToken: string | undefined;
}

/** Reads what `destroy` needs; undefined where the command is another. */
export function readDestroy(
  inputs: InputReader,
  command: Command,
  { environment, event, infra, manifests }: Pick<Settings, 'environment' | 'event' | 'infra' | 'manifests'>,
): DestroySettings | undefined {
  const confirmed = inputs.text('confirm-destroy');
  const data = inputs.flag('destroy-data', false);
  const linodeToken = inputs.text('linode-token');
  if (command !== 'destroy') return undefined;
  if (event.name !== 'workflow_dispatch')
    inputs.fault(
      'command',
      `is destroy, which is for runs by hand (workflow_dispatch), not for ${event.name}`,
    );
  if (confirmed !== environment) {
    const shown = confirmed === undefined ? 'is missing' : `is ${JSON.stringify(confirmed)}`;
    const objects = manifests.run ? [`its objects in the cluster (${manifests.inventory})`] : [];
    const resources = infra.run
      ? [`all that Terraform made by ${infra.directory} (state ${infra.backend['key'] ?? 'on this machine'})`]
      : [];
    const what = [...objects, ...resources].join(' and ');
    inputs.fault(
      'confirm-destroy',
      `${shown}: destroy would delete what ${event.owner}/${event.repository} has in the environment ${environment}, ${what}; where that is meant, type ${environment}`,
    );
  }
  if (data && linodeToken === undefined)
    inputs.fault('destroy-data', 'is true, but linode-token is missing: volumes are deleted by Linode’s API');
  return { data, linodeToken };
}
