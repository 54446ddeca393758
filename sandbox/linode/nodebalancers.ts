import type { SchemaObject } from 'ajv';
import { bodyParser, tagsSchema } from './body.ts';
import { regions } from './catalog.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { invalid, notFound } from './error.ts';
import { takeId, timestamp, type NodeBalancer } from './state.ts';

interface Creation {
  readonly label?: string;
  readonly region: string;
  readonly tags?: readonly string[];
}

const properties: Readonly<Record<keyof Creation, SchemaObject>> = {
  label: { type: 'string', pattern: '^[A-Za-z0-9_-]{3,32}$' },
  region: { type: 'string' },
  tags: tagsSchema,
};
const parseCreation = bodyParser<Creation>(properties, ['region']);

function createBalancer(call: Call): NodeBalancer {
  const { region, label, tags = [] } = parseCreation(call.body);
  if (!regions.some(({ id }) => id === region)) throw invalid('region', 'region is not valid');
  const created = timestamp(call.now);
  const id = takeId(call.state);
  return { id, label: label ?? `balancer${id}`, region, tags, created, updated: created, cluster: undefined };
}

function balancerOf({ state, params }: Call): NodeBalancer {
  const balancer = state.nodeBalancers.find(({ id }) => String(id) === params['balancer']);
  if (balancer === undefined) throw notFound();
  return balancer;
}

/** As https://techdocs.akamai.com/linode-api/reference/get-node-balancers shows it; it names its cluster even when that is gone. */
function balancerView({ id, label, region, tags, created, updated, cluster }: NodeBalancer): object {
  const address = `192.0.2.${id % 256}`;
  return {
    ...{ id, label, region, tags, created, updated, type: 'common', ipv4: address, ipv6: null, locks: [] },
    ...{ hostname: `${address.replaceAll('.', '-')}.ip.linodeusercontent.com`, client_conn_throttle: 0 },
    ...{ client_udp_sess_throttle: 0, transfer: { in: 0, out: 0, total: 0 } },
    lke_cluster:
      cluster === undefined
        ? null
        : { ...cluster, type: 'lkecluster', url: `/v4/lke/clusters/${cluster.id}` },
  };
}

/**
 * NodeBalancers without configurations. In a real cluster a controller makes one for each Service of type LoadBalancer, and Linode
 * notes the cluster, which no call can set: tests plant those in the state.
 */
export const nodeBalancerEndpoints: readonly Endpoint[] = [
  {
    path: '/nodebalancers',
    scope: 'nodebalancers:read_only',
    list: ({ state }) => state.nodeBalancers.map(balancerView),
  },
  {
    method: 'POST',
    path: '/nodebalancers',
    scope: 'nodebalancers:read_write',
    handle: (call) => {
      const created = createBalancer(call);
      call.state.nodeBalancers.push(created);
      return balancerView(created);
    },
  },
  {
    method: 'GET',
    path: '/nodebalancers/{balancer}',
    scope: 'nodebalancers:read_only',
    handle: (call) => balancerView(balancerOf(call)),
  },
  {
    method: 'DELETE',
    path: '/nodebalancers/{balancer}',
    scope: 'nodebalancers:read_write',
    handle: (call) => {
      const balancer = balancerOf(call);
      call.state.nodeBalancers = call.state.nodeBalancers.filter((other) => other !== balancer);
      return {};
    },
  },
];
