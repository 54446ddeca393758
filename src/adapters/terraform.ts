import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DeployError, type ErrorDetails } from '../errors';
import { explainLostState, explainTerraform } from '../infra/terraform-failure';
import { at, textAt } from '../json';
import type { Log, Terraform, TerraformOutputs } from '../ports';
import type { InfraSettings } from '../settings/settings';
import { storeEndpoint } from './object-storage';
import { run, type Exit } from './process';
import type { Scratch } from './scratch';
import { rescueState } from './state-rescue';
import { findTerraform } from './terraform-find';

/** Lines of `terraform apply` that say that something is done; they are kept for the report. */
const DONE = /: (Creation|Modifications|Destruction) complete after/;
/**
 * Lines of `terraform plan` that are printed while it runs. What it says of the plan itself is not: it shows values that a provider
 * copies out of sensitive ones, and only the plan's JSON, which comes after it, tells which these are.
 */
const PROGRESS =
  /^(?:\S.*: (?:Refreshing state|Reading|Still reading|Read complete|Opening|Closing)|Acquiring|Releasing|[│╷╵])/;
/** Commands whose output has no colour, or whose flags come after a second word. */
const WITHOUT_COLOUR_FLAG = ['show', 'output', 'state'];
const STARTED = /^(\S.*?): (?:Creating|Modifying|Destroying)\.\.\./;

export interface TerraformSetup {
  readonly settings: InfraSettings;
  /** The folder of the sets that ship with the action: it is copied before Terraform writes its lock file. */
  readonly actionFolder: string;
  readonly scratch: Scratch;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told of each resource that apply() has finished. */
  readonly onDone: (line: string) => void;
}

/** Runs the terraform program in its folder, with data, plan and credentials in the scratch folder. */
export class TerraformCli implements Terraform {
  readonly #setup: TerraformSetup;
  readonly #folder: string;
  readonly #data: string;
  readonly #planFile: string;
  #program: Promise<string> | undefined;

  constructor(setup: TerraformSetup) {
    this.#setup = setup;
    this.#data = setup.scratch.makeFolder('terraform-data');
    this.#planFile = join(setup.scratch.folder, 'plan.tfplan');
    this.#folder = workingFolder(setup);
  }

  async init(): Promise<string> {
    const backend = Object.entries(this.#setup.settings.backend).map(
      ([key, value]) => `-backend-config=${key}=${value}`,
    );
    const lockFile = existsSync(join(this.#folder, '.terraform.lock.hcl')) ? ['-lockfile=readonly'] : [];
    const exit = await this.#run('init', [...backend, ...lockFile, '-input=false'], this.#setup.log);
    if (exit.code !== 0)
      throw new DeployError(explainTerraform('infra-init-failed', 'init', exit.code, exit.tail));
    const file = join(this.#data, 'terraform.tfstate');
    return existsSync(file) ? textAt(JSON.parse(readFileSync(file, 'utf8')), 'backend', 'type') : 'local';
  }

  async plan({ lock }: { readonly lock: boolean }): Promise<unknown> {
    const locking = lock ? '-lock-timeout=300s' : '-lock=false';
    const { log } = this.#setup;
    const out = `-out=${this.#planFile}`;
    const args = ['-input=false', '-detailed-exitcode', locking, ...this.#variableFiles(), out];
    const exit = await this.#run('plan', args, undefined, (line) => {
      if (PROGRESS.test(line)) log.info(line);
    });
    // A failed plan still writes its file: only the exit code tells. 2 means that there are changes.
    if (exit.code !== 0 && exit.code !== 2) {
      throw new DeployError(explainTerraform('infra-plan-failed', 'plan', exit.code, exit.tail));
    }
    const shown = await this.#run('show', ['-json', this.#planFile], undefined);
    if (shown.code !== 0)
      throw new DeployError(explainTerraform('infra-plan-failed', 'show', shown.code, shown.tail));
    return JSON.parse(shown.stdout) as unknown;
  }

  /** The variables come last as a file, too: what TF_VAR_ says loses to every file, also to one in the folder. */
  #variableFiles(): readonly string[] {
    const { settings, scratch } = this.#setup;
    const own = scratch.write('variables.tfvars.json', JSON.stringify(settings.variables));
    return [...settings.variableFiles.map((path) => resolve(path)), own].map((path) => `-var-file=${path}`);
  }

  async untaint(address: string): Promise<void> {
    const exit = await this.#run('untaint', ['-lock-timeout=300s', address], this.#setup.log);
    if (exit.code !== 0) {
      throw new DeployError(explainTerraform('infra-apply-failed', 'untaint', exit.code, exit.tail));
    }
  }

  async apply(): Promise<void> {
    const unfinished = new Set<string>();
    const follow = (line: string): void => {
      const started = STARTED.exec(line)?.[1];
      if (started !== undefined) unfinished.add(started);
      if (!DONE.test(line)) return;
      unfinished.delete(line.slice(0, line.search(DONE)));
      this.#setup.onDone(line);
    };
    try {
      const args = ['-input=false', '-lock-timeout=300s', this.#planFile];
      const exit = await this.#run('apply', args, this.#setup.log, follow).catch(wasCancelled);
      if (exit instanceof DeployError) throw await this.#applyFailed(exit.details, []);
      if (exit.code === 0) return;
      const failed = explainTerraform('infra-apply-failed', 'apply', exit.code, exit.tail);
      throw await this.#applyFailed(failed, exit.tail);
    } finally {
      for (const address of unfinished)
        this.#setup.onDone(`${address}: was begun and not finished; it may exist`);
    }
  }

  async #applyFailed(failed: ErrorDetails, tail: readonly string[]): Promise<DeployError> {
    const { settings, log, signal } = this.#setup;
    const push = async (file: string): Promise<boolean> => {
      // The lock that may be left is ours: it was taken by the apply that has just ended.
      const pushed = await this.#run('state', ['push', '-lock=false', file], log);
      return pushed.code === 0;
    };
    // Where the state is local there is no secret to seal it with, and the disk stays.
    const rescue = settings.localState
      ? undefined
      : await rescueState(this.#folder, settings.stateSecretKey, push, signal);
    const lock = /^\W*ID:\s+([0-9a-f-]{36})/m.exec(tail.join('\n'))?.[1];
    if (rescue?.saved === true) {
      if (lock !== undefined) await this.#run('force-unlock', ['-force', lock], log);
      this.#setup.onDone('the state, which could not be saved at first, was saved after all');
    }
    return new DeployError(rescue?.saved === false ? explainLostState(failed, rescue.sealed) : failed);
  }

  async outputs(): Promise<TerraformOutputs> {
    const exit = await this.#run('output', ['-json'], undefined);
    if (exit.code !== 0)
      throw new DeployError(explainTerraform('infra-apply-failed', 'output', exit.code, exit.tail));
    const outputs: unknown = JSON.parse(exit.stdout);
    const clusterId = Number(at(outputs, 'cluster_id', 'value') ?? Number.NaN);
    return {
      kubeconfig: textAt(outputs, 'kubeconfig', 'value') || undefined,
      clusterId: Number.isInteger(clusterId) ? clusterId : undefined,
    };
  }

  /** With no log the output is kept for the caller alone: `show -json` and `output -json` hold secrets. */
  async #run(
    command: string,
    args: readonly string[],
    log: Log | undefined,
    onLine?: (line: string) => void,
  ): Promise<Exit> {
    this.#program ??= findTerraform(this.#setup.settings.terraform, this.#setup.log, this.#setup.signal);
    const colour = WITHOUT_COLOUR_FLAG.includes(command) ? [] : ['-no-color'];
    return run({
      file: await this.#program,
      args: [`-chdir=${this.#folder}`, command, ...colour, ...args],
      env: environment(this.#setup.settings, this.#data),
      signal: this.#setup.signal,
      onLine: (line) => {
        log?.info(line);
        onLine?.(line);
      },
    });
  }
}

/** A cancelled apply may have left a state that is not saved, too. */
function wasCancelled(error: unknown): DeployError {
  if (error instanceof DeployError) return error;
  throw error;
}

function workingFolder({ settings, actionFolder, scratch }: TerraformSetup): string {
  const folder = resolve(settings.directory);
  if (folder !== resolve(actionFolder, 'terraform')) return folder;
  const copy = scratch.makeFolder('terraform');
  cpSync(folder, copy, { recursive: true });
  return copy;
}

function environment(settings: InfraSettings, data: string): Record<string, string | undefined> {
  const variables = Object.entries(settings.variables).map(([name, value]) => [
    `TF_VAR_${name}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  // What a workflow may have set for other uses of Terraform would change ours.
  const foreign = Object.keys(process.env).filter((name) => /^TF_(CLI_ARGS|LOG|WORKSPACE)/.test(name));
  return {
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    TF_DATA_DIR: data,
    ...Object.fromEntries(foreign.map((name) => [name, undefined])),
    LINODE_TOKEN: settings.linodeToken,
    TF_VAR_linode_token: settings.linodeToken,
    ...(settings.localState ? {} : storeEnvironment(settings)),
    ...(Object.fromEntries(variables) as Record<string, string>),
  };
}

function storeEnvironment(settings: InfraSettings): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: settings.stateAccessKey,
    AWS_SECRET_ACCESS_KEY: settings.stateSecretKey,
    AWS_ENDPOINT_URL_S3: storeEndpoint(settings),
    // Since Terraform 1.11.2 uploads carry a checksum trailer that S3-compatible stores refuse.
    AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
    AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required',
  };
}
