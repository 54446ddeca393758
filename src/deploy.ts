import { bootstrapOnly } from './deploy-bootstrap';
import { monthlyCost } from './deploy-cost';
import { destroyOnly } from './deploy-destroy';
import { driftOnly } from './deploy-drift';
import { compareImages } from './deploy-image';
import type { DeployResult, StepOutcome } from './deploy-result';
import { restartOnly, rolloutStep } from './deploy-rollout';
import { applyRelease, startRelease } from './deploy-releases';
import { rollbackOnly } from './deploy-rollback';
import {
  attempt,
  infraPorts,
  kubeconfigOf,
  needed,
  preparePorts,
  skip,
  wordsOf,
  type DeployPorts,
} from './deploy-steps';
import { runImage } from './image/image';
import { formatName, pinned } from './image/reference';
import type { ImageResult } from './image/result';
import { commitTag } from './image/tag';
import { runInfra } from './infra/infra';
import { keepKubeconfig, kubeconfigSecret } from './infra/kubeconfig-secret';
import { prepareInfra, type Prepared } from './infra/prepare';
import type { InfraResult } from './infra/result';
import { loadManifests, secretValues, withImage, withPullSecret, type DeployedImage } from './manifests/load';
import { runManifests } from './manifests/manifests';
import type { Manifest } from './manifests/objects';
import { place } from './manifests/place';
import type { ManifestsResult } from './manifests/result';
import { unusedImageWarning } from './manifests/image-warning';
import { pullWarning } from './manifests/pull-warning';
import { watchedKey, workloadKey } from './manifests/workload';
import { checkChoices } from './rollout/choice';
import { rolloutWarnings } from './rollout/warnings';
import type { OpenRelease } from './releases/releases';
import { changesNothing, type Settings } from './settings/settings';

/** Runs the steps as a graph: image and infra side by side, then manifests, then rollout. Never throws for a step's failure. */
export async function deploy(settings: Settings, ports: DeployPorts): Promise<DeployResult> {
  if (settings.bootstrap !== undefined) return bootstrapOnly(settings.bootstrap, ports);
  if (settings.destroy !== undefined) return destroyOnly(settings, settings.destroy, ports);
  if (settings.command === 'rollback') return rollbackOnly(settings, ports);
  const preview = changesNothing(settings.command);
  const [loaded, prepared] = await Promise.all([
    attempt('manifests', ports, () => checkManifests(settings, ports), 'check'),
    settings.command === 'restart' ? undefined : prepareStep(settings, preview, ports),
  ]);
  if (loaded.status !== 'succeeded' || prepared?.status === 'failed') return nothingBut(loaded, prepared);
  if (prepared === undefined) return restartOnly(settings, loaded.value, ports);
  if (settings.command === 'drift') return driftOnly(settings, loaded.value, prepared, ports);

  const [image, infra] = await Promise.all([
    imageStep(settings, preview, ports),
    infraStep(settings, preview, prepared, ports),
  ]);
  const applied = await manifestsStep(settings, preview, loaded.value, { image, infra }, ports);
  const { manifests } = applied;
  const [rolled, cost, comparison] = await Promise.all([
    rolloutStep(settings, preview, { infra, ...applied }, ports),
    monthlyCost(settings, loaded.value, { infra, manifests }, ports.prices),
    compareImages(settings, { image, manifests }, ports.image.registry),
  ]);
  return { image, infra, manifests, ...rolled, cost, comparison };
}

/** Reads the manifests before anything is touched, so that their faults are told at once. Throws DeployError. */
async function checkManifests(settings: Settings, ports: DeployPorts): Promise<readonly Manifest[]> {
  if (!settings.manifests.run) return [];
  const manifests = await loadManifests(settings.manifests, settings.imageName, ports);
  for (const secret of secretValues(manifests, wordsOf(settings))) ports.mask(secret);
  const { namespace } = settings.manifests;
  const keyOf = settings.command === 'restart' ? workloadKey : watchedKey;
  checkChoices(
    settings.rollout.workloads,
    manifests.flatMap(({ object }) => keyOf(object, namespace) ?? []),
  );
  for (const warning of rolloutWarnings(manifests)) ports.log('manifests').warning(warning);
  await tryCluster(settings, manifests, ports);
  return manifests;
}

/**
 * Asks the cluster for the kinds of the manifests before the image is built for it: whether it is there, takes the credentials and
 * knows the kinds. Not where the infra step runs, which may change that. Throws DeployError.
 */
async function tryCluster(
  { command, infra, manifests }: Settings,
  loaded: readonly Manifest[],
  { connect }: DeployPorts,
): Promise<void> {
  if (command !== 'deploy' || infra.run || !manifests.run || manifests.kubeconfig === undefined) return;
  await place(loaded, manifests.namespace, connect(manifests.kubeconfig));
}

/** Gives the result of a run whose checks failed: all that they found, and nothing else. */
function nothingBut(loaded: StepOutcome<unknown>, prepared: StepOutcome<unknown> | undefined): DeployResult {
  const reason =
    loaded.status === 'failed' ? 'the manifests have faults' : 'the infrastructure is not ready for it';
  const skipped = { status: 'skipped', reason } as const;
  const failed = (outcome: StepOutcome<unknown> | undefined): StepOutcome<never> =>
    outcome?.status === 'failed' ? outcome : skipped;
  return { image: skipped, infra: failed(prepared), manifests: failed(loaded), rollout: skipped };
}

/** Looks at what the infrastructure is, and checks what can be checked, before anything is touched. */
async function prepareStep(
  { infra }: Settings,
  preview: boolean,
  ports: DeployPorts,
): Promise<StepOutcome<Prepared>> {
  if (!infra.run) return skip(infra);
  return attempt('infra', ports, () => prepareInfra(infra, { preview }, preparePorts(ports)), 'check');
}

async function imageStep(
  settings: Settings,
  preview: boolean,
  ports: DeployPorts,
): Promise<StepOutcome<ImageResult>> {
  const { image, event } = settings;
  if (!image.run) return skip(image);
  const { files, clock } = ports;
  return attempt('image', ports, (did) =>
    runImage(image, event, { preview }, { ...ports.image, files, clock, log: ports.log('image'), did }),
  );
}

async function infraStep(
  settings: Settings,
  preview: boolean,
  prepared: StepOutcome<Prepared>,
  ports: DeployPorts,
): Promise<StepOutcome<InfraResult>> {
  const { infra, event } = settings;
  if (!infra.run) return skip(infra);
  if (prepared.status !== 'succeeded') return prepared;
  const { secrets, mask } = ports;
  const outcome = await attempt('infra', ports, async (did) => {
    const options = { preview, commit: event.sha };
    const result = await runInfra(infra, options, prepared.value, infraPorts(ports, did));
    if (!preview && secrets !== undefined)
      await keepKubeconfig(result, kubeconfigSecret(settings.environment), {
        ...{ secrets, mask, did },
        log: ports.log('infra'),
      });
    return result;
  });
  return outcome.status === 'skipped'
    ? outcome
    : { ...outcome, spans: [...prepared.spans, ...outcome.spans] };
}

interface Applied {
  readonly manifests: StepOutcome<ManifestsResult>;
  /** The release that is complete once it is rolled out; a preview makes none. */
  readonly release?: OpenRelease;
}

async function manifestsStep(
  settings: Settings,
  preview: boolean,
  loaded: readonly Manifest[],
  before: Pick<DeployResult, 'image' | 'infra'>,
  ports: DeployPorts,
): Promise<Applied> {
  const { manifests } = settings;
  if (!manifests.run) return { manifests: skip(manifests) };
  const broken = [before.image, before.infra].some((outcome) => outcome.status === 'failed');
  if (broken) return { manifests: { status: 'skipped', reason: 'a step before it failed' } };
  const kubeconfig = kubeconfigOf(manifests, before.infra);
  if (kubeconfig === undefined && preview)
    return { manifests: { status: 'skipped', reason: 'there is no cluster yet to compare with' } };
  let release: OpenRelease | undefined;
  const outcome = await attempt('manifests', ports, async (did) => {
    const known = needed(kubeconfig);
    const cluster = ports.connect(known, manifests.timeoutSeconds);
    const image = await imageOf(settings, before.image);
    const objects = withPullSecret(withImage(loaded, image), image.name, manifests);
    const { namespace, inventory, prune, forceConflicts } = manifests;
    const options = { namespace, preview, inventory, prune, forceConflicts };
    const apply = (told: typeof did): Promise<ManifestsResult> =>
      runManifests(objects, options, { cluster, clock: ports.clock, did: told });
    const write = async (): Promise<ManifestsResult> => {
      if (preview) return apply(did);
      const around = { settings, manifests, kubeconfig: known, ports, did };
      release = await startRelease(objects, image.reference, cluster, around);
      return applyRelease(apply, release, around);
    };
    const [applied] = await Promise.all([write(), warnOfImage(objects, image, settings, ports)]);
    if (applied.warning !== undefined) ports.log('manifests').warning(applied.warning);
    return applied;
  });
  return { manifests: outcome, ...(release === undefined ? {} : { release }) };
}

async function warnOfImage(
  objects: readonly Manifest[],
  image: DeployedImage,
  { image: built }: Settings,
  { image: { registry }, log }: DeployPorts,
): Promise<void> {
  const isBuilt = built.run && built.build !== 'never';
  const unused = isBuilt ? unusedImageWarning(objects, image.name) : undefined;
  for (const warning of [unused, await pullWarning(objects, image, registry)])
    if (warning !== undefined) log('manifests').warning(warning);
}

/** A preview has no digest yet: the tag stands for what will be built. */
async function imageOf(settings: Settings, image: StepOutcome<ImageResult>): Promise<DeployedImage> {
  if (image.status === 'succeeded' && image.value.kind === 'available') {
    const { name, digest, tag } = image.value;
    return { name, reference: pinned(name, digest), tag };
  }
  const { sha } = settings.event;
  const name = settings.imageName;
  const tag = settings.image.run ? await commitTag(sha, settings.image) : sha;
  return { name, reference: `${formatName(name)}:${tag}`, tag };
}
