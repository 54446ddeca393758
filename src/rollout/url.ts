import { at, isObject, listAt, textAt, type JsonObject } from '../json';
import { isOfType } from '../manifests/objects';
import { INGRESSES } from '../resource-types';

/** A name as DNS has it; no wildcard, and nothing that would mean something in a URL. */
const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;
/** By these annotations Traefik serves the hosts of an Ingress by HTTPS, without a `tls` in it. */
const TRAEFIK_TLS = 'traefik.ingress.kubernetes.io/router.tls';

/**
 * Gives the URL of the application: of the first host that an Ingress names, by `https` where the Ingress has TLS for it. A
 * controller that has TLS of itself leads on from `http`. Undefined where no Ingress names a host.
 */
export function applicationUrl(objects: readonly JsonObject[]): string | undefined {
  return objects.filter((object) => isOfType(object, INGRESSES)).flatMap(urlsOf)[0];
}

function urlsOf(ingress: JsonObject): readonly string[] {
  const hosts = listAt(ingress, 'spec', 'rules').map((rule) => textAt(rule, 'host'));
  return hosts
    .filter((host) => HOST.test(host))
    .map((host) => `${hasTls(ingress, host) ? 'https' : 'http'}://${host}`);
}

function hasTls(ingress: JsonObject, host: string): boolean {
  const annotations = at(ingress, 'metadata', 'annotations');
  const ofTraefik = Object.entries(isObject(annotations) ? annotations : {}).some(
    ([name, value]) => name.startsWith(TRAEFIK_TLS) && value !== 'false',
  );
  return ofTraefik || listAt(ingress, 'spec', 'tls').some((entry) => covers(listAt(entry, 'hosts'), host));
}

/** A certificate without hosts is the controller's for all; a wildcard stands for one label. */
function covers(names: readonly unknown[], host: string): boolean {
  return names.length === 0 || names.includes(host) || names.includes(host.replace(/^[^.]+/, '*'));
}
