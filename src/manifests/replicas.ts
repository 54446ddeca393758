import { at, isObject, textAt, type JsonObject } from '../json';
import type { PlacedManifest } from './apply';
import { describe } from './objects';

/** Gives `Kind/namespace/name` of what HorizontalPodAutoscalers scale. */
export function scaledBy(autoscalers: readonly JsonObject[]): ReadonlySet<string> {
  return new Set(
    autoscalers.map((autoscaler) =>
      [
        textAt(autoscaler, 'spec', 'scaleTargetRef', 'kind'),
        textAt(autoscaler, 'metadata', 'namespace'),
        textAt(autoscaler, 'spec', 'scaleTargetRef', 'name'),
      ].join('/'),
    ),
  );
}

/**
 * Gives the manifest with the replicas that the live object has, where an autoscaler decides over them. They must be sent:
 * to leave out what was sent before would let the API server fall back to one.
 */
export function withLiveReplicas(
  manifest: PlacedManifest,
  live: JsonObject | undefined,
  scaled: ReadonlySet<string>,
): PlacedManifest {
  const { object } = manifest;
  const replicas = at(live, 'spec', 'replicas');
  const spec = object['spec'];
  if (!scaled.has(describe(object))) return manifest;
  if (typeof replicas !== 'number' || !isObject(spec) || spec['replicas'] === undefined) return manifest;
  return { ...manifest, object: { ...object, spec: { ...spec, replicas } } };
}
