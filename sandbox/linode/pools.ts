import type { SchemaObject } from 'ajv';
import { bodyParser, tagsSchema } from './body.ts';
import { hasType } from './catalog.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { invalid, notFound } from './error.ts';
import { recordNodeDeletions } from './events.ts';
import { clusterOf } from './cluster-lookup.ts';
import {
  takeId,
  type Autoscaler,
  type LinodeState,
  type Node,
  type Pool,
  type PoolSettings,
} from './state.ts';

const maxNodes = 100;

interface PoolUpdate extends Partial<PoolSettings> {
  readonly count?: number;
}

export interface PoolCreation extends PoolUpdate {
  readonly count: number;
  readonly type: string;
  readonly disk_encryption?: string;
}

const updateProperties: Readonly<Record<keyof PoolUpdate, SchemaObject>> = {
  count: { type: 'integer', minimum: 1, maximum: maxNodes },
  label: { type: 'string', maxLength: 63 },
  autoscaler: {
    type: 'object',
    properties: {
      enabled: { type: 'boolean' },
      min: { type: 'integer', minimum: 1, maximum: maxNodes },
      max: { type: 'integer', minimum: 1, maximum: maxNodes },
    },
    required: ['enabled', 'min', 'max'],
  },
  labels: { type: 'object', additionalProperties: { type: 'string' } },
  taints: {
    type: 'array',
    items: {
      type: 'object',
      properties: {
        key: { type: 'string' },
        value: { type: 'string' },
        effect: { enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] },
      },
      required: ['key', 'value', 'effect'],
    },
  },
  tags: tagsSchema,
};
const creationProperties = {
  ...updateProperties,
  type: { type: 'string' },
  disk_encryption: { enum: ['enabled', 'disabled'] },
};
const parseUpdate = bodyParser<PoolUpdate>(updateProperties);
export const parseCreation = bodyParser<PoolCreation>(creationProperties, ['count', 'type']);

/** Makes a pool whose nodes are not ready yet; throws when its type is not on offer. */
export function createPool(
  creation: PoolCreation,
  { state, now, config }: Pick<Call, 'state' | 'now' | 'config'>,
): Pool {
  const { count, type, label = '', labels = {}, taints = [], tags = [] } = creation;
  if (!hasType(type)) throw invalid('type', 'type is not valid');
  const autoscaler = checked(creation.autoscaler ?? { enabled: false, min: count, max: count });
  const pool: Pool = {
    ...{ id: takeId(state), type, label, autoscaler, labels, taints, tags },
    ...{ disk_encryption: creation.disk_encryption ?? 'enabled', disks: [], nodes: [] },
  };
  addNodes(pool, count, state, now + config.settleMs);
  return pool;
}

function checked(autoscaler: Autoscaler): Autoscaler {
  if (autoscaler.min <= autoscaler.max) return autoscaler;
  throw invalid('autoscaler', 'autoscaler.min must not be greater than autoscaler.max');
}

function addNodes(pool: Pool, count: number, state: LinodeState, readyAt: number): void {
  for (let added = 0; added < count; added += 1) {
    const number = takeId(state);
    const suffix = number.toString(16).padStart(8, '0');
    pool.nodes.push({ id: `${pool.id}-${suffix}0000`, instance_id: 94_400_000 + number, readyAt });
  }
}

function updatePool(pool: Pool, update: PoolUpdate, { state, now, config }: Call): void {
  const { count = pool.nodes.length, ...settings } = update;
  if (settings.autoscaler !== undefined) checked(settings.autoscaler);
  Object.assign(pool, settings);
  addNodes(pool, count - pool.nodes.length, state, now + config.settleMs);
  recordNodeDeletions(pool.nodes.splice(count), state, now);
}

/** Replaces every node of a pool. */
export function recyclePool(pool: Pool, { state, now, config }: Call): void {
  const old = pool.nodes;
  pool.nodes = [];
  addNodes(pool, old.length, state, now + config.settleMs);
  recordNodeDeletions(old, state, now);
}

function poolOf(call: Call): Pool {
  const pool = clusterOf(call).pools.find(({ id }) => String(id) === call.params['pool']);
  if (pool === undefined) throw notFound();
  return pool;
}

function nodeView({ id, instance_id, readyAt }: Node, now: number): object {
  return { id, instance_id, status: now >= readyAt ? 'ready' : 'not_ready' };
}

function poolView(pool: Pool, now: number): object {
  const { id, type, label, nodes, disks, autoscaler, labels, taints, tags, disk_encryption } = pool;
  return {
    ...{ id, type, label, count: nodes.length, nodes: nodes.map((node) => nodeView(node, now)), disks },
    ...{ autoscaler, labels, taints, tags, disk_encryption, locks: [] },
  };
}

const pools = '/lke/clusters/{cluster}/pools';

export const poolEndpoints: readonly Endpoint[] = [
  {
    path: pools,
    scope: 'lke:read_only',
    list: (call) => clusterOf(call).pools.map((pool) => poolView(pool, call.now)),
  },
  {
    method: 'POST',
    path: pools,
    scope: 'lke:read_write',
    handle: (call) => {
      const cluster = clusterOf(call);
      const pool = createPool(parseCreation(call.body), call);
      cluster.pools.push(pool);
      return poolView(pool, call.now);
    },
  },
  {
    method: 'GET',
    path: `${pools}/{pool}`,
    scope: 'lke:read_only',
    handle: (call) => poolView(poolOf(call), call.now),
  },
  {
    method: 'PUT',
    path: `${pools}/{pool}`,
    scope: 'lke:read_write',
    handle: (call) => {
      const pool = poolOf(call);
      updatePool(pool, parseUpdate(call.body), call);
      return poolView(pool, call.now);
    },
  },
  {
    method: 'DELETE',
    path: `${pools}/{pool}`,
    scope: 'lke:read_write',
    handle: (call) => {
      const cluster = clusterOf(call);
      const pool = poolOf(call);
      cluster.pools = cluster.pools.filter((other) => other !== pool);
      recordNodeDeletions(pool.nodes, call.state, call.now);
      return {};
    },
  },
  {
    method: 'POST',
    path: `${pools}/{pool}/recycle`,
    scope: 'lke:read_write',
    handle: (call) => {
      recyclePool(poolOf(call), call);
      return {};
    },
  },
];
