import { parseReference, sameName, type ImageName } from '../image/reference';
import { isObject, textAt, type JsonObject } from '../json';

const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'];

/** Gives the object with `change` done to each pod spec in it: a Pod's own, a workload's template, a CronJob's. */
function mapPodSpecs(object: JsonObject, change: (spec: JsonObject) => JsonObject): JsonObject {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isObject(value)) return value;
    const walked = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
    return Array.isArray(walked['containers']) ? change(walked) : walked;
  };
  return { ...object, ...(isObject(object['spec']) ? { spec: walk(object['spec']) } : {}) };
}

function usesImage(container: unknown, image: ImageName): boolean {
  const reference = parseReference(textAt(container, 'image'));
  return reference !== undefined && sameName(reference, image);
}

/** Gives the object with every container of this repository's image, whatever its tag, set to `reference`. */
export function setImage(object: JsonObject, image: ImageName, reference: string): JsonObject {
  return mapPodSpecs(object, (spec) => {
    const lists = CONTAINER_LISTS.filter((name) => Array.isArray(spec[name])).map((name) => [
      name,
      (spec[name] as unknown[]).map((container) =>
        isObject(container) && usesImage(container, image) ? { ...container, image: reference } : container,
      ),
    ]);
    return { ...spec, ...(Object.fromEntries(lists) as JsonObject) };
  });
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

function specRuns(spec: JsonObject, image: ImageName): boolean {
  return CONTAINER_LISTS.some(
    (list) =>
      Array.isArray(spec[list]) && (spec[list] as unknown[]).some((container) => usesImage(container, image)),
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
