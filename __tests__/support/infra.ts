import type { PlanChange, PlanSummary } from '../../src/infra/plan';
import type {
  AppliedRecord,
  Linode,
  LinodePool,
  LinodeRegion,
  LockTrial,
  StateStore,
  Terraform,
  TerraformOutputs,
} from '../../src/ports';
import { kubeconfigText } from './kubeconfig';

export const EMPTY_PLAN = { resource_changes: [] };

export function aPlanChange(given: Partial<PlanChange> = {}): PlanChange {
  return {
    address: 'linode_volume.data',
    type: 'linode_volume',
    action: 'create',
    label: '',
    tainted: false,
    reason: undefined,
    previousAddress: undefined,
    importId: undefined,
    deposed: undefined,
    createsFirst: false,
    attributes: [],
    consequences: [],
    guard: 'free',
    ...given,
  };
}

export function aPlan(given: Partial<PlanSummary> = {}): PlanSummary {
  return {
    changes: [],
    outputsChanged: [],
    unchanged: 0,
    drift: [],
    failedChecks: [],
    deferred: [],
    invoked: [],
    complete: true,
    ...given,
  };
}

/** Gives one entry of a plan's `resource_changes`. */
export function planned(address: string, actions: readonly string[], change: object = {}): object {
  const type = address.split('.').at(-2);
  return { address, mode: 'managed', type, change: { actions, before: null, after: null, ...change } };
}

/** A Terraform that keeps the order of its calls. */
export class FakeTerraform implements Terraform {
  readonly calls: string[] = [];
  backend = 's3';
  json: unknown = EMPTY_PLAN;
  /** The variables that the configuration declares. */
  declared: readonly string[] = ['label', 'region'];
  /** What plan() gives once something was untainted. */
  jsonAfterUntaint: unknown = EMPTY_PLAN;
  applyError: Error | undefined;
  result: TerraformOutputs = {
    kubeconfig: Buffer.from(kubeconfigText()).toString('base64'),
    clusterId: 42,
  };

  init(): Promise<string> {
    this.calls.push('init');
    return Promise.resolve(this.backend);
  }

  /** What plan() gives where it is to destroy, by the addresses that it is limited to. */
  destructions: Readonly<Record<string, unknown>> = {};

  plan({ lock, destroy }: Parameters<Terraform['plan']>[0]): Promise<unknown> {
    const how = destroy === undefined ? 'plan' : ['plan to destroy', ...destroy].join(' ');
    this.calls.push(lock ? `${how} with lock` : `${how} without lock`);
    if (destroy !== undefined) return Promise.resolve(this.destructions[destroy.join(' ')] ?? EMPTY_PLAN);
    const variables = Object.fromEntries(this.declared.map((name) => [name, {}]));
    return Promise.resolve({ configuration: { root_module: { variables } }, ...(this.json as object) });
  }

  untaint(address: string): Promise<void> {
    this.calls.push(`untaint ${address}`);
    this.json = this.jsonAfterUntaint;
    return Promise.resolve();
  }

  apply(): Promise<void> {
    this.calls.push('apply');
    return this.applyError === undefined ? Promise.resolve() : Promise.reject(this.applyError);
  }

  outputs(): Promise<TerraformOutputs> {
    this.calls.push('outputs');
    return Promise.resolve(this.result);
  }
}

const WROTE = { status: 200, code: '' };
export const KEPT_TRIAL: LockTrial = {
  taken: WROTE,
  again: { status: 412, code: 'PreconditionFailed' },
  released: { status: 204, code: '' },
};

/** A store that locks. */
export class FakeStore implements StateStore {
  record: AppliedRecord | undefined;
  readonly written: AppliedRecord[] = [];
  trial = KEPT_TRIAL;
  trials = 0;
  state = false;

  hasState(): Promise<boolean> {
    return Promise.resolve(this.state);
  }

  tryLock(): Promise<LockTrial> {
    this.trials += 1;
    return Promise.resolve(this.trial);
  }

  readRecord(): Promise<AppliedRecord | undefined> {
    return Promise.resolve(this.record);
  }

  writeRecord(record: AppliedRecord): Promise<void> {
    this.written.push(record);
    this.record = record;
    return Promise.resolve();
  }
}

/** A Linode that offers what the tests want, to a token that may do all. */
export class FakeLinode implements Linode {
  readonly asked: number[] = [];
  held: readonly string[] | undefined = ['*'];
  versions: readonly string[] = ['1.35', '1.34', '1.33'];
  planIds: readonly string[] = ['g6-nanode-1', 'g6-standard-2', 'g6-standard-4'];
  places: readonly LinodeRegion[] = [
    { id: 'us-east', capabilities: ['Kubernetes', 'Block Storage'] },
    { id: 'us-lab', capabilities: ['Linodes'] },
  ];
  nodePools: readonly LinodePool[] = [];
  /** How often each catalogue was asked for. */
  readonly lists: string[] = [];
  /** What Linode has, by `kind label`. */
  readonly there = new Map<string, number>();
  readonly looked: string[] = [];
  answer: string | undefined = Buffer.from(kubeconfigText()).toString('base64');

  find(kind: 'lke/clusters' | 'volumes', label: string): Promise<number | undefined> {
    this.looked.push(`${kind} ${label}`);
    return Promise.resolve(this.there.get(`${kind} ${label}`));
  }

  kubeconfig(clusterId: number): Promise<string | undefined> {
    this.asked.push(clusterId);
    return Promise.resolve(this.answer);
  }

  scopes(): Promise<readonly string[] | undefined> {
    return Promise.resolve(this.held);
  }

  kubernetesVersions(): Promise<readonly string[]> {
    this.lists.push('versions');
    return Promise.resolve(this.versions);
  }

  plans(): Promise<readonly string[]> {
    this.lists.push('plans');
    return Promise.resolve(this.planIds);
  }

  regions(): Promise<readonly LinodeRegion[]> {
    this.lists.push('regions');
    return Promise.resolve(this.places);
  }

  pools(): Promise<readonly LinodePool[]> {
    return Promise.resolve(this.nodePools);
  }
}
