import { DeployError, messageOf } from '../errors';
import { listAt, textAt, type JsonObject } from '../json';
import { describe, isOfType, namespaceOf } from '../manifests/objects';
import type { Clock, Cluster, Log, ObjectKey, ResourceType } from '../ports';
import { INGRESSES, SERVICES } from '../resource-types';

const CONTROLLER = /traefik|ingress|nginx|haproxy|contour|envoy|kong|caddy|istio/i;
/** How old a Service may be for its load balancer to be still on its way, and an Ingress for its controller to have seen it. */
const SERVICE_PATIENCE_MS = 300_000;
const INGRESS_PATIENCE_MS = 60_000;
const INTERVAL_MS = 2_000;

export interface AddressPorts {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Gives the address, an IP or a host name, at which the application can be reached: of the first of its Ingresses that has
 * one, else of the ingress controller's load balancer, else of its only Service of type LoadBalancer. Undefined where it has
 * none of them. Waits only for what is so young that its address may be on its way. No address is a warning, no failure.
 */
export async function ingressAddress(
  objects: readonly JsonObject[],
  namespace: string,
  timeoutSeconds: number,
  ports: AddressPorts,
): Promise<string | undefined> {
  const ingresses = keysOf(objects, INGRESSES, namespace, () => true);
  const services = keysOf(objects, SERVICES, namespace, isLoadBalancer);
  if (ingresses.length + services.length === 0) return undefined;
  try {
    return await waitForAddress(ingresses, services, timeoutSeconds * 1000, ports);
  } catch (error) {
    if (!(error instanceof DeployError) || error.details.code === 'cancelled') throw error;
    ports.log.warning(`The address is not known: ${messageOf(error)}.`);
    return undefined;
  }
}

async function waitForAddress(
  ingresses: readonly ObjectKey[],
  services: readonly ObjectKey[],
  timeoutMs: number,
  ports: AddressPorts,
): Promise<string | undefined> {
  const { clock, log } = ports;
  const start = clock.now();
  for (let told = false; ; told = true) {
    const found = await look(ingresses, services, ports);
    if (found.address !== undefined) return found.address;
    if (found.awaited.length === 0 || clock.now() - start > timeoutMs) {
      for (const name of found.missing) log.warning(`${name} has no address yet.`);
      return undefined;
    }
    if (!told) log.info(`Waiting for the address of ${found.awaited.join(', ')}`);
    await clock.sleep(INTERVAL_MS);
  }
}

interface Found {
  readonly address: string | undefined;
  /** What may get an address soon. */
  readonly awaited: readonly string[];
  /** What should have an address. */
  readonly missing: readonly string[];
}

async function look(
  ingresses: readonly ObjectKey[],
  services: readonly ObjectKey[],
  { cluster, clock }: AddressPorts,
): Promise<Found> {
  const [entries, own, all] = await Promise.all([
    read(ingresses, cluster),
    read(services, cluster),
    // The controller may have been installed by others, in a namespace of its own.
    ingresses.length === 0 ? [] : loadBalancers(cluster),
  ]);
  const balancer = frontOf(entries, own, all);
  const address = [...entries, ...balancer].map(addressOf).find((each) => each !== undefined);
  const younger = (patience: number) => (object: JsonObject) =>
    clock.now() - Date.parse(textAt(object, 'metadata', 'creationTimestamp')) < patience;
  const awaited = [
    ...balancer.filter(younger(SERVICE_PATIENCE_MS)),
    // Without any load balancer, no controller has an address to tell.
    ...(own.length + all.length === 0 ? [] : entries.filter(younger(INGRESS_PATIENCE_MS))),
  ];
  return { address, awaited: awaited.map(describe), missing: balancer.map(describe) };
}

/** Gives the Service that stands before the Ingresses, or before the application itself; none where that cannot be told. */
function frontOf(
  ingresses: readonly JsonObject[],
  own: readonly JsonObject[],
  all: readonly JsonObject[],
): readonly JsonObject[] {
  const classes = ingresses.map((ingress) => textAt(ingress, 'spec', 'ingressClassName'));
  const controllers = (own.some(isController) ? own : [...own, ...all]).filter(isController);
  const named = controllers.filter((service) =>
    classes.some((name) => name !== '' && hintsOf(service).includes(name)),
  );
  const [first, ...others] = named.length > 0 ? named : controllers.length > 0 ? controllers : own;
  return first === undefined || (others.length > 0 && named.length === 0) ? [] : [first];
}

function isController(service: JsonObject): boolean {
  return CONTROLLER.test(hintsOf(service));
}

function hintsOf(service: JsonObject): string {
  const label = textAt(service, 'metadata', 'labels', 'app.kubernetes.io/name');
  return `${textAt(service, 'metadata', 'name')} ${label}`;
}

function isLoadBalancer(object: JsonObject): boolean {
  return textAt(object, 'spec', 'type') === 'LoadBalancer';
}

function keysOf(
  objects: readonly JsonObject[],
  type: ResourceType,
  namespace: string,
  isMeant: (object: JsonObject) => boolean,
): readonly ObjectKey[] {
  return objects
    .filter((object) => isOfType(object, type) && isMeant(object))
    .map((object) => ({
      type,
      namespace: namespaceOf(object, namespace),
      name: textAt(object, 'metadata', 'name'),
    }));
}

async function read(keys: readonly ObjectKey[], cluster: Cluster): Promise<readonly JsonObject[]> {
  const answers = await Promise.all(keys.map((key) => cluster.get(key)));
  return answers.flatMap((answer) => (answer.ok ? [answer.object] : []));
}

/** Gives the load balancers of the whole cluster; none where the account may not look there. */
async function loadBalancers(cluster: Cluster): Promise<readonly JsonObject[]> {
  try {
    const services = await cluster.list(SERVICES, undefined);
    return services.filter(isLoadBalancer);
  } catch (error) {
    if (error instanceof DeployError && error.details.code === 'cluster-forbidden') return [];
    throw error;
  }
}

function addressOf(object: JsonObject): string | undefined {
  const first = listAt(object, 'status', 'loadBalancer', 'ingress')[0];
  return textAt(first, 'ip') || textAt(first, 'hostname') || undefined;
}
