import { at, listAt, textAt } from '../json';
import { BACKUPS, type PriceList } from './prices';

/** What Linode bills by the month: so many units at a price. Undefined is what is not known. */
export interface Charge {
  readonly list: PriceList | undefined;
  /** The name in that list. */
  readonly id: string;
  readonly region: string | undefined;
  readonly units: number | undefined;
  /** As many as the autoscaler may make of them. */
  readonly most: number | undefined;
  /** The units in words, such as `20 GB`. */
  readonly detail: string;
}

/** The charges of a resource by its part; `''` is the resource itself. */
type Parts = Readonly<Record<string, Charge>>;

/** What Linode bills, but has no public price list for. */
const UNLISTED = /^linode_(database_(mysql|postgresql)|image$|reserved_ip)/;

/** Gives what a resource of the Linode provider costs, by its values in a plan; `region` is that of its cluster, where it has one. */
export function chargesOf(type: string, values: unknown, clusterRegion: string | undefined): Parts {
  const region = textAt(values, 'region') || undefined;
  switch (type) {
    case 'linode_lke_cluster':
      return { ...controlPlane(values, region), ...pools(values, region) };
    case 'linode_lke_node_pool':
      return { '': nodes(values, at(values, 'node_count'), clusterRegion) };
    case 'linode_volume': {
      const size = known(at(values, 'size'));
      return { '': fixed('volumes/types', 'volume', region, size, `${size ?? '?'} GB`) };
    }
    case 'linode_nodebalancer':
      return { '': nodeBalancer(textAt(values, 'type'), region) };
    case 'linode_instance':
      return instance(values, region);
    default:
      return UNLISTED.test(type) ? { '': fixed(undefined, '', region, 1, '') } : {};
  }
}

/** Gives the charge of a NodeBalancer; `type` is empty or `common`, or such as `premium`. */
export function nodeBalancer(type: string, region: string | undefined): Charge {
  const id = type === '' || type === 'common' ? 'nodebalancer' : `nodebalancer-${type}`;
  return fixed('nodebalancers/types', id, region, 1, type);
}

/** Gives a charge that no autoscaler changes. */
export function fixed(
  list: PriceList | undefined,
  id: string,
  region: string | undefined,
  units: number | undefined,
  detail: string,
): Charge {
  return { list, id, region, units, most: units, detail };
}

/** The control plane is free unless it is made highly available, or the cluster is of the tier `enterprise`. */
function controlPlane(values: unknown, region: string | undefined): Parts {
  const name = 'control plane';
  if (textAt(values, 'tier') === 'enterprise')
    return { [name]: fixed('lke/types', 'lke-e', region, 1, 'enterprise') };
  return at(values, 'control_plane', 0, 'high_availability') === true
    ? { [name]: fixed('lke/types', 'lke-ha', region, 1, 'high availability') }
    : {};
}

function pools(values: unknown, region: string | undefined): Parts {
  // By its place, whatever others there are: so a pool has one name before and after the plan.
  return Object.fromEntries(
    listAt(values, 'pool').map((pool, index) => [
      index === 0 ? 'pool' : `pool ${index + 1}`,
      nodes(pool, at(pool, 'count'), region),
    ]),
  );
}

/** The autoscaler keeps the number of nodes between its limits; a pool that is not made yet begins with the fewest. */
function nodes(pool: unknown, count: unknown, region: string | undefined): Charge {
  const id = textAt(pool, 'type');
  const scaler = at(pool, 'autoscaler', 0);
  const [least, most] = [known(at(scaler, 'min')), known(at(scaler, 'max'))];
  const given = known(count);
  if (scaler === undefined) return fixed('linode/types', id, region, given, `${given ?? '?'} × ${id}`);
  const units = Math.min(Math.max(given ?? 0, least ?? Number.NaN), most ?? Number.NaN);
  return {
    list: 'linode/types',
    id,
    region,
    units: Number.isNaN(units) ? undefined : units,
    most,
    detail: `${least ?? '?'} to ${most ?? '?'} × ${id}`,
  };
}

function instance(values: unknown, region: string | undefined): Parts {
  const id = textAt(values, 'type');
  const itself = { '': fixed('linode/types', id, region, 1, id) };
  if (at(values, 'backups_enabled') !== true) return itself;
  return { ...itself, backups: fixed('linode/types', `${id}${BACKUPS}`, region, 1, '') };
}

function known(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
