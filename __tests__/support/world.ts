import type { DeployPorts } from '../../src/deploy-steps';
import type { StepName } from '../../src/errors';
import { FakeAccount } from './account';
import { ManualClock } from './clock';
import { FakeCluster } from './cluster';
import { fakeFiles, fakeKustomize } from './files';
import { FakeBuilder, fakeHash, FakeRegistry } from './image';
import { FakeLinode, FakeStore, FakeTerraform, planned } from './infra';
import { FakeLog } from './log';
import { FakeMade } from './made';
import { FakePrices } from './prices';
import { FakePullRequests } from './pull-requests';
import { FakeSecrets } from './secrets';
import { DIGEST } from './settings';

const APP = `apiVersion: apps/v1
kind: Deployment
metadata: {name: bot}
spec: {template: {spec: {containers: [{name: bot, image: "\${image}", readinessProbe: {httpGet: {port: 80}}}]}}}
`;
const ENV = 'apiVersion: v1\nkind: Secret\nmetadata: {name: env}\nstringData: {key: hunter2-secret}\n';

/** The outside of a deployment: nothing is there yet, and everything that is asked for works. */
export class World implements DeployPorts {
  readonly cluster = new FakeCluster();
  readonly terraform = new FakeTerraform();
  readonly store = new FakeStore();
  readonly linode = new FakeLinode();
  readonly prices = new FakePrices();
  secrets: FakeSecrets | undefined;
  account: FakeAccount | undefined;
  made: FakeMade | undefined;
  readonly builder = new FakeBuilder();
  readonly registry = new FakeRegistry(undefined, DIGEST);
  readonly clock = new ManualClock();
  readonly pullRequests = new FakePullRequests();
  readonly logs = new Map<StepName, FakeLog>();
  readonly masked: string[] = [];
  readonly connected: string[] = [];
  files = fakeFiles({
    Dockerfile: '',
    'app/Dockerfile': '',
    'manifests/app.yaml': APP,
    'manifests/env.yaml': ENV,
    'terraform/main.tf': '#',
  });

  readonly kustomize = fakeKustomize();

  constructor() {
    this.terraform.json = { resource_changes: [planned('linode_lke_cluster.a', ['create'])] };
    this.cluster.lists.set('Node', [{ status: { conditions: [{ type: 'Ready', status: 'True' }] } }]);
    this.#rollOutAtOnce();
  }

  readonly image = { builder: this.builder, registry: this.registry, hash: fakeHash() };

  readonly infra = {
    store: this.store,
    linode: this.linode,
    terraform: (did: (line: string) => void): FakeTerraform => {
      const apply = this.terraform.apply.bind(this.terraform);
      this.terraform.apply = async () => {
        did('linode_lke_cluster.a: Creation complete');
        return apply();
      };
      return this.terraform;
    },
  };

  readonly log = (step: StepName): FakeLog => {
    const log = this.logs.get(step) ?? new FakeLog();
    this.logs.set(step, log);
    return log;
  };

  /** How each step ended, as the log tells it. */
  readonly verdicts: string[] = [];
  readonly progress = {
    begin: (step: StepName): void => void this.#begun.push(step),
    end: (step: StepName, verdict: string): void => {
      if (!this.#begun.includes(step)) throw new Error(`${step} ends and did not begin`);
      this.verdicts.push(verdict);
    },
  };
  readonly #begun: StepName[] = [];

  readonly mask = (secret: string): void => void this.masked.push(secret);

  readonly connect: DeployPorts['connect'] = ({ server }) => {
    this.connected.push(server);
    return this.cluster;
  };

  /** Whether anything outside was touched or even asked. */
  get touched(): boolean {
    return (
      this.builder.requests.length + this.registry.asked.length + this.terraform.calls.length > 0 ||
      this.connected.length > 0
    );
  }

  /** Gives every Deployment that is listed a status that says it is complete. */
  #rollOutAtOnce(): void {
    const list = this.cluster.list.bind(this.cluster);
    this.cluster.list = async (type, namespace, selector) => {
      const objects = await list(type, namespace, selector);
      if (type.kind !== 'Deployment') return objects;
      const status = { observedGeneration: 99, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
      return objects.map((object) => ({ ...object, status }));
    };
  }
}
