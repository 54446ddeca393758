import { randomBytes } from 'node:crypto';
import type { SchemaObject } from 'ajv';
import { bodyParser } from './body.ts';
import { regions } from './catalog.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { notFound } from './error.ts';
import { takeId, type BucketAccess, type ObjectStorageKey } from './state.ts';
import { endpointView, storageCluster } from './storage-endpoint.ts';

interface KeyUpdate {
  readonly label?: string;
}

interface KeyCreation {
  readonly label: string;
  readonly bucket_access: readonly BucketAccess[] | null;
  readonly regions?: readonly string[];
}

const label: SchemaObject = { type: 'string', minLength: 3, maxLength: 50 };
const parseKeyUpdate = bodyParser<KeyUpdate>({ label });
const parseKey = bodyParser<KeyCreation>(
  {
    label,
    bucket_access: {
      type: 'array',
      nullable: true,
      default: null,
      items: {
        type: 'object',
        properties: {
          region: { enum: regions.map(({ id }) => id) },
          bucket_name: { type: 'string' },
          permissions: { enum: ['read_only', 'read_write'] },
        },
        required: ['region', 'bucket_name', 'permissions'],
      },
    },
    regions: { type: 'array', items: { enum: regions.map(({ id }) => id) } },
  },
  ['label'],
);

function keyOf({ state, params }: Call): ObjectStorageKey {
  const key = state.keys.find(({ id }) => String(id) === params['key']);
  if (key === undefined) throw notFound();
  return key;
}

function createKey(call: Call): ObjectStorageKey {
  const { label, bucket_access, regions: asked = [] } = parseKey(call.body);
  const named = [...asked, ...(bucket_access ?? []).map(({ region }) => region)];
  const access_key = call.config.storeKey?.accessKey ?? randomBytes(10).toString('hex').toUpperCase();
  return { id: takeId(call.state), label, access_key, bucket_access, regions: [...new Set(named)] };
}

/** A key; its secret is told once, when it is made. */
function keyView(
  { id, label, access_key, bucket_access, regions }: ObjectStorageKey,
  secret_key: string,
): object {
  return {
    ...{ id, label, access_key, secret_key, limited: bucket_access !== null },
    bucket_access: bucket_access?.map((one) => ({ ...one, cluster: storageCluster(one.region) })) ?? null,
    regions: regions.map((region) => {
      const { region: id, ...endpoint } = endpointView(region) as { readonly region: string };
      return { id, ...endpoint };
    }),
  };
}

const redacted = '[REDACTED]';
const keys = '/object-storage/keys';

export const keyEndpoints: readonly Endpoint[] = [
  {
    path: keys,
    scope: 'object_storage:read_only',
    list: ({ state }) => state.keys.map((key) => keyView(key, redacted)),
  },
  {
    method: 'POST',
    path: keys,
    scope: 'object_storage:read_write',
    handle: (call) => {
      const key = createKey(call);
      call.state.keys.push(key);
      return keyView(key, call.config.storeKey?.secretKey ?? randomBytes(20).toString('hex'));
    },
  },
  {
    method: 'GET',
    path: `${keys}/{key}`,
    scope: 'object_storage:read_only',
    handle: (call) => keyView(keyOf(call), redacted),
  },
  {
    method: 'PUT',
    path: `${keys}/{key}`,
    scope: 'object_storage:read_write',
    handle: (call) => {
      const key = keyOf(call);
      Object.assign(key, parseKeyUpdate(call.body));
      return keyView(key, redacted);
    },
  },
  {
    method: 'DELETE',
    path: `${keys}/{key}`,
    scope: 'object_storage:read_write',
    handle: (call) => {
      const key = keyOf(call);
      call.state.keys = call.state.keys.filter((other) => other !== key);
      return {};
    },
  },
];
