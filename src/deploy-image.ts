import type { DeployResult } from './deploy-result';
import { messageOf } from './errors';
import { compareContents, type ImageComparison, type ImageContents } from './image/contents';
import { parseReference, sameName, type ImageName } from './image/reference';
import type { ObjectChange } from './manifests/apply';
import type { Registry } from './ports';
import type { Settings } from './settings/settings';

/**
 * Compares the image with the one that the live objects have; undefined where it is not a new one for them. A registry that
 * cannot say is no failure, and neither is a run that is cancelled meanwhile: the rest is told all the same.
 */
export async function compareImages(
  { imageName }: Settings,
  { image, manifests }: Pick<DeployResult, 'image' | 'manifests'>,
  registry: Registry,
): Promise<ImageComparison | undefined> {
  if (image.status !== 'succeeded') return undefined;
  const changes = manifests.status === 'succeeded' ? manifests.value.changes : [];
  const before = imageBefore(changes, imageName);
  if (image.value.kind === 'checked') return { before, difference: 'a preview does not push it' };
  const { built, digest } = image.value;
  if (!built && before === undefined) return undefined;
  try {
    const [now, old] = await Promise.all([registry.contents(digest), contentsBefore(before, registry)]);
    return { before, difference: compareContents(now, old) };
  } catch (error) {
    return { before, difference: messageOf(error) };
  }
}

/** Gives the digest or tag of our image in the first object that is to get another one. */
function imageBefore(changes: readonly ObjectChange[], name: ImageName): string | undefined {
  const images = changes.flatMap(({ fields }) =>
    fields.flatMap(({ path, before }) => {
      if (!/\bimage$/.test(path) || before === undefined || !before.startsWith('"')) return [];
      const reference = parseReference(JSON.parse(before) as string);
      return reference !== undefined && sameName(reference, name) ? [reference] : [];
    }),
  );
  const [first] = images;
  return first?.digest ?? first?.tag;
}

/** Registries clean up: one that is no longer there is no reason to say nothing of the new one. */
async function contentsBefore(
  before: string | undefined,
  registry: Registry,
): Promise<ImageContents | undefined> {
  if (before === undefined) return undefined;
  return registry.contents(before).catch(() => undefined);
}
