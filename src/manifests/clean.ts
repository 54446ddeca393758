import { at, isObject, textAt, type JsonObject } from '../json';
import { isBuiltIn } from './checks';
import { CONTAINERS } from './pods';
import type { FieldPath } from './yaml';

/** Fields that the API server writes; sent back from a `kubectl get -o yaml` they would be refused or do harm. */
const SERVER_FIELDS = [
  'managedFields',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
];

/** Annotations of controllers and of kubectl, which keeps a copy of what it applied, of a Secret with its values. */
const SERVER_ANNOTATIONS = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
];

/** By `"true"` on a Secret its values are filled in too. */
export const PLACEHOLDERS_ANNOTATION = 'wpp-deploy-action/placeholders';

/**
 * Gives an object as it is to be applied: without what the server and kubectl write, with the protocol of each port, which
 * is a part of its identity, and with the values of a Secret in `data`.
 */
export function clean(object: JsonObject): JsonObject {
  const { status, ...kept } = object;
  const metadata = isObject(kept['metadata']) ? kept['metadata'] : {};
  const own = Object.entries(metadata)
    .filter(([key]) => !SERVER_FIELDS.includes(key))
    .map(([key, value]) => [key, key === 'annotations' ? ownAnnotations(value, object) : value]);
  const cleaned = { ...kept, metadata: Object.fromEntries(own) as JsonObject };
  return withData(isBuiltIn(object) ? cleanSpec(cleaned) : cleaned);
}

function ownAnnotations(annotations: unknown, object: JsonObject): unknown {
  if (!isObject(annotations)) return annotations;
  const ours = object['kind'] === 'Secret' ? [PLACEHOLDERS_ANNOTATION] : [];
  return Object.fromEntries(
    Object.entries(annotations).filter(([key]) => ![...SERVER_ANNOTATIONS, ...ours].includes(key)),
  );
}

function cleanSpec(object: JsonObject): JsonObject {
  const kind = textAt(object, 'kind');
  const spec = at(object, 'spec');
  if (kind === 'CustomResourceDefinition') return object;
  if (kind === 'Service' && isObject(spec)) return { ...object, spec: cleanService(spec) };
  const fields = ['spec', 'template'].filter((field) => isObject(object[field]));
  return { ...object, ...Object.fromEntries(fields.map((field) => [field, cleanPods(object[field])])) };
}

/** Blank and zero stand for what the server gives; sent back they would be a change that it refuses. */
function cleanService({
  clusterIP,
  clusterIPs,
  healthCheckNodePort,
  ports,
  ...spec
}: JsonObject): JsonObject {
  const addresses = Array.isArray(clusterIPs) ? clusterIPs.filter((address) => address !== '') : clusterIPs;
  return {
    ...spec,
    ...(clusterIP === '' || clusterIP === undefined ? {} : { clusterIP }),
    ...(addresses === undefined || (Array.isArray(addresses) && addresses.length === 0)
      ? {}
      : { clusterIPs: addresses }),
    ...(healthCheckNodePort === 0 || healthCheckNodePort === undefined ? {} : { healthCheckNodePort }),
    ...(ports === undefined ? {} : { ports: withProtocol(ports) }),
  };
}

/** Takes the empty timestamps and statuses out that `kubectl create --dry-run` writes into templates, and fills in protocols. */
function cleanPods(value: unknown, path: FieldPath = []): unknown {
  const [key, parent, grand] = [path.at(-1), path.at(-2), path.at(-3)];
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, index) => cleanPods(item, [...path, index]));
    return key === 'ports' && typeof parent === 'number' && CONTAINERS.includes(grand)
      ? withProtocol(items)
      : items;
  }
  if (!isObject(value)) return value;
  const fields = Object.entries(value).filter(
    ([name]) =>
      !(key === 'metadata' && name === 'creationTimestamp') &&
      !(parent === 'volumeClaimTemplates' && name === 'status'),
  );
  return Object.fromEntries(fields.map(([name, item]) => [name, cleanPods(item, [...path, name])]));
}

function withProtocol(ports: unknown): unknown {
  if (!Array.isArray(ports)) return ports;
  return ports.map((port: unknown) => {
    if (!isObject(port)) return port;
    const { nodePort, ...kept } = port;
    const given = nodePort === undefined || nodePort === 0 ? {} : { nodePort };
    return { ...kept, ...given, protocol: kept['protocol'] ?? 'TCP' };
  });
}

/** Moves `stringData` of a Secret to `data`, since server-side apply would never remove a key that was given in it. */
function withData(object: JsonObject): JsonObject {
  const { stringData, ...kept } = object;
  if (object['kind'] !== 'Secret' || object['apiVersion'] !== 'v1' || stringData === undefined) return object;
  const data = isObject(kept['data']) ? kept['data'] : {};
  return { ...kept, data: { ...data, ...encoded(isObject(stringData) ? stringData : {}) } };
}

/** Gives texts in base64, as `data` of a Secret has them. */
export function encoded(texts: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(texts).map(([key, value]) => [
      key,
      Buffer.from(typeof value === 'string' ? value : '').toString('base64'),
    ]),
  );
}
