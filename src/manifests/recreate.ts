import { DeployError } from '../errors';
import { listAt, textAt, type JsonObject } from '../json';
import { readLive, type ApplyPorts, type PlacedManifest } from './apply';
import { describe } from './objects';
import { refused } from './refusal';

const ANNOTATION = 'wpp-deploy-action/recreate';
const PATIENCE_MS = 60_000;
const INTERVAL_MS = 500;

/**
 * Whether a live object may be deleted and made anew for a change that the cluster does not allow: a Job that has ended, and
 * what carries the annotation `wpp-deploy-action/recreate: "true"`.
 */
export function mayRecreate(wanted: JsonObject, live: JsonObject): boolean {
  if (textAt(wanted, 'metadata', 'annotations', ANNOTATION) === 'true') return true;
  const ended = listAt(live, 'status', 'conditions').some(
    (condition) =>
      ['Complete', 'Failed'].includes(textAt(condition, 'type')) && textAt(condition, 'status') === 'True',
  );
  return textAt(live, 'kind') === 'Job' && ended;
}

/** Deletes the live object of a manifest and waits until it is gone. Throws DeployError. */
export async function removeLive(
  manifest: PlacedManifest,
  live: JsonObject,
  { cluster, clock }: ApplyPorts,
): Promise<void> {
  const answer = await cluster.remove(manifest.key, textAt(live, 'metadata', 'uid'));
  if (!answer.ok && answer.code !== 404) throw refused(manifest, answer, live);
  const start = clock.now();
  while ((await readLive(manifest, cluster)) !== undefined) {
    if (clock.now() - start > PATIENCE_MS) {
      throw new DeployError({
        code: 'manifest-refused',
        cause: `${describe(manifest.object)} was deleted to be made anew, but is still there after ${PATIENCE_MS / 1000} s`,
        advice: 'Look at its finalizers with `kubectl get -o yaml`, then run the job again.',
      });
    }
    await clock.sleep(INTERVAL_MS);
  }
}
