import { isObject, textAt, type JsonObject } from '../../src/json';
import type { ApiAnswer, ApplyOptions, Cluster, ObjectKey, ResourceType } from '../../src/ports';

const TYPES: readonly (readonly [string, string, string, boolean])[] = [
  ['v1', 'Namespace', 'namespaces', false],
  ['v1', 'ConfigMap', 'configmaps', true],
  ['v1', 'Secret', 'secrets', true],
  ['v1', 'Service', 'services', true],
  ['v1', 'Pod', 'pods', true],
  ['v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', true],
  ['v1', 'PersistentVolume', 'persistentvolumes', false],
  ['batch/v1', 'Job', 'jobs', true],
  ['autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', true],
  ['apps/v1', 'Deployment', 'deployments', true],
  ['apps/v1', 'StatefulSet', 'statefulsets', true],
  ['apps/v1', 'DaemonSet', 'daemonsets', true],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', false],
  ['networking.k8s.io/v1', 'Ingress', 'ingresses', true],
];

interface Apply {
  readonly name: string;
  readonly object: JsonObject;
  readonly options: ApplyOptions;
}

type Refusal = (options: ApplyOptions) => Extract<ApiAnswer, { ok: false }> | undefined;

/** An API server in memory: merges what is applied, counts generations, and refuses what it is told to. */
export class FakeCluster implements Cluster {
  readonly objects = new Map<string, JsonObject>();
  readonly lists = new Map<string, readonly JsonObject[]>();
  readonly applies: Apply[] = [];
  /** The names of what was deleted, in order. */
  readonly removed: string[] = [];
  readonly known: ResourceType[] = TYPES.map(([apiVersion, kind, plural, namespaced]) => ({
    apiVersion,
    kind,
    plural,
    namespaced,
  }));
  readonly #refusals = new Map<string, Refusal>();
  logLines: readonly string[] = [];
  readonly logsAsked: string[] = [];

  /** The names of what was really written, in order. */
  get written(): readonly string[] {
    return this.applies.filter(({ options }) => !options.dryRun).map(({ name }) => name);
  }

  put(object: JsonObject): void {
    this.objects.set(nameOf(object), object);
  }

  /** Lets each apply of `name`, given as `Kind/namespace/name`, be answered by `refusal` where that gives something. */
  refuse(name: string, refusal: Refusal): void {
    this.#refusals.set(name, refusal);
  }

  types(apiVersion: string): Promise<readonly ResourceType[]> {
    return Promise.resolve(this.known.filter((type) => type.apiVersion === apiVersion));
  }

  typeOf(groupKind: string): Promise<ResourceType | undefined> {
    return Promise.resolve(
      this.known.find(({ apiVersion, kind }) => {
        const [group, version] = apiVersion.split('/');
        return groupKind === (version === undefined ? kind : `${kind}.${group}`);
      }),
    );
  }

  get(key: ObjectKey): Promise<ApiAnswer> {
    const object = this.objects.get(keyName(key));
    return Promise.resolve(object === undefined ? missing() : { ok: true, object });
  }

  apply(key: ObjectKey, object: JsonObject, options: ApplyOptions): Promise<ApiAnswer> {
    const name = keyName(key);
    const refusal = this.#refusals.get(name)?.(options);
    if (refusal !== undefined) return Promise.resolve(refusal);
    this.applies.push({ name, object, options });
    const live = this.objects.get(name) ?? { metadata: { generation: 0 } };
    const merged = merge(live, object) as JsonObject;
    const changed = JSON.stringify(merged) !== JSON.stringify(live);
    const answer = changed ? withGeneration(merged, generationOf(live) + 1) : merged;
    if (!options.dryRun) this.objects.set(name, answer);
    return Promise.resolve({ ok: true, object: answer });
  }

  /** The JSON Patches, in order; of their operations only `add` changes something here. */
  readonly patches: { readonly name: string; readonly operations: readonly JsonObject[] }[] = [];

  patch(key: ObjectKey, operations: readonly JsonObject[]): Promise<ApiAnswer> {
    const name = keyName(key);
    const refused = this.#refusals.get(name)?.({ fieldManager: '', dryRun: false, force: false });
    if (refused !== undefined) return Promise.resolve(refused);
    this.patches.push({ name, operations });
    const live = this.objects.get(name);
    const added = operations.filter(({ op }) => op === 'add');
    if (live !== undefined)
      this.objects.set(
        name,
        added.reduce<JsonObject>((object, { path, value }) => {
          const parts = String(path).split('/').slice(1);
          return merge(
            object,
            parts.reduceRight<unknown>((inner, part) => ({ [part]: inner }), value),
          ) as JsonObject;
        }, live),
      );
    return this.get(key);
  }

  /** Gives what a test put into `lists`, else the objects of the kind and namespace that carry the labels. */
  list(type: ResourceType, namespace?: string, selector?: string): Promise<readonly JsonObject[]> {
    const labels = (selector ?? '').split(',').filter((part) => part !== '');
    const own = [...this.objects.values()].filter(
      (object) =>
        textAt(object, 'kind') === type.kind &&
        (namespace === undefined || textAt(object, 'metadata', 'namespace') === namespace) &&
        labels.every((label) => {
          const [name = '', value] = label.split('=');
          const has = textAt(object, 'metadata', 'labels', name);
          return value === undefined ? has !== '' : has === value;
        }),
    );
    const { apiVersion, kind } = type;
    return Promise.resolve((this.lists.get(kind) ?? own).map((item) => ({ ...item, apiVersion, kind })));
  }

  remove(key: ObjectKey): Promise<ApiAnswer> {
    const object = this.objects.get(keyName(key));
    if (object === undefined) return Promise.resolve(missing());
    this.objects.delete(keyName(key));
    this.removed.push(keyName(key));
    return Promise.resolve({ ok: true, object });
  }

  logs(
    namespace: string,
    pod: string,
    container: string,
    options: { readonly previous: boolean; readonly lines: number },
  ): Promise<readonly string[]> {
    this.logsAsked.push(`${namespace}/${pod}/${container}${options.previous ? ' before' : ''}`);
    return Promise.resolve(this.logLines);
  }
}

/** Gives the answer of an API server that refuses. */
export function refusal(
  code: number,
  status: JsonObject = { message: `refused with ${code}` },
): Extract<ApiAnswer, { ok: false }> {
  return { ok: false, code, status };
}

/** Gives a 409 that names the managers who own the fields. */
export function conflict(...managers: readonly string[]): Extract<ApiAnswer, { ok: false }> {
  const causes = managers.map((manager) => ({
    reason: 'FieldManagerConflict',
    field: '.spec.replicas',
    message: `conflict with "${manager}" using apps/v1`,
  }));
  return refusal(409, { message: 'Apply failed', details: { causes } });
}

function missing(): ApiAnswer {
  return refusal(404, { message: 'not found' });
}

function keyName({ type, namespace, name }: ObjectKey): string {
  return [type.kind, namespace, name].filter((part) => part !== undefined).join('/');
}

function nameOf(object: JsonObject): string {
  return [textAt(object, 'kind'), textAt(object, 'metadata', 'namespace'), textAt(object, 'metadata', 'name')]
    .filter((part) => part !== '')
    .join('/');
}

function generationOf(object: JsonObject): number {
  const metadata = object['metadata'];
  return isObject(metadata) ? Number(metadata['generation'] ?? 0) : 0;
}

function withGeneration(object: JsonObject, generation: number): JsonObject {
  return { ...object, metadata: { ...(object['metadata'] as JsonObject), generation } };
}

function merge(live: unknown, wanted: unknown): unknown {
  if (!isObject(live) || !isObject(wanted)) return wanted;
  const keys = [...new Set([...Object.keys(live), ...Object.keys(wanted)])];
  return Object.fromEntries(
    keys.map((key) => [key, key in wanted ? merge(live[key], wanted[key]) : live[key]]),
  );
}
