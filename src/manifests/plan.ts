import { DeployError } from '../errors';
import type { JsonObject } from '../json';
import {
  check,
  readLive,
  write,
  type ApplyPorts,
  type Checked,
  type CheckOptions,
  type ObjectChange,
  type PlacedManifest,
} from './apply';
import { describe } from './objects';
import { mayRecreate, removeLive } from './recreate';
import { appliersOf } from './takeover';

/** What is to be done with one object. */
export interface Plan {
  /** As it is sent. */
  readonly manifest: PlacedManifest;
  readonly live: JsonObject | undefined;
  /** Undefined where no dry run was made. */
  readonly checked: Checked | undefined;
  /** Whether the live object must be deleted first. */
  readonly recreate: boolean;
}

/** Plans by a dry run; what is to be deleted and made anew is not refused. Throws DeployError. */
export async function plan(
  manifest: PlacedManifest,
  live: JsonObject | undefined,
  options: CheckOptions,
  ports: ApplyPorts,
): Promise<Plan> {
  try {
    return { manifest, live, checked: await check(manifest, live, options, ports), recreate: false };
  } catch (error) {
    const fixed = error instanceof DeployError && error.details.code === 'manifest-immutable';
    if (!fixed || live === undefined || !mayRecreate(manifest.object, live)) throw error;
    return { manifest, live, checked: undefined, recreate: true };
  }
}

/** Does what is planned, and gives the object as it is then; `did` is told of a deletion. Throws DeployError. */
export async function carryOut(
  { manifest, live, checked, recreate }: Plan,
  options: CheckOptions,
  ports: ApplyPorts & { readonly did: (line: string) => void },
): Promise<JsonObject> {
  if (recreate && live !== undefined) {
    await removeLive(manifest, live, ports);
    ports.did(`deleted ${describe(manifest.object)} to make it anew`);
    return write(manifest, undefined, false, ports);
  }
  try {
    return await write(manifest, live, checked?.forced ?? false, ports);
  } catch (error) {
    const conflict = error instanceof DeployError && error.details.code === 'manifest-conflict';
    if (!conflict) throw error;
    // Somebody made or changed it since it was read: what is there now decides.
    const now = await readLive(manifest, ports.cluster);
    const checkedNow = await check(manifest, now, options, ports);
    return write(manifest, now, checkedNow.forced, ports);
  }
}

/** Gives what people are told of a plan. */
export function changeOf({ manifest, live, checked, recreate }: Plan): ObjectChange {
  const object = describe(manifest.object);
  if (recreate) {
    const note = 'is deleted and made anew, since fields of it cannot be changed';
    return { object, action: 'configured', fields: [], note };
  }
  if (live === undefined) return { object, action: 'created', fields: [] };
  const fields = checked?.fields ?? [];
  if (fields.length === 0) return { object, action: 'unchanged', fields };
  const taken = appliersOf(live);
  const note = taken.length === 0 ? {} : { note: `taken over from ${taken.join(', ')}` };
  return { object, action: 'configured', fields, ...note };
}

/** Whether the change starts something: labels and annotations of a workload itself do not. */
export function changesSpec({ action, fields }: ObjectChange): boolean {
  return (
    action === 'created' ||
    (action === 'configured' && (fields.length === 0 || fields.some(({ path }) => path.startsWith('spec'))))
  );
}
