import type { BilledItem } from '../infra/billed';
import { fixed, nodeBalancer, type Charge } from '../infra/charges';
import { at, listAt, numberAt, textAt, type JsonObject } from '../json';
import type { ObjectChange } from './apply';
import { describe, groupOf, namespaceOf, type Manifest } from './objects';
import { quantity } from './quantity';

const GIB = 2 ** 30;
/** Linode's smallest volume; its driver rounds up to it, and to whole gibibytes, which the bill calls GB. */
const SMALLEST_VOLUME = 10;
const DRIVER = 'linodebs.csi.linode.com';
const CLASSES = /^linode-block-storage/;
const BALANCER = 'service.beta.kubernetes.io/linode-loadbalancer-nodebalancer';

/** Where the manifests go. */
export interface Place {
  /** The namespace of objects that name none. */
  readonly namespace: string;
  readonly region: string | undefined;
  /** What the manifests step changes or changed; `none` where there is no cluster yet, undefined where it is not known. */
  readonly changes: readonly ObjectChange[] | 'none' | undefined;
}

/**
 * Gives what Linode makes for objects of a cluster, and bills: a NodeBalancer for each Service of type LoadBalancer, and a
 * volume for each claim of its storage classes. Terraform knows of neither.
 */
export function billedManifests(manifests: readonly Manifest[], place: Place): readonly BilledItem[] {
  const objects = manifests.map(({ object }) => object);
  const classes = objects
    .filter((object) => object['kind'] === 'StorageClass' && object['provisioner'] === DRIVER)
    .map((object) => textAt(object, 'metadata', 'name'));
  const bound = objects
    .filter((object) => object['kind'] === 'PersistentVolume')
    .map((object) => claimKey(at(object, 'spec', 'claimRef'), place.namespace));
  const charge = (object: JsonObject): Charge | undefined => {
    const isBound =
      object['kind'] === 'PersistentVolumeClaim' &&
      bound.includes(claimKey(object['metadata'], place.namespace));
    return isBound ? undefined : chargeOf(object, classes, place.region);
  };
  const items = objects.flatMap((object): BilledItem[] => {
    const namespace = namespaceOf(object, place.namespace);
    const name = describe({ ...object, metadata: { ...(object['metadata'] as object), namespace } });
    const after = charge(object);
    const now = before(object, name, place.changes, charge);
    return after === undefined && now === undefined ? [] : [{ name, now, after }];
  });
  return [...items, ...prunedBalancers(place)];
}

/** Gives what a claim is known by, from its metadata or from what a volume says of it. */
function claimKey(claim: unknown, namespace: string): string {
  return `${textAt(claim, 'namespace') || namespace}/${textAt(claim, 'name')}`;
}

function chargeOf(
  object: JsonObject,
  classes: readonly string[],
  region: string | undefined,
): Charge | undefined {
  switch (`${groupOf(object)}/${textAt(object, 'kind')}`) {
    case '/Service':
      return balancer(object, region);
    case '/PersistentVolumeClaim':
      return volumes([at(object, 'spec')], 1, classes, region);
    case 'apps/StatefulSet': {
      const specs = listAt(object, 'spec', 'volumeClaimTemplates').map((template) => at(template, 'spec'));
      const replicas =
        at(object, 'spec', 'replicas') === undefined ? 1 : numberAt(object, 'spec', 'replicas');
      return volumes(specs, replicas, classes, region);
    }
    default:
      return undefined;
  }
}

/** One that the Service names by its id is there already, and billed as what made it. */
function balancer(service: JsonObject, region: string | undefined): Charge | undefined {
  if (textAt(service, 'spec', 'type') !== 'LoadBalancer') return undefined;
  const annotation = (name: string): string =>
    textAt(service, 'metadata', 'annotations', `${BALANCER}-${name}`);
  return annotation('id') === '' ? nodeBalancer(annotation('type'), region) : undefined;
}

function volumes(
  claims: readonly unknown[],
  copies: number,
  classes: readonly string[],
  region: string | undefined,
): Charge | undefined {
  const sizes = claims.filter((claim) => isMade(claim, classes)).map(gigabytes);
  if (sizes.length === 0 || copies === 0) return undefined;
  const known = sizes.filter((size) => size !== undefined);
  const units = known.length < sizes.length ? undefined : copies * known.reduce((sum, size) => sum + size, 0);
  const text = sizes.map((size) => `${size ?? '?'} GB`).join(' + ');
  const detail = copies === 1 ? text : `${copies} × ${sizes.length > 1 ? `(${text})` : text}`;
  return fixed('volumes/types', 'volume', region, units, detail);
}

/** A claim that names its volume, or no class on purpose, gets one that is there already. */
function isMade(claim: unknown, classes: readonly string[]): boolean {
  if (textAt(claim, 'volumeName') !== '') return false;
  if (typeof at(claim, 'storageClassName') !== 'string') return true;
  const storageClass = textAt(claim, 'storageClassName');
  return CLASSES.test(storageClass) || classes.includes(storageClass);
}

function gigabytes(claim: unknown): number | undefined {
  const bytes = quantity(at(claim, 'resources', 'requests', 'storage'));
  return bytes === undefined ? undefined : Math.max(SMALLEST_VOLUME, Math.ceil(bytes / GIB));
}

/** Gives what is billed for the object as it is before the change. */
function before(
  object: JsonObject,
  name: string,
  changes: Place['changes'],
  charge: (object: JsonObject) => Charge | undefined,
): Charge | undefined {
  if (changes === 'none') return undefined;
  const wanted = charge(object);
  if (changes === undefined) return wanted && { ...wanted, units: undefined };
  const change = changes.find((each) => each.object === name);
  return change === undefined || change.action === 'created' ? undefined : charge(asItWas(object, change));
}

/** The fields by which the bill of an object can change. */
const BILLED_FIELDS = ['spec.type', 'spec.replicas', 'spec.resources.requests.storage'];

function asItWas(object: JsonObject, { fields }: ObjectChange): JsonObject {
  return fields
    .filter(({ path }) => BILLED_FIELDS.includes(path))
    .reduce((result, { path, before: text }) => {
      const value: unknown = text === undefined ? undefined : JSON.parse(text);
      return replaced(result, path.split('.'), value);
    }, object);
}

function replaced(object: JsonObject, [key = '', ...rest]: readonly string[], value: unknown): JsonObject {
  if (rest.length === 0) return { ...object, [key]: value };
  return { ...object, [key]: replaced((object[key] ?? {}) as JsonObject, rest, value) };
}

/** A Service that no manifest has any more takes its NodeBalancer with it. */
function prunedBalancers({ changes = 'none', region }: Place): readonly BilledItem[] {
  if (changes === 'none') return [];
  return changes
    .filter(({ action, fields }) => action === 'pruned' && fields.some(isBalancer))
    .map(({ object }) => ({ name: object, now: nodeBalancer('', region), after: undefined }));
}

function isBalancer({ path, before: text }: ObjectChange['fields'][number]): boolean {
  return path === 'spec.type' && text === '"LoadBalancer"';
}
