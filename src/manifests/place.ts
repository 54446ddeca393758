import { DeployError } from '../errors';
import { textAt, type JsonObject } from '../json';
import type { Clock, Cluster, ResourceType } from '../ports';
import type { PlacedManifest } from './apply';
import { groupOf, type Manifest } from './objects';

/** How long a kind is waited for after its definition was applied. */
const PATIENCE_MS = 15_000;
const INTERVAL_MS = 500;

export interface Placed {
  readonly placed: readonly PlacedManifest[];
  /** Of kinds that the run itself defines and the cluster does not have yet. */
  readonly late: readonly Manifest[];
}

/**
 * Finds the kind of each manifest at the API server and fills in the namespace where it names none. Throws DeployError for a
 * kind that neither the cluster nor a CustomResourceDefinition of the manifests has.
 */
export async function place(
  manifests: readonly Manifest[],
  namespace: string,
  cluster: Cluster,
): Promise<Placed> {
  const found = await Promise.all(
    manifests.map(async (manifest) => ({ manifest, type: await typeOf(manifest, cluster) })),
  );
  const late: Manifest[] = [];
  const placed: PlacedManifest[] = [];
  for (const { manifest, type } of found) {
    if (type !== undefined) placed.push(placedAt(manifest, type, namespace));
    else if (isDefined(manifest, manifests)) late.push(manifest);
    else throw unknownKind(manifest);
  }
  return { placed, late };
}

/** Places manifests of kinds that were defined a moment ago. Throws DeployError where a kind does not come. */
export async function placeLate(
  manifests: readonly Manifest[],
  namespace: string,
  { cluster, clock }: { readonly cluster: Cluster; readonly clock: Clock },
): Promise<readonly PlacedManifest[]> {
  const start = clock.now();
  const wait = async (manifest: Manifest): Promise<PlacedManifest> => {
    for (;;) {
      const type = await typeOf(manifest, cluster);
      if (type !== undefined) return placedAt(manifest, type, namespace);
      if (clock.now() - start > PATIENCE_MS) throw unknownKind(manifest);
      await clock.sleep(INTERVAL_MS);
    }
  };
  return Promise.all(manifests.map(wait));
}

async function typeOf({ object }: Manifest, cluster: Cluster): Promise<ResourceType | undefined> {
  const types = await cluster.types(textAt(object, 'apiVersion'));
  return types.find((type) => type.kind === textAt(object, 'kind'));
}

/** A definition is named `<plural>.<group>`. */
function isDefined({ object }: Manifest, manifests: readonly Manifest[]): boolean {
  const group = groupOf(object);
  return manifests.some(
    ({ object: other }) =>
      textAt(other, 'kind') === 'CustomResourceDefinition' &&
      textAt(other, 'metadata', 'name').endsWith(`.${group}`),
  );
}

const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** A name for `generateName`, as the API server would make it; made here, a call that is repeated makes one object. */
function generated(prefix: string): string {
  const random = crypto.getRandomValues(new Uint8Array(5));
  return prefix + [...random].map((byte) => SUFFIX_LETTERS[byte % SUFFIX_LETTERS.length]).join('');
}

function placedAt(manifest: Manifest, type: ResourceType, fallback: string): PlacedManifest {
  const { namespace: own, ...metadata } = manifest.object['metadata'] as JsonObject;
  const namespace = type.namespaced ? ((own as string | undefined) ?? fallback) : undefined;
  const name = textAt(metadata, 'name') || generated(textAt(metadata, 'generateName'));
  const object = {
    ...manifest.object,
    metadata: { ...metadata, name, ...(namespace === undefined ? {} : { namespace }) },
  };
  return { ...manifest, object, key: { type, namespace, name } };
}

function unknownKind({ object, source, place: where }: Manifest): DeployError {
  return new DeployError({
    code: 'manifest-refused',
    cause: `${source}: the cluster has no kind ${textAt(object, 'kind')} in ${textAt(object, 'apiVersion')}`,
    advice: 'Check apiVersion and kind, or add the CustomResourceDefinition to the manifests.',
    ...(where === undefined ? {} : { place: where }),
  });
}
