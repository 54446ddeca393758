import { DeployError } from '../errors';
import { formatName, type ImageName } from '../image/reference';
import { at, isObject, textAt } from '../json';
import type { ManifestsSettings } from '../settings/settings';
import { basicFaults } from './checks';
import { clean, encoded } from './clean';
import { faultAt, type Fault } from './faults';
import { listFaults } from './list-keys';
import { duplicates, namespaceOf, readManifestFiles, type Manifest } from './objects';
import { fillPlaceholders } from './placeholders';
import { addPullSecret, pullSecret, runsImage, setImage } from './pods';
import { sizeFaults } from './size';
import { readSources, type SourcePorts } from './sources';
import { textFaults } from './text-places';

/** The name of the Secret by which the cluster pulls the image. */
export const PULL_SECRET = 'wpp-deploy-pull';

/** Gives the objects of the manifests with placeholders filled. Throws DeployError with all faults of all files. */
export async function loadManifests(
  settings: ManifestsSettings,
  image: ImageName,
  ports: SourcePorts,
): Promise<readonly Manifest[]> {
  const sources = await readSources(settings.paths, ports);
  const read = readManifestFiles(sources.files);
  const variables = { image: formatName(image), namespace: settings.namespace, ...settings.variables };
  const filled = fillPlaceholders(read.manifests, variables);
  const checked = filled.manifests.map(checkFilled);
  const manifests = checked.flatMap((each) => each.manifest ?? []);
  const faults = [
    ...sources.faults,
    ...read.faults,
    ...filled.faults,
    ...checked.flatMap((each) => each.faults),
    ...duplicates(manifests, settings.namespace),
    ...givenTwice(manifests, settings),
  ];
  // What could not be read may well use them.
  if (faults.length === 0) faults.push(...unusedVariables(settings, filled.used));
  if (manifests.length === 0 && faults.length === 0)
    faults.push({ text: `${settings.paths.join(', ')}: no manifest in any .yaml, .yml or .json file` });
  if (faults.length > 0) throw invalid(faults);
  return [...manifests, ...givenSecrets(settings)];
}

function checkFilled(manifest: Manifest): {
  readonly manifest?: Manifest;
  readonly faults: readonly Fault[];
} {
  const faults = [...basicFaults(manifest), ...textFaults(manifest), ...listFaults(manifest)];
  if (faults.length > 0) return { faults };
  const cleaned = { ...manifest, object: clean(manifest.object) };
  return { manifest: cleaned, faults: sizeFaults(cleaned) };
}

function unusedVariables({ variables }: ManifestsSettings, used: ReadonlySet<string>): readonly Fault[] {
  const unused = Object.keys(variables).filter((name) => !used.has(name));
  return unused.map((name) => ({ text: `variables: ${name} is used by no manifest` }));
}

function invalid(faults: readonly Fault[]): DeployError {
  const texts = faults.map(({ text }) => text);
  const place = faults.find((fault) => fault.place !== undefined)?.place;
  return new DeployError({
    code: 'manifest-invalid',
    cause: texts.length === 1 ? String(texts[0]) : `the manifests have ${texts.length} faults: ${texts[0]}`,
    advice: 'Mend the manifests; nothing was changed.',
    evidence: texts,
    ...(place === undefined ? {} : { place }),
  });
}

/** The image that is deployed: by digest, or by its tag where there is no digest yet. */
export interface DeployedImage {
  readonly name: ImageName;
  readonly reference: string;
  readonly tag: string;
}

/** Sets this repository's image everywhere. */
export function withImage(
  manifests: readonly Manifest[],
  { name, reference, tag }: DeployedImage,
): readonly Manifest[] {
  return manifests.map((manifest) => ({
    ...manifest,
    object: setImage(manifest.object, name, reference, tag),
  }));
}

/** Gives the pods that run this image, and their namespaces, the pull secret where there is a token. */
export function withPullSecret(
  manifests: readonly Manifest[],
  image: ImageName,
  settings: Pick<ManifestsSettings, 'namespace' | 'pullToken' | 'pullUsername'>,
): readonly Manifest[] {
  const token = settings.pullToken;
  if (token === undefined) return manifests;
  const running = manifests.filter(({ object }) => runsImage(object, image));
  const namespaces = new Set(running.map(({ object }) => namespaceOf(object, settings.namespace)));
  const secrets = [...namespaces].map((namespace) => ({
    source: 'pull-token',
    object: pullSecret(PULL_SECRET, namespace, image, settings.pullUsername, token),
  }));
  const withPull = manifests.map((manifest) => ({
    ...manifest,
    object: addPullSecret(manifest.object, image, PULL_SECRET),
  }));
  return [...withPull, ...secrets];
}

function givenSecrets({ secrets, namespace }: ManifestsSettings): readonly Manifest[] {
  return Object.entries(secrets).map(([name, values]) => ({
    source: 'the input secrets',
    object: { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data: encoded(values) },
  }));
}

/** A Secret of the manifests that the input gives too would be written by both, in any order. */
function givenTwice(manifests: readonly Manifest[], settings: ManifestsSettings): readonly Fault[] {
  return manifests.flatMap((manifest) => {
    const name = textAt(manifest.object, 'metadata', 'name');
    const namespace = namespaceOf(manifest.object, settings.namespace);
    const twice =
      textAt(manifest.object, 'kind') === 'Secret' &&
      namespace === settings.namespace &&
      Object.hasOwn(settings.secrets, name);
    return twice ? [faultAt(manifest, [], `Secret/${name} stands in the input secrets too`)] : [];
  });
}

/** Shorter values are ports, flags and the like; to take them out of every text would leave none of it. */
const SHORTEST_SECRET = 8;

/**
 * Gives the values of all Secrets among the objects, plain and encoded, to be kept out of everything people see. A value
 * that stands in one of `words`, the names that the run is about, is an ordinary word and no secret.
 */
export function secretValues(manifests: readonly Manifest[], words: readonly string[]): readonly string[] {
  const names = manifests.flatMap(({ object }) => [
    textAt(object, 'metadata', 'name'),
    textAt(object, 'metadata', 'namespace'),
  ]);
  const isWord = (value: string): boolean => [...words, ...names].some((word) => word.includes(value));
  return manifests.flatMap(({ object }) => {
    const data = at(object, 'data');
    if (object['kind'] !== 'Secret' || !isObject(data)) return [];
    return Object.values(data).flatMap((value) => {
      const plain = typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : '';
      return plain.length < SHORTEST_SECRET || isWord(plain) ? [] : [plain, String(value)];
    });
  });
}
