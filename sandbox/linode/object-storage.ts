import { randomBytes } from 'node:crypto';
import type { SchemaObject } from 'ajv';
import { bodyParser } from './body.ts';
import { regions } from './catalog.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { invalid, notFound } from './error.ts';
import { takeId, timestamp, type Bucket, type BucketAccess, type ObjectStorageKey } from './state.ts';

interface Access {
  readonly acl: string;
  readonly cors_enabled: boolean;
}

const accessProperties: Readonly<Record<keyof Access, SchemaObject>> = {
  acl: { enum: ['private', 'public-read', 'authenticated-read', 'public-read-write'], default: 'private' },
  cors_enabled: { type: 'boolean', default: true },
};
const parseAccess = bodyParser<Access>(accessProperties);
const parseBucket = bodyParser<Access & { readonly label: string; readonly region: string }>(
  {
    ...accessProperties,
    label: { type: 'string', pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$' },
    region: { enum: regions.map(({ id }) => id) },
  },
  ['label', 'region'],
);

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

/** The S3 cluster of a region, such as `us-east-1`. */
function storageCluster(region: string): string {
  const found = regions.find(({ id }) => id === region);
  if (found === undefined) throw notFound();
  return found.storage;
}

function endpointView(region: string): object {
  return { region, s3_endpoint: `${storageCluster(region)}.linodeobjects.com`, endpoint_type: 'E1' };
}

function bucketOf({ state, params }: Call): Bucket {
  const bucket = state.buckets.find(
    ({ label, region }) => label === params['bucket'] && region === params['region'],
  );
  if (bucket === undefined) throw notFound();
  return bucket;
}

function createBucket(call: Call): Bucket {
  const { label, region, acl, cors_enabled } = parseBucket(call.body);
  if (call.state.buckets.some((other) => other.label === label && other.region === region))
    throw invalid('label', 'Bucket name already exists');
  return { label, region, acl, cors_enabled, created: timestamp(call.now) };
}

function bucketView({ label, region, created }: Bucket): object {
  const cluster = storageCluster(region);
  const s3_endpoint = `${cluster}.linodeobjects.com`;
  return {
    ...{ label, region, cluster, hostname: `${label}.${s3_endpoint}`, s3_endpoint, endpoint_type: 'E1' },
    ...{ created, objects: 0, size: 0 },
  };
}

function keyOf({ state, params }: Call): ObjectStorageKey {
  const key = state.keys.find(({ id }) => String(id) === params['key']);
  if (key === undefined) throw notFound();
  return key;
}

function createKey(call: Call): ObjectStorageKey {
  const { label, bucket_access, regions: asked = [] } = parseKey(call.body);
  const named = [...asked, ...(bucket_access ?? []).map(({ region }) => region)];
  const access_key = randomBytes(10).toString('hex').toUpperCase();
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
const buckets = '/object-storage/buckets';
const bucket = `${buckets}/{region}/{bucket}`;
const keys = '/object-storage/keys';

export const bucketEndpoints: readonly Endpoint[] = [
  {
    path: '/object-storage/endpoints',
    scope: 'object_storage:read_only',
    list: () => regions.map(({ id }) => endpointView(id)),
  },
  { path: buckets, scope: 'object_storage:read_only', list: ({ state }) => state.buckets.map(bucketView) },
  {
    method: 'POST',
    path: buckets,
    scope: 'object_storage:read_write',
    handle: (call) => {
      const created = createBucket(call);
      call.state.buckets.push(created);
      return bucketView(created);
    },
  },
  {
    method: 'GET',
    path: bucket,
    scope: 'object_storage:read_only',
    handle: (call) => bucketView(bucketOf(call)),
  },
  {
    method: 'DELETE',
    path: bucket,
    scope: 'object_storage:read_write',
    handle: (call) => {
      const found = bucketOf(call);
      call.state.buckets = call.state.buckets.filter((other) => other !== found);
      return {};
    },
  },
  {
    method: 'GET',
    path: `${bucket}/access`,
    scope: 'object_storage:read_only',
    handle: (call) => {
      const { acl, cors_enabled } = bucketOf(call);
      return { acl, acl_xml: '', cors_enabled, cors_xml: '' };
    },
  },
  ...(['POST', 'PUT'] as const).map((method): Endpoint => ({
    method,
    path: `${bucket}/access`,
    scope: 'object_storage:read_write',
    handle: (call) => {
      Object.assign(bucketOf(call), parseAccess(call.body));
      return {};
    },
  })),
];

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
      return keyView(key, randomBytes(20).toString('hex'));
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
