import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DeployError, messageOf, type ErrorDetails } from '../errors';
import { lockInOutput } from '../infra/state-lock';
import { explainLostState, explainTerraform } from '../infra/terraform-failure';
import { terraformJson } from '../infra/terraform-json';
import { at, textAt } from '../json';
import type { Terraform, TerraformOutputs } from '../ports';
import { rescueState } from './state-rescue';
import { TerraformRunner, type RunnerSetup } from './terraform-runner';

/** Lines of `terraform apply` that say that something is done; they are kept for the report. */
const DONE = /: (Creation|Modifications|Destruction) complete after/;
const STARTED = /^(\S.*?): (?:Creating|Modifying|Destroying)\.\.\./;

export interface TerraformSetup extends RunnerSetup {
  /** The folder of the sets that ship with the action: it is copied before Terraform writes its lock file. */
  readonly actionFolder: string;
  /** Told of each resource that apply() has finished. */
  readonly onDone: (line: string) => void;
}

/** Runs the terraform program in its folder, with data, plan and credentials in the scratch folder. */
export class TerraformCli implements Terraform {
  readonly #setup: TerraformSetup;
  readonly #folder: string;
  readonly #data: string;
  readonly #planFile: string;
  readonly #runner: TerraformRunner;

  constructor(setup: TerraformSetup) {
    this.#setup = setup;
    this.#data = setup.scratch.makeFolder('terraform-data');
    this.#planFile = join(setup.scratch.folder, 'plan.tfplan');
    this.#folder = workingFolder(setup);
    this.#runner = new TerraformRunner(setup, this.#folder, this.#data);
  }

  async init(): Promise<string> {
    const backend = Object.entries(this.#setup.settings.backend).map(
      ([key, value]) => `-backend-config=${key}=${value}`,
    );
    const lockFile = existsSync(join(this.#folder, '.terraform.lock.hcl')) ? ['-lockfile=readonly'] : [];
    const args = ['-no-color', ...backend, ...lockFile, '-input=false'];
    const exit = await this.#runner.run('init', args);
    if (exit.code !== 0)
      throw new DeployError(explainTerraform('infra-init-failed', 'init', exit.code, exit.tail));
    const file = join(this.#data, 'terraform.tfstate');
    return existsSync(file) ? textAt(JSON.parse(readFileSync(file, 'utf8')), 'backend', 'type') : 'local';
  }

  async plan({ lock, destroy }: Parameters<Terraform['plan']>[0]): Promise<unknown> {
    const args = [
      '-no-color',
      '-input=false',
      '-detailed-exitcode',
      lock ? this.#lockTimeout : '-lock=false',
      ...(destroy === undefined ? [] : ['-destroy', ...destroy.map((address) => `-target=${address}`)]),
      ...this.#variableFiles(),
      `-out=${this.#planFile}`,
    ];
    const exit = await this.#runner.run('plan', args);
    // A failed plan still writes its file: only the exit code tells. 2 means that there are changes.
    if (exit.code !== 0 && exit.code !== 2) {
      throw new DeployError(explainTerraform('infra-plan-failed', 'plan', exit.code, exit.tail));
    }
    const shown = await this.#runner.read('show', ['-json', this.#planFile]);
    if (shown.code !== 0)
      throw new DeployError(explainTerraform('infra-plan-failed', 'show', shown.code, shown.tail));
    return parsed('infra-plan-failed', 'show', shown.stdout);
  }

  get #lockTimeout(): string {
    return `-lock-timeout=${this.#setup.limits.lock}s`;
  }

  /** The variables come last as a file, too: what TF_VAR_ says loses to every file, also to one in the folder. */
  #variableFiles(): readonly string[] {
    const { settings, scratch } = this.#setup;
    const own = scratch.write('variables.tfvars.json', JSON.stringify(settings.variables));
    return [...settings.variableFiles.map((path) => resolve(path)), own].map((path) => `-var-file=${path}`);
  }

  async untaint(address: string): Promise<void> {
    const exit = await this.#runner.run('untaint', ['-no-color', this.#lockTimeout, address]);
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
      const args = ['-no-color', '-input=false', this.#lockTimeout, this.#planFile];
      const exit = await this.#runner.run('apply', args, follow).catch(wasInterrupted);
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
    const { settings, signal } = this.#setup;
    const push = async (file: string): Promise<boolean> => {
      // The lock that may be left is ours: it was taken by the apply that has just ended.
      const pushed = await this.#runner.run('state push', ['-lock=false', file]);
      return pushed.code === 0;
    };
    // Where the state is local there is no secret to seal it with, and the disk stays.
    const rescue = settings.localState
      ? undefined
      : await rescueState(this.#folder, settings.stateSecretKey, push, signal);
    const lock = lockInOutput(tail);
    if (rescue?.saved === true) {
      if (lock !== undefined) await this.#runner.run('force-unlock', ['-no-color', '-force', lock.id]);
      this.#setup.onDone('the state, which could not be saved at first, was saved after all');
    }
    return new DeployError(rescue?.saved === false ? explainLostState(failed, rescue.sealed) : failed);
  }

  async outputs(): Promise<TerraformOutputs> {
    const exit = await this.#runner.read('output', ['-json']);
    if (exit.code !== 0)
      throw new DeployError(explainTerraform('infra-apply-failed', 'output', exit.code, exit.tail));
    const outputs = parsed('infra-apply-failed', 'output', exit.stdout);
    const clusterId = Number(at(outputs, 'cluster_id', 'value') ?? Number.NaN);
    return {
      kubeconfig: textAt(outputs, 'kubeconfig', 'value') || undefined,
      clusterId: Number.isInteger(clusterId) ? clusterId : undefined,
    };
  }
}

function parsed(code: 'infra-plan-failed' | 'infra-apply-failed', command: string, stdout: string): unknown {
  try {
    return terraformJson(stdout);
  } catch (error) {
    const said = `Error: ${messageOf(error)}`;
    throw new DeployError(explainTerraform(code, command, 0, [said]), { cause: error });
  }
}

/** An apply that was cancelled or took too long may have left a state that is not saved, too. */
function wasInterrupted(error: unknown): DeployError {
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
