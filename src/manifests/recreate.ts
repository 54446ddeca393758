import { DeployError } from '../errors';
import { numberAt, textAt, type JsonObject } from '../json';
import type { Clock, Cluster } from '../ports';
import { applyObject, type AppliedObject, type ApplyMode, type PlacedObject } from './apply';
import { describe } from './objects';

const ANNOTATION = 'wpp-deploy-action/recreate';
const PATIENCE_MS = 60_000;
const INTERVAL_MS = 500;

/**
 * Applies an object; where the cluster refuses because a field cannot be changed, deletes it and makes it anew, if that is
 * allowed: for a Job that has ended, and for what carries the annotation `wpp-deploy-action/recreate: "true"`.
 */
export async function applyOrRecreate(
  item: PlacedObject,
  mode: ApplyMode,
  { cluster, clock }: { readonly cluster: Cluster; readonly clock: Clock },
): Promise<AppliedObject> {
  try {
    return await applyObject(item, mode, cluster);
  } catch (error) {
    if (!(error instanceof DeployError) || error.details.code !== 'manifest-immutable') throw error;
    const live = await cluster.get(item.key);
    if (!live.ok || !mayRecreate(item.object, live.object)) throw error;
    const note = 'is deleted and made anew, since fields of it cannot be changed';
    const change = { object: describe(item.object), action: 'configured', fields: [], note } as const;
    if (mode.preview) return { change, result: undefined };
    await cluster.remove(item.key, textAt(live.object, 'metadata', 'uid'));
    await waitUntilGone(item, cluster, clock);
    const made = await applyObject(item, mode, cluster);
    return { change, result: made.result };
  }
}

function mayRecreate(wanted: JsonObject, live: JsonObject): boolean {
  if (textAt(wanted, 'metadata', 'annotations', ANNOTATION) === 'true') return true;
  return textAt(live, 'kind') === 'Job' && numberAt(live, 'status', 'active') === 0;
}

async function waitUntilGone(item: PlacedObject, cluster: Cluster, clock: Clock): Promise<void> {
  const start = clock.now();
  while ((await cluster.get(item.key)).ok) {
    if (clock.now() - start > PATIENCE_MS) {
      throw new DeployError({
        code: 'manifest-refused',
        cause: `${describe(item.object)} was deleted to be made anew, but is still there after ${PATIENCE_MS / 1000} s`,
        advice: 'Look at its finalizers with `kubectl get -o yaml`, then run the job again.',
      });
    }
    await clock.sleep(INTERVAL_MS);
  }
}
