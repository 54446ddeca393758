import { at, isObject, listAt, textAt, type JsonObject } from '../json';
import { sha256 } from '../sha256';
import { workloadKey } from './workload';

/** Digests of the Secrets and ConfigMaps that this run applied, by `Kind/namespace/name`. */
export type ConfigDigests = ReadonlyMap<string, string>;

const ANNOTATION = 'wpp-deploy-action/config';

/**
 * Gives the digest of a Secret or ConfigMap as the cluster has it, undefined for all else. It begins with the object's
 * uid, which only those know who may read the object: so nobody can guess a short password by it.
 */
export async function configDigest(live: JsonObject): Promise<string | undefined> {
  if (!['Secret', 'ConfigMap'].includes(textAt(live, 'kind'))) return undefined;
  const content = ['data', 'binaryData'].map((field) => {
    const values = at(live, field);
    return isObject(values) ? Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1)) : [];
  });
  return (await sha256(JSON.stringify([textAt(live, 'metadata', 'uid'), content]))).toString('hex');
}

/**
 * Gives a workload with a digest of the Secrets and ConfigMaps that its pods read, so that it rolls when one of them
 * changes; of those only that this run applied. Other objects are given back as they are.
 */
export async function withConfigDigest(object: JsonObject, digests: ConfigDigests): Promise<JsonObject> {
  const template = at(object, 'spec', 'template');
  const used = [...new Set(configsRead(object))].sort().flatMap((name) => digests.get(name) ?? []);
  if (used.length === 0 || !isObject(template)) return object;
  const metadata = isObject(template['metadata']) ? template['metadata'] : {};
  const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {};
  const marked = { ...annotations, [ANNOTATION]: (await sha256(used.join())).toString('hex').slice(0, 16) };
  const spec = object['spec'] as JsonObject;
  return {
    ...object,
    spec: { ...spec, template: { ...template, metadata: { ...metadata, annotations: marked } } },
  };
}

/** Gives `Kind/namespace/name` of the Secrets and ConfigMaps that the pods of a workload read; none of another object. */
export function configsRead(object: JsonObject): readonly string[] {
  const namespace = textAt(object, 'metadata', 'namespace');
  if (workloadKey(object, namespace) === undefined) return [];
  return configsOf(at(object, 'spec', 'template', 'spec')).map((name) => name.replace('/', `/${namespace}/`));
}

/** Gives `Secret/name` and `ConfigMap/name` of all that the containers and volumes of a pod read. */
function configsOf(podSpec: unknown): readonly string[] {
  const containers = [...listAt(podSpec, 'initContainers'), ...listAt(podSpec, 'containers')];
  const sources = [
    ...containers.flatMap((container) => [
      ...listAt(container, 'envFrom'),
      ...listAt(container, 'env').map((variable) => at(variable, 'valueFrom')),
    ]),
    ...listAt(podSpec, 'volumes').flatMap((volume) => [volume, ...listAt(volume, 'projected', 'sources')]),
  ];
  return sources.flatMap((source) => [
    ...named('ConfigMap', source, [
      ['configMapRef', 'name'],
      ['configMapKeyRef', 'name'],
      ['configMap', 'name'],
    ]),
    ...named('Secret', source, [
      ['secretRef', 'name'],
      ['secretKeyRef', 'name'],
      ['secret', 'secretName'],
      ['secret', 'name'],
    ]),
  ]);
}

function named(kind: string, source: unknown, paths: readonly (readonly string[])[]): readonly string[] {
  return paths
    .map((path) => textAt(source, ...path))
    .filter((name) => name !== '')
    .map((name) => `${kind}/${name}`);
}
