import { textAt, type JsonObject } from '../json';
import type { Cluster, ObjectKey, ResourceType } from '../ports';

/** Where objects can be: one kind, in one namespace or in the whole cluster. */
export interface Collection {
  readonly type: ResourceType;
  readonly namespace: string | undefined;
}

/** The type of the Secrets in which this action records releases. */
export const RELEASE_SECRET = 'wpp-deploy-action/release';
/** Secrets that other tools, and this one, keep releases in: a megabyte each, and never a manifest's. */
const BULKY_SECRETS = ['helm.sh/release.v1', RELEASE_SECRET];

/** The live objects of the collections that a run is about, as they were when it began. */
export class Snapshot {
  readonly #collections: ReadonlyMap<string, ReadonlyMap<string, JsonObject>>;

  private constructor(collections: ReadonlyMap<string, ReadonlyMap<string, JsonObject>>) {
    this.#collections = collections;
  }

  /** Reads each collection by one list. Throws DeployError. */
  static async read(collections: readonly Collection[], cluster: Cluster): Promise<Snapshot> {
    const wanted = new Map(collections.map((collection) => [nameOf(collection), collection]));
    const read = [...wanted].map(async ([name, { type, namespace }]) => {
      const fields =
        type.kind === 'Secret' ? BULKY_SECRETS.map((bulky) => `type!=${bulky}`).join() : undefined;
      const items = await cluster.list(type, namespace, undefined, fields);
      return [name, new Map(items.map((object) => [textAt(object, 'metadata', 'name'), object]))] as const;
    });
    return new Snapshot(new Map(await Promise.all(read)));
  }

  /** Gives a live object; undefined where there is none. */
  live({ name, ...collection }: ObjectKey): JsonObject | undefined {
    return this.#collections.get(nameOf(collection))?.get(name);
  }

  /** Gives all objects of a collection; undefined where it was not read. */
  all(collection: Collection): readonly JsonObject[] | undefined {
    const objects = this.#collections.get(nameOf(collection));
    return objects === undefined ? undefined : [...objects.values()];
  }
}

function nameOf({ type, namespace }: Collection): string {
  return `${type.apiVersion} ${type.plural} ${namespace ?? ''}`;
}
