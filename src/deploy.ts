import type { DeployResult, StepOutcome } from './deploy-result';
import { failureOf, DeployError, type StepName } from './errors';
import { runImage, type ImagePorts } from './image/image';
import { formatName, pinned } from './image/reference';
import type { ImageResult } from './image/result';
import { commitTag } from './image/tag';
import type { InfraResult } from './infra/result';
import { findCluster, runInfra, type InfraPorts } from './infra/infra';
import type { Kubeconfig } from './manifests/kubeconfig';
import { loadManifests, secretValues, withImage } from './manifests/load';
import { runManifests } from './manifests/manifests';
import type { Manifest } from './manifests/objects';
import type { ManifestsResult } from './manifests/result';
import { nameOf, workloadKey, type Workload } from './manifests/workload';
import type { Clock, Cluster, Files, Log } from './ports';
import { restart } from './rollout/restart';
import { watchRollout } from './rollout/rollout';
import type { RolledWorkload } from './rollout/result';
import type { ManifestsSettings, Settings, Skipped } from './settings/settings';

/** The outside world, built once by main.ts. */
export interface DeployPorts {
  readonly files: Files;
  readonly clock: Clock;
  readonly log: (step: StepName) => Log;
  readonly mask: (secret: string) => void;
  readonly connect: (kubeconfig: Kubeconfig) => Cluster;
  readonly image: Pick<ImagePorts, 'builder' | 'registry'>;
  /** Given only where the infra step runs; `did` is told of each resource that Terraform finished. */
  readonly infra:
    ((did: (line: string) => void) => Pick<InfraPorts, 'store' | 'terraform' | 'linode'>) | undefined;
}

/** Runs the steps as a graph: image and infra side by side, then manifests, then rollout. Never throws for a step's failure. */
export async function deploy(settings: Settings, ports: DeployPorts): Promise<DeployResult> {
  const loaded = await attempt('manifests', ports.clock, () =>
    Promise.try(() => checkManifests(settings, ports)),
  );
  if (loaded.status !== 'succeeded') return nothingBut(loaded);
  if (settings.command === 'restart') return restartOnly(settings, loaded.value, ports);

  const preview = settings.command === 'preview';
  const [image, infra] = await Promise.all([
    imageStep(settings, preview, ports),
    infraStep(settings, preview, ports),
  ]);
  const manifests = await manifestsStep(settings, preview, loaded.value, { image, infra }, ports);
  const rollout = await rolloutStep(settings, preview, { infra, manifests }, ports);
  return { image, infra, manifests, rollout };
}

type Attempt<T> = (did: (line: string) => void) => Promise<T>;

async function attempt<T>(step: StepName, clock: Clock, work: Attempt<T>): Promise<StepOutcome<T>> {
  const start = clock.now();
  const did: string[] = [];
  const seconds = (): number => (clock.now() - start) / 1000;
  try {
    const value = await work((line) => did.push(line));
    return { status: 'succeeded', value, did, seconds: seconds() };
  } catch (error) {
    return { status: 'failed', error: failureOf(error, step), did, seconds: seconds() };
  }
}

/** Reads the manifests before anything is touched, so that their faults are told at once. Throws DeployError. */
function checkManifests(settings: Settings, { files, mask }: DeployPorts): readonly Manifest[] {
  if (!settings.manifests.run) return [];
  const manifests = loadManifests(settings.manifests, settings.imageName, files);
  for (const secret of secretValues(manifests, wordsOf(settings))) mask(secret);
  return manifests;
}

/** The names that a run is about: where a Secret holds one of them, it is still no secret. */
function wordsOf({ environment, event, imageName, manifests }: Settings): readonly string[] {
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

function nothingBut(manifests: Exclude<StepOutcome<never>, { status: 'succeeded' }>): DeployResult {
  const skipped = { status: 'skipped', reason: 'the manifests have faults' } as const;
  return { image: skipped, infra: skipped, manifests, rollout: skipped };
}

async function imageStep(
  settings: Settings,
  preview: boolean,
  ports: DeployPorts,
): Promise<StepOutcome<ImageResult>> {
  const { image, event } = settings;
  if (!image.run) return skip(image);
  return attempt('image', ports.clock, (did) =>
    runImage(image, event, { preview }, { ...ports.image, clock: ports.clock, log: ports.log('image'), did }),
  );
}

async function infraStep(
  settings: Settings,
  preview: boolean,
  ports: DeployPorts,
): Promise<StepOutcome<InfraResult>> {
  const { infra, event } = settings;
  if (!infra.run) return skip(infra);
  return attempt('infra', ports.clock, (did) =>
    runInfra(infra, { preview, commit: event.sha }, infraPorts(ports, did)),
  );
}

function infraPorts(ports: DeployPorts, did: (line: string) => void): InfraPorts {
  if (ports.infra === undefined) throw new Error('the infra step has no ports');
  const { files, clock, mask, connect } = ports;
  return { ...ports.infra(did), files, clock, mask, connect, log: ports.log('infra') };
}

async function manifestsStep(
  settings: Settings,
  preview: boolean,
  loaded: readonly Manifest[],
  before: Pick<DeployResult, 'image' | 'infra'>,
  ports: DeployPorts,
): Promise<StepOutcome<ManifestsResult>> {
  const { manifests } = settings;
  if (!manifests.run) return skip(manifests);
  const broken = [before.image, before.infra].some((outcome) => outcome.status === 'failed');
  if (broken) return { status: 'skipped', reason: 'a step before it failed' };
  const kubeconfig = kubeconfigOf(manifests, before.infra);
  if (kubeconfig === undefined && preview)
    return { status: 'skipped', reason: 'there is no cluster yet to compare with' };
  return attempt('manifests', ports.clock, async (did) => {
    const cluster = ports.connect(needed(kubeconfig));
    const username = settings.image.run ? settings.image.username : settings.event.owner;
    const objects = withImage(
      loaded,
      settings.imageName,
      await referenceOf(settings, before.image),
      manifests,
      username,
    );
    const { namespace, inventory, prune } = manifests;
    const options = { namespace, preview, inventory, prune };
    return runManifests(objects, options, { cluster, clock: ports.clock, did });
  });
}

/** A preview has no digest yet: the tag stands for what will be built. */
async function referenceOf(settings: Settings, image: StepOutcome<ImageResult>): Promise<string> {
  const available =
    image.status === 'succeeded' && image.value.kind === 'available' ? image.value : undefined;
  if (available !== undefined) return pinned(available.name, available.digest);
  const { sha } = settings.event;
  const tag = settings.image.run ? await commitTag(sha, settings.image.context, settings.image.file) : sha;
  return `${formatName(settings.imageName)}:${tag}`;
}

async function rolloutStep(
  settings: Settings,
  preview: boolean,
  before: Pick<DeployResult, 'infra' | 'manifests'>,
  ports: DeployPorts,
): Promise<StepOutcome<readonly RolledWorkload[]>> {
  if (preview) return { status: 'skipped', reason: 'a preview changes nothing' };
  if (settings.rollout.mode === 'never') return { status: 'skipped', reason: 'rollout is never' };
  const { manifests } = before;
  if (manifests.status === 'skipped') return manifests;
  if (manifests.status === 'failed' || !settings.manifests.run)
    return { status: 'skipped', reason: 'the manifests were not all applied' };
  const cluster = ports.connect(needed(kubeconfigOf(settings.manifests, before.infra)));
  const idle = manifests.value.workloads.filter((workload) => !workload.written);
  const written = manifests.value.workloads.filter((workload) => workload.written);
  return attempt('rollout', ports.clock, async (did) => {
    const others =
      settings.rollout.mode === 'always' ? await restartAll(idle, settings, cluster, ports, did) : idle;
    return watch([...written, ...others], settings, cluster, ports);
  });
}

async function restartOnly(
  settings: Settings,
  loaded: readonly Manifest[],
  ports: DeployPorts,
): Promise<DeployResult> {
  const nothing = { status: 'skipped', reason: 'restart only restarts' } as const;
  const { manifests, infra } = settings;
  if (!manifests.run) return { image: nothing, infra: nothing, manifests: nothing, rollout: skip(manifests) };
  const rollout = await attempt('rollout', ports.clock, async (did) => {
    const found =
      manifests.kubeconfig ??
      (infra.run ? (await findCluster(infraPorts(ports, did))).kubeconfig : undefined);
    const cluster = ports.connect(needed(found));
    const workloads = loaded.flatMap(({ object }): Workload[] => {
      const key = workloadKey(object, manifests.namespace);
      return key === undefined ? [] : [{ key, generation: 0, written: false }];
    });
    return watch(await restartAll(workloads, settings, cluster, ports, did), settings, cluster, ports);
  });
  return { image: nothing, infra: nothing, manifests: nothing, rollout };
}

async function restartAll(
  workloads: readonly Workload[],
  settings: Settings,
  cluster: Cluster,
  { clock }: DeployPorts,
  did: (line: string) => void,
): Promise<readonly Workload[]> {
  // Whole seconds, as kubectl writes, would make two restarts within one second a single one.
  const stamp = `${new Date(clock.now()).toISOString()} run ${settings.event.runId}.${settings.event.runAttempt}`;
  return Promise.all(
    workloads.map(async (workload) => {
      const restarted = await restart(workload, stamp, cluster);
      did(`restarted ${nameOf(workload)}`);
      return restarted;
    }),
  );
}

function watch(
  workloads: readonly Workload[],
  settings: Settings,
  cluster: Cluster,
  { clock, log }: DeployPorts,
): Promise<readonly RolledWorkload[]> {
  return watchRollout(workloads, settings.rollout.timeoutSeconds, { cluster, clock, log: log('rollout') });
}

function kubeconfigOf(manifests: ManifestsSettings, infra: StepOutcome<InfraResult>): Kubeconfig | undefined {
  return manifests.kubeconfig ?? (infra.status === 'succeeded' ? infra.value.kubeconfig : undefined);
}

function needed(kubeconfig: Kubeconfig | undefined): Kubeconfig {
  if (kubeconfig !== undefined) return kubeconfig;
  throw new DeployError({
    code: 'kubeconfig-missing',
    cause: 'no cluster is known: KUBE_CONFIG is not given, and the infrastructure has no output `kubeconfig`',
    advice:
      'Give the input kube-config, or let the Terraform configuration have the outputs `kubeconfig` and `cluster_id`.',
  });
}

function skip({ reason }: Skipped): { readonly status: 'skipped'; readonly reason: string } {
  return { status: 'skipped', reason };
}
