import type { Span, StepOutcome } from './deploy-result';
import { durationOf } from './duration';
import { DeployError, failureOf, type StepName } from './errors';
import type { ImagePorts } from './image/image';
import { formatName } from './image/reference';
import { findCluster } from './infra/cluster';
import type { InfraPorts } from './infra/infra';
import type { PreparePorts } from './infra/prepare';
import type { InfraResult } from './infra/result';
import type { Kubeconfig } from './manifests/kubeconfig';
import type {
  Clock,
  Cluster,
  Files,
  Kustomize,
  Log,
  MadeForClusters,
  PriceLists,
  Progress,
  PullRequests,
  RepositorySecrets,
  StorageAccount,
  Terraform,
} from './ports';
import type { ReleasePorts } from './releases/releases';
import type { ReleaseScope } from './releases/record';
import { dnsLabel } from './settings/names';
import type { ManifestsSettings, Settings, Skipped } from './settings/settings';

/** The outside world, built once by main.ts. */
export interface DeployPorts {
  readonly files: Files;
  readonly kustomize: Kustomize;
  readonly clock: Clock;
  readonly log: (step: StepName) => Log;
  readonly progress: Progress;
  readonly mask: (secret: string) => void;
  /** The connection ends with `manifests-timeout` after the seconds given. */
  readonly connect: (kubeconfig: Kubeconfig, seconds?: number) => Cluster;
  readonly pullRequests: PullRequests;
  readonly image: Pick<ImagePorts, 'builder' | 'registry' | 'hash'>;
  readonly prices: PriceLists;
  /** Given only where there is a token that may write them. */
  readonly secrets: RepositorySecrets | undefined;
  /** Given only where the command is `bootstrap`. */
  readonly account: StorageAccount | undefined;
  /** Given only where the command is `destroy`, and there is a token of Linode's. */
  readonly made: MadeForClusters | undefined;
  /** Given only where the infra step runs. */
  readonly infra:
    | (Pick<InfraPorts, 'store' | 'linode'> & {
        /** `did` is told of each resource that Terraform finished. */
        readonly terraform: (did: (line: string) => void) => Terraform;
      })
    | undefined;
}

type Attempt<T> = (did: (line: string) => void) => Promise<T>;

/** Runs a step, or a `part` of one, and gives how it ended; what it throws becomes its failure. */
export async function attempt<T>(
  step: StepName,
  { clock, progress }: Pick<DeployPorts, 'clock' | 'progress'>,
  work: Attempt<T>,
  part?: string,
): Promise<StepOutcome<T>> {
  const from = clock.now();
  const did: string[] = [];
  const end = (sign: string): readonly Span[] => {
    const to = clock.now();
    const name = part === undefined ? step : `${step} (${part})`;
    progress.end(step, `${sign} ${name}: ${durationOf((to - from) / 1000)}`);
    return [{ from, to }];
  };
  progress.begin(step);
  try {
    const value = await work((line) => did.push(line));
    return { status: 'succeeded', value, did, spans: end('✅') };
  } catch (error) {
    return { status: 'failed', error: failureOf(error, step), did, spans: end('❌') };
  }
}

/** Gives what looking at the infrastructure needs. */
export function preparePorts({ infra, files, clock, mask, log }: DeployPorts): PreparePorts {
  if (infra === undefined) throw new Error('the infra step has no ports');
  const { store, linode } = infra;
  return { store, linode, files, clock, mask, log: log('infra') };
}

/** Gives what the infra step needs; `did` is told of each resource that Terraform finished. */
export function infraPorts(ports: DeployPorts, did: (line: string) => void): InfraPorts {
  if (ports.infra === undefined) throw new Error('the infra step has no ports');
  const { connect, pullRequests } = ports;
  return { ...preparePorts(ports), connect, pullRequests, terraform: ports.infra.terraform(did) };
}

/** Gives the kubeconfig of the input, else of the infra step. */
export function kubeconfigOf(
  manifests: ManifestsSettings,
  infra: StepOutcome<InfraResult>,
): Kubeconfig | undefined {
  return manifests.kubeconfig ?? (infra.status === 'succeeded' ? infra.value.kubeconfig : undefined);
}

/** Gives the kubeconfig, which must be there by now. Throws DeployError. */
export function needed(kubeconfig: Kubeconfig | undefined): Kubeconfig {
  if (kubeconfig !== undefined) return kubeconfig;
  throw new DeployError({
    code: 'kubeconfig-missing',
    cause: 'no cluster is known: KUBE_CONFIG is not given, and the infrastructure has no output `kubeconfig`',
    advice:
      'Give the input kube-config, or let the Terraform configuration have the outputs `kubeconfig` and `cluster_id`.',
  });
}

/** Gives the kubeconfig that was given, else that of the last apply of the infrastructure. Throws DeployError. */
export async function existingKubeconfig(
  { manifests, infra }: Settings,
  ports: DeployPorts,
): Promise<Kubeconfig> {
  const given = manifests.run ? manifests.kubeconfig : undefined;
  const found = given ?? (infra.run ? (await findCluster(preparePorts(ports))).kubeconfig : undefined);
  return needed(found);
}

/** Gives the names that a run is about: where a Secret holds one of them, it is still no secret. */
export function wordsOf({ environment, event, imageName, manifests }: Settings): readonly string[] {
  const namespace = manifests.run ? [manifests.namespace] : [];
  return [
    environment,
    event.owner,
    event.repository,
    event.branch ?? '',
    formatName(imageName),
    ...namespace,
  ];
}

/** Gives whose releases a run makes and goes back to. */
export function releaseScope(
  { event, environment }: Settings,
  { namespace, inventory }: ManifestsSettings,
): ReleaseScope {
  const name = inventory.replace(/-inventory$/, '');
  return { application: dnsLabel(event.repository), environment, namespace, name };
}

/** Gives what keeping releases needs. */
export function releasePorts({ event }: Settings, cluster: Cluster, ports: DeployPorts): ReleasePorts {
  const run = `${event.runId}.${event.runAttempt}-${ports.clock.now()}`;
  return { cluster, log: ports.log('rollout'), run };
}

/** Gives the outcome of a step that does not run. */
export function skip({ reason }: Skipped): { readonly status: 'skipped'; readonly reason: string } {
  return { status: 'skipped', reason };
}
