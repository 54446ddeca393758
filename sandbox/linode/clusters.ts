import type { SchemaObject } from 'ajv';
import { bodyParser, tagsSchema } from './body.ts';
import { regions } from './catalog.ts';
import { clusterOf } from './cluster-lookup.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { invalid } from './error.ts';
import { recordNodeDeletions } from './events.ts';
import { createPool, parseCreation as parsePool, recyclePool } from './pools.ts';
import { takeId, timestamp, type AccessControlList, type Cluster } from './state.ts';

interface ControlPlane {
  readonly high_availability?: boolean;
  readonly audit_logs_enabled?: boolean;
  readonly acl?: AclUpdate;
}

interface AclUpdate {
  readonly enabled?: boolean;
  readonly addresses?: Partial<AccessControlList['addresses']> | null;
}

interface ClusterUpdate {
  readonly label?: string;
  readonly k8s_version?: string;
  readonly tags?: readonly string[];
  readonly control_plane?: ControlPlane;
}

interface ClusterCreation extends ClusterUpdate {
  readonly label: string;
  readonly k8s_version: string;
  readonly region: string;
  readonly node_pools: readonly Readonly<Record<string, unknown>>[];
}

const addresses: SchemaObject = { type: 'array', items: { type: 'string' }, nullable: true };
const acl: SchemaObject = {
  type: 'object',
  properties: {
    enabled: { type: 'boolean' },
    addresses: { type: 'object', nullable: true, properties: { ipv4: addresses, ipv6: addresses } },
  },
};
const updateProperties: Readonly<Record<keyof ClusterUpdate, SchemaObject>> = {
  label: { type: 'string', pattern: '^[A-Za-z0-9]([A-Za-z0-9_.-]{0,30}[A-Za-z0-9])?$' },
  k8s_version: { type: 'string' },
  tags: tagsSchema,
  control_plane: {
    type: 'object',
    properties: { high_availability: { type: 'boolean' }, audit_logs_enabled: { type: 'boolean' }, acl },
  },
};
const parseUpdate = bodyParser<ClusterUpdate>(updateProperties);
const parseCreation = bodyParser<ClusterCreation>(
  {
    ...updateProperties,
    region: { type: 'string' },
    node_pools: { type: 'array', minItems: 1, items: { type: 'object' } },
  },
  ['label', 'k8s_version', 'region', 'node_pools'],
);
const parseAcl = bodyParser<{ readonly acl: AclUpdate }>({ acl }, ['acl']);

function createCluster(call: Call): Cluster {
  const { label, region, k8s_version, node_pools, tags = [], control_plane } = parseCreation(call.body);
  if (!call.config.k8sVersions.includes(k8s_version))
    throw invalid('k8s_version', 'k8s_version is not valid');
  if (!regions.some(({ id }) => id === region)) throw invalid('region', 'region is not valid');
  const pending = { kubeconfig: call.config.kubeconfigPendingCalls, apiEndpoints: 1 };
  const created = timestamp(call.now);
  const id = takeId(call.state);
  return {
    ...{ id, created, updated: created, label, region, k8s_version, tags, pending },
    high_availability: control_plane?.high_availability ?? false,
    audit_logs_enabled: control_plane?.audit_logs_enabled ?? false,
    acl: merged({ enabled: false, addresses: { ipv4: [], ipv6: [] } }, control_plane?.acl),
    pools: node_pools.map((pool) => createPool(parsePool(pool), call)),
  };
}

function merged(current: AccessControlList, update: AclUpdate | undefined): AccessControlList {
  const { enabled = current.enabled, addresses } = update ?? {};
  const { ipv4, ipv6 } = current.addresses;
  return { enabled, addresses: { ipv4: addresses?.ipv4 ?? ipv4, ipv6: addresses?.ipv6 ?? ipv6 } };
}

function updateCluster(cluster: Cluster, call: Call): void {
  const { control_plane = {}, ...update } = parseUpdate(call.body);
  if (update.k8s_version !== undefined) checkUpgrade(cluster, update.k8s_version, call);
  const { high_availability = cluster.high_availability, audit_logs_enabled = cluster.audit_logs_enabled } =
    control_plane;
  if (cluster.high_availability && !high_availability)
    throw invalid('control_plane.high_availability', 'High availability cannot be disabled once enabled');
  Object.assign(cluster, update, {
    ...{ high_availability, audit_logs_enabled, acl: merged(cluster.acl, control_plane.acl) },
    updated: timestamp(call.now),
  });
}

function checkUpgrade({ k8s_version: current }: Cluster, wanted: string, { config }: Call): void {
  if (wanted === current) return;
  const offered = config.k8sVersions.includes(wanted);
  if (!offered || minor(wanted) < minor(current)) throw invalid('k8s_version', 'k8s_version is not valid');
}

function minor(version: string): number {
  return Number(version.split('.')[1]);
}

/** A cluster as plain v4 shows it: without `tier`, which only v4beta has. */
function clusterView(cluster: Cluster): object {
  const { id, created, updated, label, region, k8s_version, tags } = cluster;
  const { high_availability, audit_logs_enabled } = cluster;
  return {
    ...{ id, status: 'ready', created, updated, label, region, k8s_version },
    ...{ control_plane: { high_availability, audit_logs_enabled }, apl_enabled: false, tags, locks: [] },
  };
}

function aclView({ id, acl: { enabled, addresses } }: Cluster): object {
  return { acl: { enabled, 'revision-id': `sandbox-${id}`, addresses } };
}

const cluster = '/lke/clusters/{cluster}';

export const clusterEndpoints: readonly Endpoint[] = [
  {
    path: '/lke/clusters',
    scope: 'lke:read_only',
    list: ({ state }) => state.clusters.map(clusterView),
  },
  {
    method: 'POST',
    path: '/lke/clusters',
    scope: 'lke:read_write',
    handle: (call) => {
      const created = createCluster(call);
      call.state.clusters.push(created);
      return clusterView(created);
    },
  },
  {
    method: 'GET',
    path: cluster,
    scope: 'lke:read_only',
    handle: (call) => clusterView(clusterOf(call)),
  },
  {
    method: 'PUT',
    path: cluster,
    scope: 'lke:read_write',
    handle: (call) => {
      const found = clusterOf(call);
      updateCluster(found, call);
      return clusterView(found);
    },
  },
  {
    method: 'DELETE',
    path: cluster,
    scope: 'lke:read_write',
    handle: (call) => {
      const found = clusterOf(call);
      call.state.clusters = call.state.clusters.filter((other) => other !== found);
      for (const { nodes } of found.pools) recordNodeDeletions(nodes, call.state, call.now);
      return {};
    },
  },
  {
    method: 'POST',
    path: `${cluster}/recycle`,
    scope: 'lke:read_write',
    handle: (call) => {
      for (const pool of clusterOf(call).pools) recyclePool(pool, call);
      return {};
    },
  },
  {
    method: 'GET',
    path: `${cluster}/control_plane_acl`,
    scope: 'lke:read_only',
    handle: (call) => aclView(clusterOf(call)),
  },
  {
    method: 'PUT',
    path: `${cluster}/control_plane_acl`,
    scope: 'lke:read_write',
    handle: (call) => {
      const found = clusterOf(call);
      found.acl = merged(found.acl, parseAcl(call.body).acl);
      return aclView(found);
    },
  },
];
