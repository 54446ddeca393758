import type { SchemaObject } from 'ajv';
import { bodyParser } from './body.ts';
import { regions } from './catalog.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { invalid, notFound } from './error.ts';
import { timestamp, type Bucket } from './state.ts';
import { endpointView, storageCluster } from './storage-endpoint.ts';

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

const buckets = '/object-storage/buckets';
const bucket = `${buckets}/{region}/{bucket}`;

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
