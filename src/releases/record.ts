import { isObject, listAt, textAt, type JsonObject } from '../json';
import { PULL_SECRET } from '../manifests/load';
import type { Manifest } from '../manifests/objects';
import { TAG_ANNOTATION } from '../manifests/pods';
import { RELEASE_SECRET } from '../manifests/snapshot';
import type { ObjectKey } from '../ports';
import { SECRETS } from '../resource-types';
import { sha256 } from '../sha256';
import type { ReleaseName } from './result';

/** Whose releases: one application in one environment, deployed with one default namespace. */
export interface ReleaseScope {
  readonly application: string;
  readonly environment: string;
  /** The namespace of objects that name none. */
  readonly namespace: string;
  /** The beginning of the records' names. */
  readonly name: string;
}

export type ReleaseStatus = 'pending' | 'complete';

/** A release as its record in the cluster has it. */
export interface Release extends ReleaseName {
  readonly status: ReleaseStatus;
  readonly key: ObjectKey;
  readonly uid: string;
  /** The digest of its objects. */
  readonly digest: string;
  /** The objects as base64 of their packed JSON; empty where they did not fit. Holds the values of Secrets. */
  readonly packed: string;
}

/** A release that is to be recorded. */
export interface Draft extends Pick<Release, 'commit' | 'image' | 'digest' | 'packed'> {
  readonly scope: ReleaseScope;
  readonly objects: readonly JsonObject[];
}

const PREFIX = 'wpp-deploy-action';
const NUMBER = `${PREFIX}/release`;
const STATUS = `${PREFIX}/status`;
/** Bytes that the API server takes as the data of a Secret (core/v1 MaxSecretSize). */
const LARGEST = 1024 * 1024;

/**
 * Whether an object is left out of releases, so that going back neither makes nor deletes it: a Job, which would run
 * again; what is made under a new name each time; and the pull secret, whose token may have been replaced since.
 */
export function isLeftOut(object: JsonObject): boolean {
  const kind = textAt(object, 'kind');
  return (
    kind === 'Job' ||
    textAt(object, 'metadata', 'generateName') !== '' ||
    (kind === 'Secret' && textAt(object, 'metadata', 'name') === PULL_SECRET)
  );
}

/** Makes the draft of a release from the objects that a deploy applies. */
export async function draftOf(
  manifests: readonly Manifest[],
  of: Pick<Draft, 'scope' | 'commit' | 'image'>,
): Promise<Draft> {
  const objects = manifests.map(({ object }) => object).filter((object) => !isLeftOut(object));
  const digest = await digestOf(objects.map(withoutTag));
  const packed = await through(encoded(objects), new CompressionStream('gzip'));
  return { ...of, objects, digest, packed: packed.length > LARGEST ? '' : packed.toString('base64') };
}

/** The tag names the commit: another one with the same digest is the same release. */
function withoutTag(object: JsonObject): JsonObject {
  const metadata = object['metadata'];
  const annotations = isObject(metadata) ? metadata['annotations'] : undefined;
  if (!isObject(metadata) || !isObject(annotations) || !(TAG_ANNOTATION in annotations)) return object;
  const { [TAG_ANNOTATION]: _tag, ...others } = annotations;
  return { ...object, metadata: { ...metadata, annotations: others } };
}

async function digestOf(objects: readonly JsonObject[]): Promise<string> {
  return (await sha256(encoded(objects))).toString('hex');
}

function encoded(objects: readonly JsonObject[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(objects));
}

/** Gives the objects of a release, or undefined where its record does not have them whole. */
export async function objectsOf(release: Release): Promise<readonly Manifest[] | undefined> {
  if (release.packed === '') return undefined;
  try {
    const bytes = await through(Buffer.from(release.packed, 'base64'), new DecompressionStream('gzip'));
    const objects: unknown = JSON.parse(bytes.toString('utf8'));
    return listAt({ objects }, 'objects')
      .filter(isObject)
      .map((object) => ({ source: `release ${release.number}`, object }));
  } catch {
    return undefined;
  }
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Buffer> {
  return Buffer.from(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

/** Gives the label selector that finds the records of a scope. */
export function selectorOf(scope: ReleaseScope): string {
  return Object.entries(scopeLabels(scope))
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

function scopeLabels({
  application,
  environment,
  namespace,
}: ReleaseScope): Readonly<Record<string, string>> {
  return {
    [`${PREFIX}/application`]: application,
    [`${PREFIX}/environment`]: environment,
    [`${PREFIX}/namespace`]: namespace,
  };
}

/** Gives where the record of a release stands. */
export function keyOf({ name }: ReleaseScope, namespace: string, number: number): ObjectKey {
  return { type: SECRETS, namespace, name: `${name}-release-${number}` };
}

/** Gives the record of a release as a Secret; without the objects where they do not fit. */
export function recordOf(draft: Draft, key: ObjectKey, number: number, status: ReleaseStatus): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: RELEASE_SECRET,
    metadata: {
      name: key.name,
      namespace: key.namespace,
      labels: { ...scopeLabels(draft.scope), [NUMBER]: String(number), [STATUS]: status },
      annotations: {
        [`${PREFIX}/commit`]: draft.commit,
        [`${PREFIX}/image`]: draft.image,
        [`${PREFIX}/digest`]: draft.digest,
      },
    },
    ...(draft.packed === '' ? {} : { data: { objects: draft.packed } }),
  };
}

/** Gives what marks the record of a release as complete, if it still is the same one. */
export function completed({ key, uid }: Release): JsonObject {
  const { name, namespace } = key;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, uid, labels: { [STATUS]: 'complete' satisfies ReleaseStatus } },
  };
}

/** Reads the records among Secrets, the newest first. */
export function readRecords(secrets: readonly JsonObject[]): readonly Release[] {
  return secrets
    .map(readRecord)
    .filter((release) => release.number > 0)
    .sort((one, other) => other.number - one.number);
}

/** Reads one record; its number is NaN where the Secret is none. */
export function readRecord(secret: JsonObject): Release {
  const label = (name: string): string => textAt(secret, 'metadata', 'labels', name);
  const note = (name: string): string => textAt(secret, 'metadata', 'annotations', `${PREFIX}/${name}`);
  return {
    number: Number.parseInt(label(NUMBER)),
    status: label(STATUS) === 'complete' ? 'complete' : 'pending',
    commit: note('commit'),
    image: note('image'),
    digest: note('digest'),
    packed: textAt(secret, 'data', 'objects'),
    uid: textAt(secret, 'metadata', 'uid'),
    key: {
      type: SECRETS,
      namespace: textAt(secret, 'metadata', 'namespace'),
      name: textAt(secret, 'metadata', 'name'),
    },
  };
}

/** Gives the time at which a record was written, as the API server has it. */
export function writtenAt(secret: JsonObject): string {
  return textAt(secret, 'metadata', 'creationTimestamp');
}
