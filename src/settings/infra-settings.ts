import { backendSettings, backendType, requiredVersions } from '../infra/configuration';
import { configurationTexts } from '../infra/configuration-files';
import type { Files } from '../ports';
import type { DeployEvent } from './event';
import { MODES, type InputReader } from './inputs';
import { clusterLabel, cut } from './names';
import { secretless } from './secretless';
import { readTerraform } from './terraform-choice';
import type { Command, InfraSettings, ReviewSettings, Skipped, Surroundings } from './settings';

const LONGEST_BUCKET = 63;
/** A file that Terraform reads of a folder. */
const CONFIGURATION = /^[^/]+\.tf(?:\.json)?$/;
const STATE_SUFFIX = '-terraform-state';

/** Reads what the infra step needs, or why it does not run. */
export function readInfra(
  inputs: InputReader,
  environment: string,
  command: Command,
  event: DeployEvent,
  { files, actionFolder }: Surroundings,
): InfraSettings | Skipped {
  const mode = inputs.choice('infra', MODES, 'auto');
  const directory = directoryOf(inputs, { files, actionFolder });
  const shipped = directory === `${actionFolder}/terraform`;
  const label = clusterLabel(event.repository, environment);
  const variables = { ...(shipped ? { label } : {}), ...inputs.map('terraform-variables') };
  const variableFiles = readVariableFiles(inputs, files);
  const texts = configurationTexts(directory, files);
  const localState = inputs.flag('allow-local-state', false) && backendType(texts) === 'local';
  // What the configuration itself says of its backend wins over what the action would choose.
  const backend = localState ? {} : readBackend(inputs, environment, event, backendSettings(texts));
  const terraform = { ...readTerraform(inputs, directory, files), constraints: requiredVersions(texts) };
  const allowDestroy = inputs.lines('allow-destroy');
  const review = readReview(inputs, environment, event);
  const secrets = ['linode-token', 'state-access-key', 'state-secret-key'] as const;
  const needed = localState ? ['linode-token'] : secrets;
  const [linodeToken = '', stateAccessKey = '', stateSecretKey = ''] = secrets.map((name) =>
    inputs.text(name),
  );

  if (mode === 'never') return { run: false, reason: 'infra is never' };
  const asIs = command === 'restart' || command === 'rollback';
  if (asIs && inputs.text('kube-config') !== undefined)
    return { run: false, reason: `${command} changes no infrastructure` };
  const bare = secretless(event, inputs);
  if (bare !== undefined) return { run: false, reason: bare };
  if (!asIs && files.kind(directory) !== 'folder')
    inputs.fault('terraform-directory', `is ${directory}, which is no folder here`);
  else if (!asIs && !files.list(directory).some((path) => CONFIGURATION.test(path)))
    inputs.fault(
      'terraform-directory',
      `is ${directory}, which has no .tf file of its own: bring its files back, or name the folder that has them`,
    );
  for (const name of needed) {
    const made = name.startsWith('state-') ? ' (the command bootstrap makes it)' : '';
    if (inputs.text(name) === undefined)
      inputs.fault(name, `is missing: infra is ${mode}; give it${made}, or set infra to never`);
  }
  return {
    run: true,
    // What runs may differ though the content is as it was applied.
    mode: command === 'drift' ? 'always' : mode,
    directory,
    shipped,
    localState,
    terraform,
    variables,
    variableFiles,
    backend,
    allowDestroy,
    review,
    linodeToken,
    stateAccessKey,
    stateSecretKey,
  };
}

/** Gives the settings of the backend, by which the state is found. */
export function backendOf(
  inputs: InputReader,
  environment: string,
  event: DeployEvent,
  around: Pick<Surroundings, 'files' | 'actionFolder'>,
): Readonly<Record<string, string>> {
  const texts = configurationTexts(directoryOf(inputs, around), around.files);
  return readBackend(inputs, environment, event, backendSettings(texts));
}

function directoryOf(
  inputs: InputReader,
  { files, actionFolder }: Pick<Surroundings, 'files' | 'actionFolder'>,
): string {
  const own = files.kind('terraform') === 'folder' ? 'terraform' : `${actionFolder}/terraform`;
  return inputs.text('terraform-directory') ?? own;
}

/** What Linode Object Storage needs of a backend that was made for AWS: without it Terraform asks AWS whose the keys are. */
const FOR_LINODE = {
  use_path_style: 'true',
  skip_credentials_validation: 'true',
  skip_metadata_api_check: 'true',
  skip_region_validation: 'true',
  skip_requesting_account_id: 'true',
  skip_s3_checksum: 'true',
} as const;

/** Gives the settings of the backend: what the input says, else the configuration itself, else the defaults. */
function readBackend(
  inputs: InputReader,
  environment: string,
  event: DeployEvent,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const backend = {
    bucket: `${cut(event.repository, LONGEST_BUCKET - STATE_SUFFIX.length)}${STATE_SUFFIX}`,
    key: `${environment}/terraform.tfstate`,
    region: 'us-east-1',
    use_lockfile: 'true',
    ...FOR_LINODE,
    ...own,
    ...inputs.pairs('backend-config'),
  };
  if (backend.use_lockfile !== 'true') {
    inputs.fault(
      'backend-config',
      'or the configuration has use_lockfile = false: without a lock two runs would spoil the state',
    );
  }
  return backend;
}

function readReview(inputs: InputReader, environment: string, event: DeployEvent): ReviewSettings {
  const mode = inputs.choice('plan-review', ['auto', 'required', 'never'], 'auto');
  // Who starts a run by hand, or by a release, has decided to; only a push just follows from a merge.
  const byMode = {
    auto: event.name === 'push' ? 'shown' : 'none',
    required: 'required',
    never: 'none',
  } as const;
  return {
    demand: byMode[mode],
    environment,
    branch: event.branch,
    pullRequest: event.pullRequest?.number,
  };
}

function readVariableFiles(inputs: InputReader, files: Files): readonly string[] {
  const paths = inputs.lines('terraform-var-files');
  for (const path of paths) {
    if (files.kind(path) !== 'file')
      inputs.fault('terraform-var-files', `names ${path}, which is no file here`);
  }
  return paths;
}
