import { DeployError } from '../errors';
import { textAt } from '../json';
import { FIELD_MANAGER } from '../manifests/takeover';
import type { ApiAnswer, Cluster, Log } from '../ports';
import { SECRETS } from '../resource-types';
import {
  completed,
  keyOf,
  readRecord,
  readRecords,
  recordOf,
  selectorOf,
  writtenAt,
  type Draft,
  type Release,
  type ReleaseScope,
  type ReleaseStatus,
} from './record';
import { nameOnly, type ReleaseName } from './result';

/** How many complete releases are kept. */
const KEPT = 5;
/** How often another run may take the number that this one wanted. */
const MOST_TRIES = 10;
const NOT_RECORDED = 'This release is not recorded, so that rollback will not be possible to it';

export interface ReleasePorts {
  readonly cluster: Cluster;
  readonly log: Log;
  /** What no other run has. */
  readonly run: string;
}

/** The release of a deploy that runs. */
export interface OpenRelease {
  readonly draft: Draft;
  /** The namespace of the records. */
  readonly home: string;
  /** What was recorded when the run began, the newest first. */
  readonly earlier: readonly Release[];
  /** Its record; `later` where the namespace is not there yet, `never` where it cannot be written. */
  readonly own: Release | 'later' | 'never';
}

/**
 * Records the release as pending before anything is applied, so that a run that is killed leaves word of it. Nothing is written
 * where the newest complete record, or a pending one after it, has the same content. What goes wrong is a warning.
 */
export async function openRelease(draft: Draft, home: string, ports: ReleasePorts): Promise<OpenRelease> {
  const earlier = await orWarn(NOT_RECORDED, ports.log, async () =>
    readRecords(await ports.cluster.list(SECRETS, home, selectorOf(draft.scope))),
  );
  if (earlier === undefined) return { draft, home, earlier: [], own: 'never' };
  if (draft.packed === '') {
    ports.log.warning(`${NOT_RECORDED}: its objects take more than 1 MiB as a Secret.`);
  }
  const own = sameAs(draft, earlier) ?? (await write(draft, home, 'pending', earlier, ports));
  return { draft, home, earlier, own };
}

function sameAs({ digest }: Draft, releases: readonly Release[]): Release | undefined {
  const complete = releases.find(({ status }) => status === 'complete');
  return [complete, releases[0]].find((release) => release?.digest === digest);
}

/** Gives the newest complete release before this one, or undefined where there is none. */
export function releaseBefore({ earlier, own }: OpenRelease): Release | undefined {
  const newest = earlier.find(({ status }) => status === 'complete');
  return typeof own === 'object' && newest?.key.name === own.key.name ? undefined : newest;
}

/** Marks the release as complete, and forgets what nobody will go back to. Gives it, or undefined where it has no record. */
export async function completeRelease(
  open: OpenRelease,
  ports: ReleasePorts,
): Promise<ReleaseName | undefined> {
  const own = await orWarn('This release is not recorded as complete', ports.log, () => marked(open, ports));
  if (own === undefined || typeof own === 'string') return undefined;
  const others = open.earlier.filter(({ key }) => key.name !== own.key.name);
  const complete = others.filter(({ status }) => status === 'complete').slice(0, KEPT - 1);
  await forget(
    others.filter((release) => !complete.includes(release)),
    ports,
  );
  return nameOnly(own);
}

async function marked(
  { draft, home, earlier, own }: OpenRelease,
  ports: ReleasePorts,
): Promise<Release | 'later' | 'never'> {
  if (own === 'never' || (own !== 'later' && own.status === 'complete')) return own;
  if (own !== 'later') {
    const options = { fieldManager: FIELD_MANAGER, dryRun: false, force: true };
    const answer = await ports.cluster.apply(own.key, completed(own), options);
    if (answer.ok) return own;
    if (answer.code !== 409) {
      ports.log.warning(`Release ${own.number} is not marked as complete: ${reasonOf(answer)}.`);
      return 'never';
    }
    // Another run has deleted it: it is recorded anew.
  }
  return write(draft, home, 'complete', earlier, ports);
}

/** Whether this run made the record of its release; else it had one already. */
export function isNewRelease({ own, earlier }: OpenRelease): boolean {
  return typeof own === 'object' && !earlier.includes(own);
}

/** Deletes the record of the release, which did not come up, unless it is one that was complete before. */
export async function abandonRelease({ own }: OpenRelease, ports: ReleasePorts): Promise<void> {
  if (typeof own === 'object' && own.status === 'pending') await forget([own], ports);
}

/** Deletes records. One that cannot be deleted is a warning. */
export async function forget(releases: readonly Release[], { cluster, log }: ReleasePorts): Promise<void> {
  for (const release of releases) {
    const what = `The record of release ${release.number} is not deleted`;
    const answer = await orWarn(what, log, () => cluster.remove(release.key, release.uid));
    if (answer?.ok === false && answer.code !== 404) log.warning(`${what}: ${reasonOf(answer)}.`);
  }
}

/**
 * Gives the releases of a scope, the newest first, wherever in the cluster they are recorded; those of one namespace where the
 * account may not look into all. Throws DeployError.
 */
export async function findReleases(scope: ReleaseScope, cluster: Cluster): Promise<readonly Release[]> {
  const secrets = await everywhere(scope, cluster);
  const [newest] = [...secrets].sort((one, other) => writtenAt(other).localeCompare(writtenAt(one)));
  const home = textAt(newest, 'metadata', 'namespace');
  return readRecords(secrets.filter((secret) => textAt(secret, 'metadata', 'namespace') === home));
}

async function everywhere(scope: ReleaseScope, cluster: Cluster): ReturnType<Cluster['list']> {
  try {
    return await cluster.list(SECRETS, undefined, selectorOf(scope));
  } catch (error) {
    if (!(error instanceof DeployError) || error.details.code !== 'cluster-forbidden') throw error;
    return cluster.list(SECRETS, scope.namespace, selectorOf(scope));
  }
}

/** Writes a record under the next number that no other run has taken. */
async function write(
  draft: Draft,
  home: string,
  status: ReleaseStatus,
  earlier: readonly Release[],
  { cluster, log, run }: ReleasePorts,
): Promise<Release | 'later' | 'never'> {
  // Fields that a manager of another name has set are a conflict: so no run writes over the record of another.
  const options = { fieldManager: `${FIELD_MANAGER}-${run}`, dryRun: false, force: false };
  const next = Math.max(0, ...earlier.map(({ number }) => number)) + 1;
  for (let number = next; number < next + MOST_TRIES; number += 1) {
    const key = keyOf(draft.scope, home, number);
    const record = recordOf(draft, key, number, status);
    const answer = await orWarn(NOT_RECORDED, log, () => cluster.apply(key, record, options));
    if (answer === undefined) return 'never';
    if (answer.ok) return readRecord(answer.object);
    if (answer.code === 404) return 'later';
    if (answer.code === 409) continue;
    log.warning(`${NOT_RECORDED}: the cluster refused Secret/${home}/${key.name}: ${reasonOf(answer)}.`);
    return 'never';
  }
  log.warning(`${NOT_RECORDED}: other runs took the numbers from ${next} on.`);
  return 'never';
}

/** The server's message of a refused Secret may repeat its values; that of a missing right does not. */
function reasonOf({ code, status }: Extract<ApiAnswer, { ok: false }>): string {
  return (code === 403 ? textAt(status, 'message') : textAt(status, 'reason')) || `HTTP ${code}`;
}

/** A record that cannot be kept is no reason to fail; a run that is cancelled is. */
async function orWarn<T>(what: string, log: Log, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DeployError) || error.details.code === 'cancelled') throw error;
    log.warning(`${what}: ${error.details.cause}.`);
    return undefined;
  }
}
