import { setTimeout as delay } from 'node:timers/promises';
import { runManifests } from '../../src/manifests/manifests';
import type { Manifest } from '../../src/manifests/objects';
import type { ManifestsResult } from '../../src/manifests/result';
import { connect } from './cluster';

/** Applies manifests as the action does, for an application of the namespace that is not that of the runs. */
export async function applyManifests(
  manifests: readonly Manifest[],
  namespace: string,
): Promise<ManifestsResult> {
  const end = new AbortController();
  const cluster = await connect(end.signal);
  const clock = { now: Date.now, sleep: (milliseconds: number) => delay(milliseconds) };
  const options = { namespace, preview: false, forceConflicts: false, prune: 'safe' } as const;
  try {
    return await runManifests(
      manifests,
      { ...options, inventory: `${namespace}-inventory` },
      { cluster, clock, did: () => undefined },
    );
  } finally {
    end.abort();
  }
}
