import { DeployError } from '../errors';
import { formatName } from '../image/reference';
import type { Registry } from '../ports';
import type { DeployedImage } from './load';
import { describe, type Manifest } from './objects';
import { lacksPullSecret } from './pods';

/**
 * Gives a warning where pods run this image with no pull secret, but the registry shows it to nobody without a login: the job's own
 * token, which pushed it, is not the cluster's. Gives undefined where the registry does not say.
 */
export async function pullWarning(
  manifests: readonly Manifest[],
  { name, tag }: DeployedImage,
  registry: Registry,
): Promise<string | undefined> {
  const pods = manifests.filter(({ object }) => lacksPullSecret(object, name));
  if (pods.length === 0) return undefined;
  try {
    if (!(await registry.isPrivate(tag))) return undefined;
  } catch (error) {
    if (error instanceof DeployError) return undefined;
    throw error;
  }
  const who = pods.map(({ object }) => describe(object)).join(', ');
  return `${formatName(name)} is private, and ${who} names no pull secret, so the cluster may not be able to pull it: give pull-token (a long-lived token with read:packages), or make the package public.`;
}
