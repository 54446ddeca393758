import { DeployError } from '../errors';
import { formatName, type ImageName } from '../image/reference';
import { at, isObject, textAt, type JsonObject } from '../json';
import type { Files } from '../ports';
import type { ManifestsSettings } from '../settings/settings';
import { readManifestFiles, type Manifest, type ManifestFile } from './objects';
import { fillPlaceholders } from './placeholders';
import { addPullSecret, pullSecret, runsImage, setImage } from './pods';

const YAML_FILE = /\.(ya?ml|json)$/;
const PULL_SECRET = 'wpp-deploy-pull';

/** Gives the objects of the manifests with placeholders filled. Throws DeployError with all faults of all files. */
export function loadManifests(
  settings: ManifestsSettings,
  image: ImageName,
  files: Files,
): readonly Manifest[] {
  const { manifests, problems } = readManifestFiles(settings.paths.flatMap((path) => filesAt(path, files)));
  const builtIn = { image: formatName(image), namespace: settings.namespace };
  const filled = fillPlaceholders(
    manifests,
    { ...builtIn, ...settings.variables },
    Object.keys(settings.variables),
  );
  const all = [...problems, ...filled.problems, ...givenTwice(manifests, settings)];
  if (manifests.length === 0 && all.length === 0)
    all.push(`${settings.paths.join(', ')}: no manifest in any .yaml, .yml or .json file`);
  const [first] = all;
  if (first === undefined) return [...filled.manifests, ...givenSecrets(settings)];
  throw new DeployError({
    code: 'manifest-invalid',
    cause: all.length === 1 ? first : `the manifests have ${all.length} faults: ${first}`,
    advice: 'Mend the manifests; nothing was changed.',
    evidence: all,
  });
}

/** Sets this repository's image to `reference` everywhere, and gives its pods the pull secret where there is a token. */
export function withImage(
  manifests: readonly Manifest[],
  image: ImageName,
  reference: string,
  settings: Pick<ManifestsSettings, 'namespace' | 'pullToken'>,
  username: string,
): readonly Manifest[] {
  const set = manifests.map((manifest) => ({
    ...manifest,
    object: setImage(manifest.object, image, reference),
  }));
  const token = settings.pullToken;
  if (token === undefined) return set;
  const running = set.filter(({ object }) => runsImage(object, image));
  const namespaces = new Set(
    running.map(({ object }) => textAt(object, 'metadata', 'namespace') || settings.namespace),
  );
  const secrets = [...namespaces].map((namespace) => ({
    source: 'pull-token',
    object: pullSecret(PULL_SECRET, namespace, image, username, token),
  }));
  const withPull = set.map((manifest) => ({
    ...manifest,
    object: addPullSecret(manifest.object, image, PULL_SECRET),
  }));
  return [...withPull, ...secrets];
}

function givenSecrets({ secrets, namespace }: ManifestsSettings): readonly Manifest[] {
  return Object.entries(secrets).map(([name, values]) => {
    const encoded = Object.entries(values).map(([key, value]) => [
      key,
      Buffer.from(value).toString('base64'),
    ]);
    const data = Object.fromEntries(encoded) as JsonObject;
    return {
      source: 'the input secrets',
      object: { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data },
    };
  });
}

/** A Secret of the manifests that the input gives too would be written by both, in any order. */
function givenTwice(manifests: readonly Manifest[], settings: ManifestsSettings): readonly string[] {
  return manifests.flatMap(({ source, object }) => {
    const name = textAt(object, 'metadata', 'name');
    const namespace = textAt(object, 'metadata', 'namespace') || settings.namespace;
    const twice =
      textAt(object, 'kind') === 'Secret' &&
      namespace === settings.namespace &&
      Object.hasOwn(settings.secrets, name);
    return twice ? [`${source}: Secret/${name} stands in the input secrets too`] : [];
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

function filesAt(path: string, files: Files): readonly ManifestFile[] {
  const paths =
    files.kind(path) === 'file'
      ? [path]
      : files
          .list(path)
          .filter((name) => YAML_FILE.test(name))
          .map((name) => `${path}/${name}`);
  return paths.map((file) => ({ path: file, text: new TextDecoder().decode(files.read(file)) }));
}
