import { at, isObject, type JsonObject } from '../json';
import { backendSettings } from '../infra/configuration';
import { formatName, parseReference, type ImageName } from '../image/reference';
import { readKubeconfig, type Kubeconfig } from '../manifests/kubeconfig';
import { parseYaml, YamlError } from '../manifests/yaml';
import type { Files } from '../ports';
import { readEvent, type DeployEvent, type RunContext } from './event';
import { InputReader, type RawInputs } from './inputs';

const COMMANDS = ['auto', 'preview', 'deploy', 'restart'] as const;
const MODES = ['auto', 'always', 'never'] as const;
const PRUNE_MODES = ['safe', 'all', 'never'] as const;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export type Command = Exclude<(typeof COMMANDS)[number], 'auto'>;
export type Mode = (typeof MODES)[number];

/** A part of the run that does not happen, with the reason as people are told it. */
export interface Skipped {
  readonly run: false;
  readonly reason: string;
}

export interface ImageSettings {
  readonly run: true;
  readonly name: ImageName;
  readonly build: Mode;
  readonly context: string;
  readonly file: string;
  readonly username: string;
  /** Secret. */
  readonly password: string;
}

export interface InfraSettings {
  readonly run: true;
  readonly mode: Exclude<Mode, 'never'>;
  readonly directory: string;
  /** An exact version, or undefined for any that fits. */
  readonly terraformVersion: string | undefined;
  /** By name; may hold secrets. */
  readonly variables: JsonObject;
  /** Settings of the s3 backend: bucket, key and region at least. */
  readonly backend: Readonly<Record<string, string>>;
  /** Addresses that may be destroyed or replaced. */
  readonly allowDestroy: readonly string[];
  /** Secret, as the two below. */
  readonly linodeToken: string;
  readonly stateAccessKey: string;
  readonly stateSecretKey: string;
}

export interface ManifestsSettings {
  readonly run: true;
  readonly paths: readonly string[];
  readonly namespace: string;
  readonly variables: JsonObject;
  /** Keys and values by name of the Secret. Secret. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Name of the object in the cluster that lists what this application has there. */
  readonly inventory: string;
  readonly prune: (typeof PRUNE_MODES)[number];
  /** Given by input; where it is not, the infra step hands it on. Secret. */
  readonly kubeconfig: Kubeconfig | undefined;
  /** Long-lived token with read:packages for the cluster's pull secret. Secret. */
  readonly pullToken: string | undefined;
}

export interface Settings {
  readonly command: Command;
  readonly event: DeployEvent;
  readonly environment: string;
  readonly comment: boolean;
  /** Secret. */
  readonly githubToken: string;
  readonly imageName: ImageName;
  readonly image: ImageSettings | Skipped;
  readonly infra: InfraSettings | Skipped;
  readonly manifests: ManifestsSettings | Skipped;
  readonly rollout: { readonly mode: Mode; readonly timeoutSeconds: number };
}

export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Where to look for what inputs do not name. */
export interface Surroundings {
  readonly files: Files;
  /** The folder that holds the sets that ship with the action. */
  readonly actionFolder: string;
}

/** The inputs that hold secrets. Their values are masked before anything is logged. */
export const SECRET_INPUTS = [
  'github-token',
  'registry-password',
  'pull-token',
  'linode-token',
  'state-access-key',
  'state-secret-key',
  'kube-config',
] as const;

/** Turns inputs and event into Settings; gives all faults at once, each with the name of its input. */
export function readSettings(raw: RawInputs, context: RunContext, around: Surroundings): SettingsResult {
  const inputs = new InputReader(raw);
  const given = inputs.choice('command', COMMANDS, 'auto');
  const environment = inputs.text('environment') ?? 'production';
  if (!DNS_LABEL.test(environment)) {
    inputs.fault('environment', `is ${JSON.stringify(environment)}, but must be 1 to 63 of a-z, 0-9 and -`);
  }
  const comment = inputs.flag('comment', true);
  const rollout = {
    mode: inputs.choice('rollout', MODES, 'auto'),
    timeoutSeconds: inputs.seconds('rollout-timeout', '10m'),
  };
  const githubToken = inputs.text('github-token') ?? '';
  const event = readEvent(context);
  if (typeof event === 'string') return { ok: false, problems: [...inputs.problems, event] };

  const command = given === 'auto' ? commandFor(event) : given;
  if (event.pullRequest?.fork === true && command !== 'preview') {
    inputs.fault('command', `is ${command}, but ${FORK}: only preview runs there`);
  }
  const imageName = readImageName(inputs, event);
  const image = readImage(inputs, imageName, command, event, around);
  const infra = readInfra(inputs, environment, command, event, around);
  const manifests = readManifests(inputs, environment, infra, event, around);
  if (inputs.problems.length > 0) return { ok: false, problems: inputs.problems };
  return {
    ok: true,
    settings: {
      command,
      event,
      environment,
      comment,
      githubToken,
      imageName,
      image,
      infra,
      manifests,
      rollout,
    },
  };
}

function commandFor(event: DeployEvent): Command {
  if (event.name === 'pull_request' || event.name === 'merge_group') return 'preview';
  return event.name === 'push' && !event.onDefaultBranch ? 'preview' : 'deploy';
}

function readImageName(inputs: InputReader, event: DeployEvent): ImageName {
  const text = (inputs.text('image') ?? `ghcr.io/${event.owner}/${event.repository}`).toLowerCase();
  const reference = parseReference(text);
  if (reference === undefined || reference.tag !== undefined || reference.digest !== undefined) {
    inputs.fault(
      'image',
      `is ${JSON.stringify(text)}, but must be registry/repository without tag and digest`,
    );
  }
  return { registry: reference?.registry ?? '', repository: reference?.repository ?? '' };
}

function readImage(
  inputs: InputReader,
  name: ImageName,
  command: Command,
  event: DeployEvent,
  { files }: Surroundings,
): ImageSettings | Skipped {
  const build = inputs.choice('build', MODES, 'auto');
  const context = inputs.text('context') ?? '.';
  const file = inputs.text('file') ?? `${context}/Dockerfile`;
  if (command === 'restart') return { run: false, reason: 'restart builds nothing' };
  if (command === 'preview' && build === 'never') return { run: false, reason: 'build is never' };
  if (build !== 'never' && files.kind(context) !== 'folder')
    inputs.fault('context', `is ${context}, which is no folder here`);
  if (build !== 'never' && files.kind(file) !== 'file')
    inputs.fault('file', `is ${file}, which is no file here`);
  const password = inputs.text('registry-password') ?? inputs.text('github-token') ?? '';
  if (password === '' && command === 'deploy') {
    inputs.fault('registry-password', `is missing: deploying ${formatName(name)} needs it, or github-token`);
  }
  const username = inputs.text('registry-username') ?? event.owner;
  return { run: true, name, build, context, file, username, password };
}

function readInfra(
  inputs: InputReader,
  environment: string,
  command: Command,
  event: DeployEvent,
  { files, actionFolder }: Surroundings,
): InfraSettings | Skipped {
  const mode = inputs.choice('infra', MODES, 'auto');
  const given = inputs.text('terraform-directory');
  const directory =
    given ?? (files.kind('terraform') === 'folder' ? 'terraform' : `${actionFolder}/terraform`);
  const shipped = directory === `${actionFolder}/terraform`;
  const label = clusterLabel(event.repository, environment);
  const variables = { ...(shipped ? { label } : {}), ...readMap(inputs, 'terraform-variables') };
  const backend = {
    bucket: `${dnsLabel(event.repository)}-terraform-state`,
    key: `${environment}/terraform.tfstate`,
    region: 'us-east-1',
    use_lockfile: 'true',
    ...ownBackend(directory, files),
    ...inputs.pairs('backend-config'),
  };
  if (backend.use_lockfile !== 'true') {
    inputs.fault(
      'backend-config',
      'or the configuration has use_lockfile = false: without a lock two runs would spoil the state',
    );
  }
  const terraformVersion = inputs.text('terraform-version');
  if (terraformVersion !== undefined && !/^\d+\.\d+\.\d+$/.test(terraformVersion)) {
    inputs.fault(
      'terraform-version',
      `is ${JSON.stringify(terraformVersion)}, but must be a version such as 1.11.4`,
    );
  }
  const allowDestroy = inputs.lines('allow-destroy');
  const secrets = ['linode-token', 'state-access-key', 'state-secret-key'] as const;
  const [linodeToken = '', stateAccessKey = '', stateSecretKey = ''] = secrets.map((name) =>
    inputs.text(name),
  );

  if (mode === 'never') return { run: false, reason: 'infra is never' };
  if (command === 'restart' && inputs.text('kube-config') !== undefined)
    return { run: false, reason: 'restart changes no infrastructure' };
  if (event.pullRequest?.fork === true) return { run: false, reason: FORK };
  if (files.kind(directory) !== 'folder')
    inputs.fault('terraform-directory', `is ${directory}, which is no folder here`);
  for (const name of secrets) {
    if (inputs.text(name) === undefined)
      inputs.fault(name, `is missing: infra is ${mode}; give it, or set infra to never`);
  }
  return {
    run: true,
    mode,
    directory,
    terraformVersion,
    variables,
    backend,
    allowDestroy,
    linodeToken,
    stateAccessKey,
    stateSecretKey,
  };
}

/** Gives a label for the shipped cluster that no other environment and repository of the account has; volumes take 32 characters. */
function clusterLabel(repository: string, environment: string): string {
  const name = environment === 'production' ? repository : `${repository}-${environment}`;
  return dnsLabel(name).slice(0, 27).replace(/-+$/, '');
}

/** Gives what the configuration itself says of its backend: that wins over what the action would choose. */
function ownBackend(directory: string, files: Files): Readonly<Record<string, string>> {
  if (files.kind(directory) !== 'folder') return {};
  const paths = files.list(directory).filter((path) => /^[^/]+\.tf$/.test(path));
  return backendSettings(paths.map((path) => new TextDecoder().decode(files.read(`${directory}/${path}`))));
}

const FORK = 'the pull request comes from a fork, which has no secrets';

function readManifests(
  inputs: InputReader,
  environment: string,
  infra: InfraSettings | Skipped,
  event: DeployEvent,
  { files, actionFolder }: Surroundings,
): ManifestsSettings | Skipped {
  const own = ['manifests', 'k8s'].find((folder) => files.kind(folder) === 'folder');
  const given = inputs.lines('manifests');
  const paths = given.length > 0 ? given : [own ?? `${actionFolder}/manifests`];
  for (const path of paths) {
    if (files.kind(path) === 'missing') inputs.fault('manifests', `names ${path}, which is not here`);
  }
  const namespace = inputs.text('namespace') ?? dnsLabel(event.repository);
  if (!DNS_LABEL.test(namespace))
    inputs.fault('namespace', `is ${JSON.stringify(namespace)}, but must be 1 to 63 of a-z, 0-9 and -`);
  const variables = readMap(inputs, 'variables');
  const secrets = readSecrets(inputs);
  const prune = inputs.choice('prune', PRUNE_MODES, 'safe');
  const inventory = `${dnsLabel(event.repository)}-${environment}-inventory`;
  const kubeconfig = readKubeConfigInput(inputs);
  if (event.pullRequest?.fork === true) return { run: false, reason: FORK };
  if (kubeconfig === undefined && !infra.run && inputs.text('kube-config') === undefined) {
    inputs.fault('kube-config', `is missing: ${infra.reason}, so nothing else gives the cluster`);
  }
  return {
    run: true,
    paths,
    namespace,
    variables,
    secrets,
    inventory,
    prune,
    kubeconfig,
    pullToken: inputs.text('pull-token'),
  };
}

function readKubeConfigInput(inputs: InputReader): Kubeconfig | undefined {
  const text = inputs.text('kube-config');
  if (text === undefined) return undefined;
  const kubeconfig = readKubeconfig(text);
  if (typeof kubeconfig !== 'string') return kubeconfig;
  inputs.fault('kube-config', kubeconfig);
  return undefined;
}

/** Gives an input that is a YAML map; the fault never repeats its text, since it may hold secrets. */
function readMap(inputs: InputReader, name: string): JsonObject {
  const text = inputs.text(name);
  if (text === undefined) return {};
  try {
    const value = at([...parseYaml(text)], 0);
    if (isObject(value)) return value;
    inputs.fault(name, 'must be a YAML map: one `name: value` a line');
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    inputs.fault(name, `is not YAML at ${error.place}`);
  }
  return {};
}

function readSecrets(inputs: InputReader): ManifestsSettings['secrets'] {
  const entries = Object.entries(readMap(inputs, 'secrets')).map(([name, keys]) => {
    if (!isObject(keys)) {
      inputs.fault('secrets', `must give ${name} a map of keys and values`);
      return [name, {}] as const;
    }
    for (const [key, value] of Object.entries(keys)) {
      if (typeof value !== 'string')
        inputs.fault('secrets', `must give ${name}.${key} a text: put it in quotes`);
    }
    return [name, keys as Readonly<Record<string, string>>] as const;
  });
  return Object.fromEntries(entries);
}

function dnsLabel(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, 63)
    .replace(/^-+/, '')
    .replace(/-+$/, '');
}
