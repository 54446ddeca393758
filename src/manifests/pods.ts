import { parseReference, sameName, type ImageName } from '../image/reference';
import { at, isObject, textAt, type JsonObject } from '../json';
import { isBuiltIn } from './checks';

/** The lists of containers in a pod's spec. */
export const CONTAINERS: readonly unknown[] = ['initContainers', 'containers', 'ephemeralContainers'];

/** The tag that the image was built with, for people; on the object itself, so that it never changes a pod. */
export const TAG_ANNOTATION = 'wpp-deploy-action/image-tag';

/** Gives the object with `change` done to each pod spec in it: a Pod's own, a workload's template, a CronJob's, a PodTemplate's. */
function mapPodSpecs(object: JsonObject, change: (spec: JsonObject) => JsonObject): JsonObject {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isObject(value)) return value;
    const walked = Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, walk(item)]),
    ) as JsonObject;
    return Array.isArray(walked['containers']) ? change(walked) : walked;
  };
  const fields = ['spec', 'template'].filter((field) => isObject(object[field]));
  return { ...object, ...Object.fromEntries(fields.map((field) => [field, walk(object[field])])) };
}

function isImage(value: unknown, image: ImageName): boolean {
  const reference = typeof value === 'string' ? parseReference(value) : undefined;
  return reference !== undefined && sameName(reference, image);
}

function usesImage(container: unknown, image: ImageName): boolean {
  return isImage(textAt(container, 'image'), image);
}

/** Gives a spec with `set` done to each image that its containers run and its volumes are made of. */
function mapImages(spec: JsonObject, set: (value: unknown) => unknown): JsonObject {
  const changed = Object.entries(spec).map(([key, list]) => {
    if (!Array.isArray(list) || !(CONTAINERS.includes(key) || key === 'volumes')) return [key, list];
    const field = key === 'volumes' ? ['image', 'reference'] : ['image'];
    return [key, list.map((item) => mapAt(item, field, set))];
  });
  return Object.fromEntries(changed) as JsonObject;
}

function mapAt(value: unknown, [key, ...rest]: readonly string[], set: (value: unknown) => unknown): unknown {
  if (key === undefined) return set(value);
  return isObject(value) && key in value ? { ...value, [key]: mapAt(value[key], rest, set) } : value;
}

/** Gives an object with `set` done to each field `image` at any depth, but in its metadata. */
function mapImageFields(object: JsonObject, set: (value: unknown) => unknown): JsonObject {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isObject(value)) return value;
    const changed = Object.entries(value).map(([key, item]) => [
      key,
      key === 'image' ? set(walk(item)) : walk(item),
    ]);
    return Object.fromEntries(changed) as JsonObject;
  };
  const { metadata, ...fields } = object;
  return { ...(walk(fields) as JsonObject), ...(metadata === undefined ? {} : { metadata }) };
}

/**
 * Gives the object with this repository's image, whatever its tag, set to `reference` in every container and volume; in kinds
 * that are not Kubernetes' own in every field `image` too. The tag is noted on the object where any was set.
 */
export function setImage(object: JsonObject, image: ImageName, reference: string, tag: string): JsonObject {
  let found = false;
  const set = (value: unknown): unknown => {
    if (!isImage(value, image)) return value;
    found = true;
    return reference;
  };
  const inPods = mapPodSpecs(object, (spec) => mapImages(spec, set));
  const everywhere = isBuiltIn(object) ? inPods : mapImageFields(inPods, set);
  return found ? withTag(everywhere, tag) : everywhere;
}

function withTag(object: JsonObject, tag: string): JsonObject {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  const annotations = at(metadata, 'annotations');
  const all = { ...(isObject(annotations) ? annotations : {}), [TAG_ANNOTATION]: tag };
  return { ...object, metadata: { ...metadata, annotations: all } };
}

/** Gives the images that pods which the object describes run or mount, as they are written there. */
export function imagesOf(object: JsonObject): readonly string[] {
  const found: string[] = [];
  const note = (value: unknown): unknown => {
    if (typeof value === 'string') found.push(value);
    return value;
  };
  mapPodSpecs(object, (spec) => mapImages(spec, note));
  return found;
}

/** Whether any pod that the object describes runs this repository's image. */
export function runsImage(object: JsonObject, image: ImageName): boolean {
  let found = false;
  mapPodSpecs(object, (spec) => {
    found ||= specRuns(spec, image);
    return spec;
  });
  return found;
}

/** Whether pods that the object describes run this image with neither a pull secret nor a service account that may have one. */
export function lacksPullSecret(object: JsonObject, image: ImageName): boolean {
  let lacks = false;
  mapPodSpecs(object, (spec) => {
    const secrets = spec['imagePullSecrets'];
    const has = (Array.isArray(secrets) && secrets.length > 0) || textAt(spec, 'serviceAccountName') !== '';
    lacks ||= !has && specRuns(spec, image);
    return spec;
  });
  return lacks;
}

function specRuns(spec: JsonObject, image: ImageName): boolean {
  return Object.entries(spec).some(
    ([key, list]) =>
      CONTAINERS.includes(key) &&
      Array.isArray(list) &&
      list.some((container) => usesImage(container, image)),
  );
}

/** Gives the object with a pull secret named in each pod spec that runs this repository's image. */
export function addPullSecret(object: JsonObject, image: ImageName, secretName: string): JsonObject {
  return mapPodSpecs(object, (spec) => {
    if (!specRuns(spec, image)) return spec;
    const present = Array.isArray(spec['imagePullSecrets']) ? (spec['imagePullSecrets'] as unknown[]) : [];
    const others = present.filter((entry) => textAt(entry, 'name') !== secretName);
    return { ...spec, imagePullSecrets: [...others, { name: secretName }] };
  });
}

/** Gives the Secret by which the cluster pulls this image from its private registry. */
export function pullSecret(
  name: string,
  namespace: string,
  image: ImageName,
  username: string,
  token: string,
): JsonObject {
  const auth = Buffer.from(`${username}:${token}`).toString('base64');
  const config = JSON.stringify({ auths: { [image.registry]: { auth } } });
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/dockerconfigjson',
    metadata: { name, namespace },
    data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
  };
}
