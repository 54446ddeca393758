import type { JsonObject } from '../../src/json';
import type { Manifest } from '../../src/manifests/objects';

/** A manifest of an object with the fields that every one has. */
export function aManifest(apiVersion: string, kind: string, name: string, more: JsonObject = {}): Manifest {
  return { source: `${name}.yaml`, object: { apiVersion, kind, metadata: { name }, ...more } };
}

export const aConfigMap = (name: string, value = 'x'): Manifest =>
  aManifest('v1', 'ConfigMap', name, { data: { value } });

export const aDeployment = (name: string, image = 'ghcr.io/acme/wpp-bot:1'): Manifest =>
  aManifest('apps/v1', 'Deployment', name, {
    spec: { template: { spec: { containers: [{ name, image }] } } },
  });
