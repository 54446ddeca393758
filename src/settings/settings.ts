import type { JsonObject } from '../json';
import type { CacheChoice, Recipe, SshAccess } from '../image/recipe';
import type { ImageName } from '../image/reference';
import type { WantedTerraform } from '../infra/terraform-version';
import { parseChoice, type Choice } from '../rollout/choice';
import type { Kubeconfig } from '../manifests/kubeconfig';
import type { Clock, Files } from '../ports';
import { readEvent, type DeployEvent, type RunContext } from './event';
import { readBootstrap, type BootstrapSettings } from './bootstrap-settings';
import { readDestroy, type DestroySettings } from './destroy-settings';
import { readImage, readImageName } from './image-settings';
import { readInfra } from './infra-settings';
import { InputReader, MODES, type RawInputs } from './inputs';
import { readManifests } from './manifests-settings';
import { DNS_LABEL } from './names';
import { secretless } from './secretless';

const COMMANDS = [
  'auto',
  'preview',
  'deploy',
  'restart',
  'rollback',
  'drift',
  'bootstrap',
  'destroy',
] as const;
export const PRUNE_MODES = ['safe', 'all', 'never'] as const;

export type Command = Exclude<(typeof COMMANDS)[number], 'auto'>;
export type Mode = (typeof MODES)[number];

/** Whether a command only looks. */
export function changesNothing(command: Command): boolean {
  return command === 'preview' || command === 'drift';
}

/** A part of the run that does not happen, with the reason as people are told it. */
export interface Skipped {
  readonly run: false;
  readonly reason: string;
}

export interface ImageSettings extends Recipe {
  readonly run: true;
  readonly name: ImageName;
  readonly build: Mode;
  /** Tags beside those of commit, branch and version. */
  readonly tags: readonly string[];
  /** By name. Secret. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly ssh: SshAccess;
  readonly cache: CacheChoice;
  readonly username: string;
  /** Secret. */
  readonly password: string;
}

/** Whether, and where, the plan that is applied must have been seen before. */
export interface ReviewSettings {
  /** `shown`: as the merged pull request's comment has it, where there is one; `required`: in any case. */
  readonly demand: 'required' | 'shown' | 'none';
  readonly environment: string;
  /** The branch that is deployed, where it is one. */
  readonly branch: string | undefined;
  /** The pull request that is previewed. */
  readonly pullRequest: number | undefined;
}

export interface InfraSettings {
  readonly run: true;
  readonly mode: Exclude<Mode, 'never'>;
  readonly directory: string;
  /** Whether it is the set that ships with the action. */
  readonly shipped: boolean;
  /** Whether the state is on this machine alone: there is no store, nothing is recorded, and Terraform is run each time. */
  readonly localState: boolean;
  readonly terraform: WantedTerraform;
  /** By name; may hold secrets. */
  readonly variables: JsonObject;
  /** Paths of files with values for variables; a later one wins over an earlier one, and `variables` over all. */
  readonly variableFiles: readonly string[];
  /** Settings of the s3 backend: bucket, key and region at least; none where the state is local. */
  readonly backend: Readonly<Record<string, string>>;
  /** Addresses that may be destroyed or replaced. */
  readonly allowDestroy: readonly string[];
  readonly review: ReviewSettings;
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
  /** Whether fields that other controllers own are taken over. */
  readonly forceConflicts: boolean;
  /** How long the whole step may take. */
  readonly timeoutSeconds: number;
  /** Given by input; where it is not, the infra step hands it on. Secret. */
  readonly kubeconfig: Kubeconfig | undefined;
  /** Long-lived token with read:packages for the cluster's pull secret. Secret. */
  readonly pullToken: string | undefined;
  /** Whose token that is. */
  readonly pullUsername: string;
}

export interface Settings {
  readonly command: Command;
  readonly event: DeployEvent;
  readonly environment: string;
  readonly comment: boolean;
  /** Secret. */
  readonly githubToken: string;
  /** May write the repository's secrets. Secret. */
  readonly secretsToken: string | undefined;
  /** Given where the command is `bootstrap`: then no step runs. */
  readonly bootstrap: BootstrapSettings | undefined;
  /** Given where the command is `destroy`. */
  readonly destroy: DestroySettings | undefined;
  readonly imageName: ImageName;
  readonly image: ImageSettings | Skipped;
  readonly infra: InfraSettings | Skipped;
  readonly manifests: ManifestsSettings | Skipped;
  readonly rollout: {
    readonly mode: Mode;
    readonly timeoutSeconds: number;
    readonly rollbackOnFailure: boolean;
    /** The workloads that are restarted and waited for; none means all. */
    readonly workloads: readonly Choice[];
  };
}

export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Where to look for what inputs do not name. */
export interface Surroundings {
  readonly files: Files;
  readonly clock: Pick<Clock, 'now'>;
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
  'secrets-token',
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
    rollbackOnFailure: inputs.flag('rollback-on-failure', false),
    workloads: readChoices(inputs),
  };
  const githubToken = inputs.text('github-token') ?? '';
  const event = readEvent(context);
  if (typeof event === 'string') return { ok: false, problems: [...inputs.problems, event] };

  const command = given === 'auto' ? commandFor(event) : given;
  const bare = secretless(event, inputs);
  if (bare !== undefined && command !== 'preview') {
    inputs.fault('command', `is ${command}, but ${bare}: only preview runs there`);
  }
  const bootstrap = command === 'bootstrap' ? readBootstrap(inputs, environment, event, around) : undefined;
  const steps = readSteps(inputs, environment, command, event, around);
  const destroy = readDestroy(inputs, command, { environment, event, ...steps });
  if (inputs.problems.length > 0) return { ok: false, problems: inputs.problems };
  return {
    ok: true,
    settings: {
      command,
      event,
      environment,
      comment,
      githubToken,
      secretsToken: inputs.text('secrets-token'),
      bootstrap,
      destroy,
      ...steps,
      rollout,
    },
  };
}

function readSteps(
  inputs: InputReader,
  environment: string,
  command: Command,
  event: DeployEvent,
  around: Surroundings,
): Pick<Settings, 'imageName' | 'image' | 'infra' | 'manifests'> {
  const imageName = readImageName(inputs, event);
  if (command === 'bootstrap') {
    const none = { run: false, reason: 'bootstrap makes only bucket and key' } as const;
    return { imageName, image: none, infra: none, manifests: none };
  }
  const image = readImage(inputs, imageName, command, event, around);
  const infra = readInfra(inputs, environment, command, event, around);
  const manifests = readManifests(inputs, environment, command, infra, event, around);
  return { imageName, image, infra, manifests };
}

function readChoices(inputs: InputReader): readonly Choice[] {
  return inputs.lines('workloads').flatMap((line) => {
    const choice = parseChoice(line);
    if (choice !== undefined) return [choice];
    inputs.fault('workloads', `has the line ${JSON.stringify(line)}, but each must be name or kind/name`);
    return [];
  });
}

function commandFor(event: DeployEvent): Command {
  if (event.name === 'pull_request' || event.name === 'merge_group') return 'preview';
  if (event.name === 'schedule') return 'drift';
  return event.name === 'push' && !event.onDefaultBranch ? 'preview' : 'deploy';
}
