import type { ErrorDetails } from '../errors';
import { at, listAt, textAt } from '../json';
import type { LinodeRegion } from '../ports';

/** Something that a resource wants of Linode, which may not have it. */
export interface Wish {
  readonly address: string;
  readonly kind: 'version' | 'plan' | 'region';
  readonly value: string;
  /** What a region must have for it, such as `Kubernetes`. */
  readonly capabilities?: readonly string[];
}

/** What Linode offers; what nobody wants need not be there. */
export interface Catalogue {
  readonly versions: readonly string[];
  readonly plans: readonly string[];
  readonly regions: readonly LinodeRegion[];
}

/** What a region must have for a resource: the names are those of https://techdocs.akamai.com/linode-api/reference/get-regions */
const CAPABILITIES: Readonly<Record<string, string>> = {
  linode_lke_cluster: 'Kubernetes',
  linode_volume: 'Block Storage',
  linode_object_storage_bucket: 'Object Storage',
  linode_nodebalancer: 'NodeBalancers',
  linode_instance: 'Linodes',
  linode_vpc: 'VPCs',
};
const PLAN_PLACES: Readonly<Record<string, (side: unknown) => readonly string[]>> = {
  linode_lke_cluster: (side) => listAt(side, 'pool').map((pool) => textAt(pool, 'type')),
  linode_lke_node_pool: (side) => [textAt(side, 'type')],
  linode_instance: (side) => [textAt(side, 'type')],
};

/**
 * Gives what a plan (https://developer.hashicorp.com/terraform/internals/json-format) wants of Linode that it has not got yet: all of
 * what is made, and of what is updated what differs. What runs already may run on though it is offered no more.
 */
export function wishesOf(plan: unknown): readonly Wish[] {
  return listAt(plan, 'resource_changes').flatMap((entry) => {
    const actions = listAt(entry, 'change', 'actions');
    if (!actions.includes('create') && !actions.includes('update')) return [];
    const before = actions.includes('create') ? undefined : at(entry, 'change', 'before');
    const [type, address] = [textAt(entry, 'type'), textAt(entry, 'address')];
    const had = new Set(before === undefined ? [] : wishesOfSide(type, address, before).map(keyOf));
    return wishesOfSide(type, address, at(entry, 'change', 'after')).filter((wish) => !had.has(keyOf(wish)));
  });
}

function wishesOfSide(type: string, address: string, side: unknown): readonly Wish[] {
  const enterprise = textAt(side, 'tier') === 'enterprise';
  const capability = enterprise ? 'Kubernetes Enterprise' : CAPABILITIES[type];
  const plans = [...new Set(PLAN_PLACES[type]?.(side) ?? [])];
  const wishes: readonly Wish[] = [
    // The versions of the enterprise tier are of another list.
    ...(type === 'linode_lke_cluster' && !enterprise
      ? [{ address, kind: 'version', value: textAt(side, 'k8s_version') } as const]
      : []),
    ...(capability === undefined
      ? []
      : [{ address, kind: 'region', value: textAt(side, 'region'), capabilities: [capability] } as const]),
    ...plans.map((value) => ({ address, kind: 'plan', value }) as const),
  ];
  // What is known after the apply alone cannot be judged.
  return wishes.filter(({ value }) => value !== '');
}

function keyOf({ kind, value }: Wish): string {
  return `${kind} ${value}`;
}

/** Gives the wishes that Linode does not fulfil as one error with what it offers instead, or undefined where it fulfils all. */
export function notOffered(wishes: readonly Wish[], catalogue: Catalogue): ErrorDetails | undefined {
  const refused = wishes.filter((wish) => !offered(wish, catalogue).includes(wish.value));
  if (refused.length === 0) return undefined;
  const causes = refused.map(({ address, kind, value, capabilities = [] }) => {
    const region = kind === 'region' ? catalogue.regions.find(({ id }) => id === value) : undefined;
    const lacks = capabilities.filter((name) => region?.capabilities.includes(name) === false);
    const what = { version: `Kubernetes ${value}`, plan: `the plan ${value}`, region: `the region ${value}` };
    return `${address} wants ${what[kind]}${lacks.length === 0 ? '' : `, which has no ${lacks.join(' and ')}`}`;
  });
  const choices = refused.map((wish) => {
    const needs = (wish.capabilities ?? []).join(' and ');
    const what = { version: 'Kubernetes', plan: 'Plans', region: `Regions with ${needs}` };
    return `${what[wish.kind]}: ${near(wish, offered(wish, catalogue)).join(', ') || 'none'}.`;
  });
  return {
    code: 'infra-not-offered',
    cause: `Linode does not offer what is to be made: ${causes.join('; ')}`,
    advice: `It offers: ${[...new Set(choices)].join(' ')}`,
  };
}

function offered({ kind, capabilities = [] }: Wish, catalogue: Catalogue): readonly string[] {
  if (kind === 'version') return catalogue.versions;
  if (kind === 'plan') return catalogue.plans;
  return catalogue.regions
    .filter((region) => capabilities.every((name) => region.capabilities.includes(name)))
    .map(({ id }) => id);
}

/** There are a hundred plans: those of the same family, such as `g6-standard-`, are told, if there are any. */
function near({ kind, value }: Wish, all: readonly string[]): readonly string[] {
  const family = value.slice(0, value.lastIndexOf('-') + 1);
  const same = kind === 'plan' && family !== '' ? all.filter((id) => id.startsWith(family)) : [];
  return same.length > 0 ? same : all;
}
