import { at, listAt, textAt } from '../json';
import { chargesOf, fixed, type Charge } from './charges';

/** Something at Linode that is billed, before and after the plan. */
export interface BilledItem {
  /** Such as `linode_lke_cluster.wpp_bot pool`. */
  readonly name: string;
  /** Undefined where it is not there. */
  readonly now: Charge | undefined;
  readonly after: Charge | undefined;
}

/** What a plan says of the bill. */
export interface Billed {
  readonly items: readonly BilledItem[];
  /** The region of the plan's clusters, where there is but one. */
  readonly clusterRegion: string | undefined;
}

/** The fee is flat, whatever is in it. */
const OBJECT_STORAGE: Charge = fixed('object-storage/types', 'objectstorage', undefined, 1, 'flat fee');

/**
 * Reads what is billed now and after the plan from `terraform show -json`: `prior_state` is what Linode had at the refresh,
 * `planned_values` what it will have. What the state only forgets goes on costing. `stateBucket` is whether the state is in a
 * bucket at Linode, which no plan knows of.
 */
export function readBilled(plan: unknown, stateBucket: boolean): Billed {
  const [before, planned] = [resources(plan, 'prior_state', 'values'), resources(plan, 'planned_values')];
  const [now, after] = [charges(before), charges(planned)];
  const forgotten = new Set(
    listAt(plan, 'resource_changes')
      .filter((entry) => listAt(entry, 'change', 'actions').includes('forget'))
      .map((entry) => textAt(entry, 'address')),
  );
  const items = [...now].flatMap(([name, { address, charge }]): BilledItem[] =>
    forgotten.has(address)
      ? [{ name: `${name} (forgotten)`, now: charge, after: charge }]
      : [{ name, now: charge, after: after.get(name)?.charge }],
  );
  const made = [...after]
    .filter(([name, { address }]) => !now.has(name) || forgotten.has(address))
    .map(([name, { charge }]) => ({ name, now: undefined, after: charge }));
  return {
    items: [...items, ...made, ...storage(before, planned, stateBucket)],
    clusterRegion: regionOf(planned) ?? regionOf(before),
  };
}

function storage(
  before: readonly unknown[],
  planned: readonly unknown[],
  stateBucket: boolean,
): readonly BilledItem[] {
  const isUsed = (all: readonly unknown[]): boolean =>
    stateBucket || all.some((resource) => textAt(resource, 'type') === 'linode_object_storage_bucket');
  const [now, after] = [before, planned].map((all) => (isUsed(all) ? OBJECT_STORAGE : undefined));
  return now === undefined && after === undefined ? [] : [{ name: 'Object Storage', now, after }];
}

interface Priced {
  readonly address: string;
  readonly charge: Charge;
}

function charges(all: readonly unknown[]): ReadonlyMap<string, Priced> {
  return new Map(
    all.flatMap((resource) => {
      const address = textAt(resource, 'address');
      const deposed = textAt(resource, 'deposed_key');
      const parts = chargesOf(textAt(resource, 'type'), at(resource, 'values'), regionFor(resource, all));
      return Object.entries(parts).map(([part, charge]): [string, Priced] => [
        [address, part, deposed && `(deposed ${deposed})`].filter((word) => word !== '').join(' '),
        { address, charge },
      ]);
    }),
  );
}

/** Gives the region of the cluster that a resource names by its id, else of the only one. */
function regionFor(resource: unknown, all: readonly unknown[]): string | undefined {
  const id = at(resource, 'values', 'cluster_id');
  const named = all.filter((other) => isCluster(other) && textAt(other, 'values', 'id') === String(id));
  return regionOf(named) ?? regionOf(all);
}

function regionOf(all: readonly unknown[]): string | undefined {
  const regions = new Set(all.filter(isCluster).map((cluster) => textAt(cluster, 'values', 'region')));
  return regions.size === 1 ? [...regions][0] || undefined : undefined;
}

function isCluster(resource: unknown): boolean {
  return textAt(resource, 'type') === 'linode_lke_cluster';
}

/** Gives the managed resources of all modules; one that is only forgotten is planned without values. */
function resources(plan: unknown, ...path: readonly string[]): readonly unknown[] {
  const isThere = (resource: unknown): boolean =>
    textAt(resource, 'mode') !== 'data' && at(resource, 'values') !== undefined;
  const below = (module: unknown): readonly unknown[] => [
    ...listAt(module, 'resources').filter(isThere),
    ...listAt(module, 'child_modules').flatMap(below),
  ];
  return below(at(plan, ...path, 'root_module'));
}
